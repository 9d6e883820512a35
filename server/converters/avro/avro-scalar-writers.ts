import { Decimal } from '../../records/decimal.ts';
import { dateToDays, decimalScaleOf, timeToMs } from '../../records/logical-values.ts';
import type { Schema } from '../../records/schema.ts';
import { kindOf, logicalNames } from '../../records/validate-value.ts';
import { dataError } from '../converter-error.ts';
import type { ByteWriter } from '../schema-registry/byte-writer.ts';
import {
  at,
  writeByte,
  writeBytes,
  writeDouble,
  writeFloat,
  writeInt,
  writeLong,
  writeLongNumber,
  writeRaw,
  writeString,
} from './avro-output.ts';
import { type AvroEnum, type AvroFixed, type AvroSchema, avroBranchName } from './avro-schema.ts';

export type AvroValueWriter = (value: unknown, out: ByteWriter) => void;

const mostNegativeLong = -(2n ** 63n);
const mostPositiveLong = 2n ** 63n - 1n;
const exactLongs = 2 ** 52;

/** Writes values of a Connect schema that is no array, map or struct; null where Avro has another type there. */
export function scalarWriter(schema: Schema, avro: AvroSchema, place: string): AvroValueWriter | null {
  switch (avro.type) {
    case 'boolean':
      return schema.type === 'BOOLEAN' ? booleanWriter(schema, place) : null;
    case 'int':
      return intWriter(schema, place);
    case 'long':
      return longWriter(schema, place);
    case 'float':
    case 'double':
      return floatWriter(schema, avro.type, place);
    case 'string':
      return schema.type === 'STRING' ? stringWriter(schema, place) : null;
    case 'enum':
      return schema.type === 'STRING' ? symbolWriter(avro, schema, place) : null;
    case 'bytes':
      if (schema.type !== 'BYTES') return null;
      return schema.name === logicalNames.decimal
        ? decimalWriter(schema, avro, place)
        : bytesWriter(schema, place);
    case 'fixed':
      if (schema.type !== 'BYTES') return null;
      return schema.name === logicalNames.decimal
        ? fixedDecimalWriter(schema, avro, place)
        : fixedWriter(avro, schema, place);
    default:
      return null;
  }
}

function booleanWriter(schema: Schema, place: string): AvroValueWriter {
  return (value, out) => {
    if (typeof value !== 'boolean') throw wrongValue(value, schema, place);
    writeByte(out, value ? 1 : 0);
  };
}

const largestInts: Readonly<Record<string, number>> = { INT8: 0x7f, INT16: 0x7fff, INT32: 0x7fffffff };

function intWriter(schema: Schema, place: string): AvroValueWriter | null {
  const largest = largestInts[schema.type];
  if (largest === undefined) return null;
  if (schema.name === logicalNames.date) {
    return (value, out) => writeInt(out, int32Of(dateToDays(dateOf(value, schema, place)), schema, place));
  }
  if (schema.name === logicalNames.time) {
    return (value, out) => writeInt(out, timeToMs(dateOf(value, schema, place)));
  }
  return (value, out) => writeInt(out, wholeOf(value, largest, schema, place));
}

function longWriter(schema: Schema, place: string): AvroValueWriter | null {
  if (schema.name === logicalNames.timestamp && schema.type === 'INT64') {
    return (value, out) => {
      const ms = dateOf(value, schema, place).getTime();
      if (Math.abs(ms) < exactLongs) writeLongNumber(out, ms);
      else writeLong(out, BigInt(ms));
    };
  }
  if (schema.type !== 'INT64') return intWriter(schema, place);
  return (value, out) => {
    if (typeof value !== 'bigint' || value > mostPositiveLong || value < mostNegativeLong) {
      throw wrongValue(value, schema, place);
    }
    writeLong(out, value);
  };
}

/** Whole numbers are taken where the wider type holds them exactly. */
function floatWriter(schema: Schema, type: 'float' | 'double', place: string): AvroValueWriter | null {
  const write = type === 'float' ? writeFloat : writeDouble;
  if (schema.type === 'FLOAT32' || (schema.type === 'FLOAT64' && type === 'double')) {
    return (value, out) => {
      if (typeof value !== 'number') throw wrongValue(value, schema, place);
      write(out, value);
    };
  }
  const largest = largestInts[schema.type];
  if ((largest === undefined && schema.type !== 'INT64') || schema.name !== null) return null;
  return (value, out) => {
    const number = typeof value === 'bigint' ? Number(value) : wholeOf(value, largest ?? 0, schema, place);
    const kept = type === 'float' ? Math.fround(number) : number;
    if (kept !== number || (typeof value === 'bigint' && BigInt(kept) !== value)) {
      throw dataError(`${String(schema.type)} has more digits than Avro's ${type} holds${at(place)}.`);
    }
    write(out, kept);
  };
}

function stringWriter(schema: Schema, place: string): AvroValueWriter {
  return (value, out) => {
    if (typeof value !== 'string') throw wrongValue(value, schema, place);
    writeString(out, value, place);
  };
}

function symbolWriter(avro: AvroEnum, schema: Schema, place: string): AvroValueWriter {
  const indexes = new Map(avro.symbols.map((symbol, index) => [symbol, index]));
  return (value, out) => {
    if (typeof value !== 'string') throw wrongValue(value, schema, place);
    const index = indexes.get(value);
    if (index === undefined) throw dataError(`A text is no symbol of enum ${avro.name}${at(place)}.`);
    writeInt(out, index);
  };
}

function bytesWriter(schema: Schema, place: string): AvroValueWriter {
  return (value, out) => {
    if (!(value instanceof Uint8Array)) throw wrongValue(value, schema, place);
    writeBytes(out, value);
  };
}

function fixedWriter(avro: AvroFixed, schema: Schema, place: string): AvroValueWriter {
  return (value, out) => {
    if (!(value instanceof Uint8Array)) throw wrongValue(value, schema, place);
    if (value.length !== avro.size) {
      throw dataError(`${value.length} bytes are not the ${avro.size} of fixed ${avro.name}${at(place)}.`);
    }
    writeRaw(out, value);
  };
}

function decimalWriter(schema: Schema, avro: AvroSchema, place: string): AvroValueWriter {
  const scale = scaleFor(schema, avro, place);
  return (value, out) => writeBytes(out, unscaledOf(value, scale, schema, place).unscaledBytes());
}

function fixedDecimalWriter(schema: Schema, avro: AvroFixed, place: string): AvroValueWriter {
  const scale = scaleFor(schema, avro, place);
  return (value, out) => {
    const decimal = unscaledOf(value, scale, schema, place);
    const bytes = decimal.unscaledBytes();
    if (bytes.length > avro.size) {
      throw dataError(`A decimal needs more than the ${avro.size} bytes of fixed ${avro.name}${at(place)}.`);
    }
    const sign = decimal.unscaled < 0n ? 0xff : 0;
    for (let i = bytes.length; i < avro.size; i++) writeByte(out, sign);
    writeRaw(out, bytes);
  };
}

/** The number itself is all that is written: both sides must mean the same by it. */
function scaleFor(schema: Schema, avro: AvroSchema, place: string): number {
  const scale = decimalScaleOf(schema);
  const logicalType = avro.props.get('logicalType');
  const written = avro.props.get('scale') ?? 0n;
  if (logicalType === 'decimal' && written !== BigInt(scale)) {
    throw dataError(
      `Decimals of scale ${scale} do not fit ${avroBranchName(avro)} of scale ${String(written)}${at(place)}.`,
    );
  }
  return scale;
}

function unscaledOf(value: unknown, scale: number, schema: Schema, place: string): Decimal {
  if (!(value instanceof Decimal)) throw wrongValue(value, schema, place);
  if (value.scale !== scale) {
    throw dataError(`A decimal has scale ${value.scale}, its schema ${scale}${at(place)}.`);
  }
  return value;
}

function dateOf(value: unknown, schema: Schema, place: string): Date {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) throw wrongValue(value, schema, place);
  return value;
}

function wholeOf(value: unknown, largest: number, schema: Schema, place: string): number {
  if (typeof value !== 'number' || (value | 0) !== value || value > largest || value < -largest - 1) {
    throw wrongValue(value, schema, place);
  }
  return value;
}

function int32Of(value: number, schema: Schema, place: string): number {
  return wholeOf(value, 0x7fffffff, schema, place);
}

/** Says what a value is, never what it holds. */
export function wrongValue(value: unknown, schema: Schema, place: string): Error {
  const name = schema.name === null ? schema.type : `${schema.name} (${schema.type})`;
  if (value === null || value === undefined) {
    return dataError(`null stands where ${name} is required${at(place)}.`);
  }
  return dataError(`A ${kindOf(value)} is no value of ${name}${at(place)}.`);
}
