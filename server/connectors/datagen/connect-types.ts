import { logicalNames } from '../../records/logical-types.ts';
import type { SchemaSpec } from '../../records/schema-of.ts';
import { type Json, member, schemaError } from './arg-json.ts';
import type { ArgSchema } from './arg-schema.ts';
import {
  days,
  type IntegerKind,
  int8,
  int16,
  int32,
  int64,
  timesOfDay,
  timestamps,
} from './integer-generator.ts';
import { wholeMember, wholeNumber } from './numbers.ts';

/** Names that the Java connector's Avro data gives to what Connect does not know by itself. */
export const unionName = 'io.confluent.connect.avro.Union';
const enumParameter = 'io.confluent.connect.avro.Enum';
const fixedSizeParameter = 'connect.fixed.size';

const deepestScale = 1_000;

export function integerKindOf(schema: ArgSchema): IntegerKind {
  const logical = member(schema.props, 'logicalType');
  if (schema.type === 'long') return logical === 'timestamp-millis' ? timestamps : int64;
  if (logical === 'date') return days;
  if (logical === 'time-millis') return timesOfDay;
  const type = logical === undefined ? member(schema.props, 'connect.type') : undefined;
  if (type === 'int8') return int8;
  return type === 'int16' ? int16 : int32;
}

/** Scale and number of digits; null: the bytes are no decimal. */
export function decimalOf(schema: ArgSchema): { readonly scale: number; readonly precision: number } | null {
  if (member(schema.props, 'logicalType') !== 'decimal') return null;
  const { props, place } = schema;
  const of = (name: string) => wholeMember(props, name, 'decimal', place);
  const [scale, precision] = [of('scale') ?? 0n, of('precision')];
  if (precision === null || precision < 1n || precision > deepestScale) {
    throw schemaError(place, `precision of a decimal must be a whole number from 1 to ${deepestScale}`);
  }
  if (scale < 0n || scale > precision) {
    throw schemaError(place, 'scale of a decimal must not be negative, and not more than its precision');
  }
  return { scale: Number(scale), precision: Number(precision) };
}

export function decimalSpec(scale: number, precision: number): Partial<SchemaSpec> {
  const parameters: Record<string, string> = { scale: String(scale) };
  // 64 digits are what the Java converter takes for granted.
  if (precision !== 64) parameters['connect.decimal.precision'] = String(precision);
  return { name: logicalNames.decimal, version: 1, parameters };
}

/** Parameters that remember the Avro type. */
export function typeParameters(schema: ArgSchema): Readonly<Record<string, string>> {
  if (schema.type === 'fixed') return { [fixedSizeParameter]: String(schema.size) };
  if (schema.type !== 'enum') return {};
  const symbols = schema.symbols.map((symbol) => [`${enumParameter}.${symbol}`, symbol] as const);
  return Object.fromEntries([[enumParameter, schema.name], ...symbols]);
}

/** What the schema says about the Connect schema itself: name, version, parameters. */
export function connectProps(schema: ArgSchema): Pick<SchemaSpec, 'name' | 'version' | 'parameters'> {
  const { props, place } = schema;
  const name = member(props, 'connect.name') ?? ('name' in schema ? schema.name : null);
  if (name !== null && typeof name !== 'string') throw schemaError(place, 'connect.name must be a text');
  const version = member(props, 'connect.version') ?? null;
  const number = version === null ? null : wholeNumber(version);
  if (version !== null && (number === null || number < 1n || number > 0x7fffffffn)) {
    throw schemaError(place, 'connect.version must be a whole number from 1');
  }
  return {
    name,
    version: number === null ? null : Number(number),
    parameters: textsOf(member(props, 'connect.parameters') ?? {}, place),
  };
}

function textsOf(json: Json, place: string): Record<string, string> {
  const entries = Object.entries(typeof json === 'object' && json !== null ? json : {});
  return Object.fromEntries(
    entries.map(([name, value]) => {
      if (typeof value !== 'string') throw schemaError(place, 'connect.parameters must be texts');
      return [name, value];
    }),
  );
}
