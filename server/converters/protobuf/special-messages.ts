import type { Schema, SchemaType } from '../../records/schema.ts';
import { logicalNames } from '../../records/validate-value.ts';
import type { ProtoMessage, ScalarType } from './proto-model.ts';

export type LogicalKind = 'decimal' | 'date' | 'time' | 'timestamp';

interface LogicalMessage {
  readonly fullName: string;
  readonly path: string;
}

/** Messages that stand for Connect's logical types. */
export const logicalMessages: Readonly<Record<LogicalKind, LogicalMessage>> = {
  decimal: { fullName: 'confluent.type.Decimal', path: 'confluent/type/decimal.proto' },
  date: { fullName: 'google.type.Date', path: 'google/type/date.proto' },
  time: { fullName: 'google.type.TimeOfDay', path: 'google/type/timeofday.proto' },
  timestamp: { fullName: 'google.protobuf.Timestamp', path: 'google/protobuf/timestamp.proto' },
};

export const wrappersPath = 'google/protobuf/wrappers.proto';

/** Messages of one field `value`, which tell a value that is not there from one that is zero. */
const wrapped: ReadonlyMap<string, ScalarType> = new Map([
  ['google.protobuf.DoubleValue', 'double'],
  ['google.protobuf.FloatValue', 'float'],
  ['google.protobuf.Int64Value', 'int64'],
  ['google.protobuf.UInt64Value', 'uint64'],
  ['google.protobuf.Int32Value', 'int32'],
  ['google.protobuf.UInt32Value', 'uint32'],
  ['google.protobuf.BoolValue', 'bool'],
  ['google.protobuf.StringValue', 'string'],
  ['google.protobuf.BytesValue', 'bytes'],
]);

const wrapperNames: ReadonlyMap<ScalarType, string> = new Map(
  [...wrapped].map(([fullName, scalar]) => [scalar, fullName]),
);

const logicalKinds: ReadonlyMap<string, LogicalKind> = new Map([
  [logicalMessages.decimal.fullName, 'decimal'],
  [logicalMessages.date.fullName, 'date'],
  [logicalMessages.time.fullName, 'time'],
  [logicalMessages.timestamp.fullName, 'timestamp'],
]);

const logicalSchemaNames: ReadonlySet<string> = new Set(Object.values(logicalNames));

/** Whether values of a schema are of a logical type, or of this one. */
export function isLogicalSchema(schema: Schema, kind?: LogicalKind): boolean {
  if (schema.name === null) return false;
  return kind === undefined ? logicalSchemaNames.has(schema.name) : logicalNames[kind] === schema.name;
}

export function logicalKindOf(message: ProtoMessage): LogicalKind | undefined {
  return logicalKinds.get(message.fullName);
}

export function wrappedScalarOf(message: ProtoMessage): ScalarType | undefined {
  const scalar = wrapped.get(message.fullName);
  const type = message.fields.find(({ name }) => name === 'value')?.type;
  return type?.kind === 'scalar' && type.scalar === scalar ? scalar : undefined;
}

export function wrapperOf(scalar: ScalarType): string | undefined {
  return wrapperNames.get(scalar);
}

export const connectTypes: Readonly<Record<ScalarType, SchemaType>> = {
  double: 'FLOAT64',
  float: 'FLOAT32',
  int32: 'INT32',
  sint32: 'INT32',
  sfixed32: 'INT32',
  uint32: 'INT64',
  fixed32: 'INT64',
  int64: 'INT64',
  uint64: 'INT64',
  sint64: 'INT64',
  fixed64: 'INT64',
  sfixed64: 'INT64',
  bool: 'BOOLEAN',
  string: 'STRING',
  bytes: 'BYTES',
};
