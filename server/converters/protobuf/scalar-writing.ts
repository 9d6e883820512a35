import type { Schema, SchemaType } from '../../records/schema.ts';
import { kindOf } from '../../records/validate-value.ts';
import type { ByteWriter } from '../schema-registry/byte-writer.ts';
import type { ProtoEnum, ProtoField, ScalarType } from './proto-model.ts';
import { unknownEnumValue } from './scalar-reading.ts';
import { WireProblem } from './wire-problem.ts';
import { wireTypes } from './wire-reader.ts';
import {
  writeBytes,
  writeDouble,
  writeFixed32,
  writeFixed64,
  writeFloat,
  writeInt64,
  writeSigned,
  writeString,
  writeUnsigned,
} from './wire-writing.ts';

type Wire = boolean | number | bigint | string | Uint8Array;

export interface ScalarWriter {
  readonly wireType: number;
  /** Whether the value is that default. Throws for a value that the field cannot hold, as `write` does. */
  readonly is: (value: unknown, other: ProtoField['default']) => boolean;
  readonly write: (value: unknown, out: ByteWriter) => void;
}

const { varint, fixed32, fixed64, bytes } = wireTypes;
const limits = { INT8: 0x7f, INT16: 0x7fff, INT32: 0x7fff_ffff } as const;

/** null: values of this schema cannot be written as that scalar. */
export function scalarWriter(scalar: ScalarType, schema: Schema): ScalarWriter | null {
  switch (scalar) {
    case 'int32':
      return ofNumber(schema, varint, (wire, out) => writeSigned(out, wire));
    case 'sint32':
      return ofNumber(schema, varint, (wire, out) => writeUnsigned(out, (wire << 1) ^ (wire >> 31)));
    case 'sfixed32':
      return ofNumber(schema, fixed32, (wire, out) => writeFixed32(out, wire));
    case 'uint32':
      return ofUnsigned(schema, varint, (wire, out) => writeUnsigned(out, Number(wire)));
    case 'fixed32':
      return ofUnsigned(schema, fixed32, (wire, out) => writeFixed32(out, Number(wire)));
    case 'int64':
    case 'uint64':
      return ofBigint(schema, varint, (wire, out) => writeInt64(out, wire));
    case 'sint64':
      return ofBigint(schema, varint, (wire, out) => {
        writeInt64(out, BigInt.asIntN(64, (wire << 1n) ^ (wire >> 63n)));
      });
    case 'fixed64':
    case 'sfixed64':
      return ofBigint(schema, fixed64, (wire, out) => writeFixed64(out, wire));
    case 'float':
      return shape(schema, ['FLOAT32'], fixed32, toFloat, (wire, out) => writeFloat(out, wire));
    case 'double':
      return shape(schema, ['FLOAT32', 'FLOAT64'], fixed64, toDouble, (wire, out) => writeDouble(out, wire));
    case 'bool':
      return shape(schema, ['BOOLEAN'], varint, toBoolean, (wire, out) => writeUnsigned(out, wire ? 1 : 0));
    case 'string':
      return shape(schema, ['STRING'], bytes, toText, (wire, out) => writeString(out, wire));
    case 'bytes':
      return shape(schema, ['BYTES'], bytes, toBytes, (wire, out) => writeBytes(out, wire));
  }
}

/** Of names or numbers, as the schema has it. */
export function enumWriter(type: ProtoEnum, schema: Schema): ScalarWriter | null {
  const byName = new Map(type.values.map(({ name, number }) => [name, number]));
  const numbers = new Set(byName.values());
  const prefix = unknownEnumValue(type);
  const toWire = (value: unknown) => {
    const number =
      typeof value === 'string' ? (byName.get(value) ?? numberBehind(prefix, value)) : toInt32(value);
    if (number !== undefined && (!type.isClosed || numbers.has(number))) return number;
    throw new WireProblem(`the enum ${type.fullName} has no such value`);
  };
  return shape(schema, ['STRING', 'INT8', 'INT16', 'INT32'], varint, toWire, (wire, out) =>
    writeSigned(out, wire),
  );
}

function shape<T extends Wire>(
  schema: Schema,
  types: readonly SchemaType[],
  wireType: number,
  toWire: (value: unknown) => T,
  write: (wire: T, out: ByteWriter) => void,
): ScalarWriter | null {
  if (!types.includes(schema.type)) return null;
  return {
    wireType,
    is: (value, other) => isSame(toWire(value), other),
    write: (value, out) => write(toWire(value), out),
  };
}

/** NaN is itself, and negative zero is not zero. */
function isSame(wire: Wire, other: ProtoField['default']): boolean {
  if (wire instanceof Uint8Array) return other instanceof Uint8Array && Buffer.compare(wire, other) === 0;
  return Object.is(wire, other);
}

function ofNumber(schema: Schema, wireType: number, write: (wire: number, out: ByteWriter) => void) {
  const { type } = schema;
  if (type === 'INT64')
    return shape(schema, [type], wireType, (value) => toInt32(Number(toInt64(value))), write);
  const most = type === 'INT8' || type === 'INT16' ? limits[type] : limits.INT32;
  return shape(schema, ['INT8', 'INT16', 'INT32'], wireType, (value) => toInteger(value, most), write);
}

function ofUnsigned(schema: Schema, wireType: number, write: (wire: bigint, out: ByteWriter) => void) {
  return ofBigint(schema, wireType, write, (value) => {
    if (value < 0n || value > 0xffff_ffffn)
      throw new WireProblem('the integer does not fit into 32 bits without sign');
    return value;
  });
}

function ofBigint(
  schema: Schema,
  wireType: number,
  write: (wire: bigint, out: ByteWriter) => void,
  check: (value: bigint) => bigint = (value) => value,
) {
  if (schema.type === 'INT64')
    return shape(schema, ['INT64'], wireType, (value) => check(toInt64(value)), write);
  const types = ['INT8', 'INT16', 'INT32'] as const;
  return shape(schema, types, wireType, (value) => check(BigInt(toInt32(value))), write);
}

function toInteger(value: unknown, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value <= most && value >= -most - 1)
    return value;
  throw unexpected('an integer of this size', value);
}

function toInt32(value: unknown): number {
  return toInteger(value, limits.INT32);
}

function toInt64(value: unknown): bigint {
  if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return value;
  throw unexpected('a bigint of 64 bits', value);
}

function toFloat(value: unknown): number {
  const real = toDouble(value);
  if (Number.isFinite(real) && !Number.isFinite(Math.fround(real))) {
    throw new WireProblem('the number does not fit into 32 bits');
  }
  return real;
}

function toDouble(value: unknown): number {
  if (typeof value === 'number') return value;
  throw unexpected('a number', value);
}

function toBoolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw unexpected('a boolean', value);
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw unexpected('a string', value);
}

function toBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw unexpected('bytes', value);
}

function numberBehind(prefix: string, value: string): number | undefined {
  const digits = value.startsWith(prefix) ? value.slice(prefix.length) : '';
  return /^-?\d{1,10}$/.test(digits) ? toInt32(Number(digits)) : undefined;
}

function unexpected(expected: string, value: unknown): WireProblem {
  return new WireProblem(`${expected} is expected, but this is ${kindOf(value)}`);
}
