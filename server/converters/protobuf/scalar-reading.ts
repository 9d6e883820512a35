import type { ProtoEnum, ProtoField, ScalarType } from './proto-model.ts';
import { type WireReader, wireTypes } from './wire-reader.ts';

export interface ScalarReader {
  readonly wireType: number;
  /** undefined: as if the value were not there (a number that a closed enum does not know). */
  readonly read: (reader: WireReader) => unknown;
}

const { varint, fixed32, fixed64, bytes } = wireTypes;

/** Reader of a scalar, checking that it fits a schema which may be narrower (INT8, INT16). */
export function scalarReader(scalar: ScalarType, checksUtf8: boolean): ScalarReader {
  switch (scalar) {
    case 'int32':
      return { wireType: varint, read: (reader) => reader.int32() };
    case 'sint32':
      return { wireType: varint, read: (reader) => reader.sint32() };
    case 'uint32':
      return { wireType: varint, read: (reader) => reader.uint32() };
    case 'int64':
    case 'uint64':
      return { wireType: varint, read: (reader) => reader.int64() };
    case 'sint64':
      return { wireType: varint, read: (reader) => reader.sint64() };
    case 'bool':
      return { wireType: varint, read: (reader) => reader.bool() };
    case 'fixed32':
      return { wireType: fixed32, read: (reader) => reader.fixed32() };
    case 'sfixed32':
      return { wireType: fixed32, read: (reader) => reader.sfixed32() };
    case 'float':
      return { wireType: fixed32, read: (reader) => reader.float() };
    case 'fixed64':
    case 'sfixed64':
      return { wireType: fixed64, read: (reader) => reader.fixed64() };
    case 'double':
      return { wireType: fixed64, read: (reader) => reader.double() };
    case 'string':
      return { wireType: bytes, read: (reader) => reader.string(checksUtf8) };
    case 'bytes':
      return { wireType: bytes, read: (reader) => reader.bytes() };
  }
}

export function enumReader(type: ProtoEnum, asInteger: boolean): ScalarReader {
  const toValue = enumValueReader(type, asInteger);
  return { wireType: varint, read: (reader) => toValue(reader.int32()) };
}

/** The value of a field that is not there. */
export function defaultOf(field: ProtoField, enumsAsIntegers: boolean): unknown {
  const { type } = field;
  if (type.kind === 'enum') {
    const number = typeof field.default === 'number' ? field.default : (type.values[0]?.number ?? 0);
    return enumValueReader(type, enumsAsIntegers)(number);
  }
  if (type.kind !== 'scalar') return null;
  return field.default ?? zeroOf(type.scalar);
}

function enumValueReader(type: ProtoEnum, asInteger: boolean): (number: number) => unknown {
  const names = new Map<number, string>();
  for (const { name, number } of type.values) if (!names.has(number)) names.set(number, name);
  if (asInteger) return (number) => (type.isClosed && !names.has(number) ? undefined : number);
  return (number) => names.get(number) ?? (type.isClosed ? undefined : `${unknownEnumValue(type)}${number}`);
}

/** How the Java library calls the values that an enum does not name, the number following. */
export function unknownEnumValue(type: ProtoEnum): string {
  return `UNKNOWN_ENUM_VALUE_${type.name}_`;
}

export function zeroOf(scalar: ScalarType): boolean | number | bigint | string | Buffer {
  switch (scalar) {
    case 'bool':
      return false;
    case 'string':
      return '';
    case 'bytes':
      return Buffer.alloc(0);
    case 'int32':
    case 'sint32':
    case 'sfixed32':
    case 'float':
    case 'double':
      return 0;
    default:
      return 0n;
  }
}
