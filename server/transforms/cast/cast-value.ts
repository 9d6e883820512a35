import { Decimal } from '../../records/decimal.ts';
import { floatText } from '../../records/java-number-text.ts';
import { javaText } from '../../records/java-text.ts';
import { dateToDays, timeToMs } from '../../records/logical-values.ts';
import type { Schema, SchemaType } from '../../records/schema.ts';
import { kindOf, logicalNames } from '../../records/validate-value.ts';
import { dataError } from '../fields/record-data.ts';
import type { CastType } from './cast-spec.ts';
import { parseDouble, parseWhole } from './java-number-parse.ts';
import { wholePart } from './whole-part.ts';

const dayMs = 86_400_000;
const outOfRange = 'A value was out of range for requested data type';
const containers: ReadonlySet<SchemaType> = new Set(['ARRAY', 'MAP', 'STRUCT']);
const integerBits = { INT8: 8, INT16: 16, INT32: 32, INT64: 64 } as const;

/** The value as one of another type; narrowing wraps and cuts as Java's casts do. Schemaless integers are bigints. */
export function castValue(schema: Schema | null, value: unknown, type: CastType): unknown {
  if (value === null || value === undefined) return null;
  if (schema !== null && containers.has(schema.type)) throw unsupported(value);
  if (schema === null && (value instanceof Date || value instanceof Decimal)) throw unsupported(value);
  if (type === 'STRING') return castText(schema, value);
  const encoded = schema === null ? value : encodeLogical(schema, value);
  switch (type) {
    case 'INT8':
    case 'INT16':
    case 'INT32':
    case 'INT64': {
      if (schema !== null && typeof encoded === 'number') {
        const small = encoded | 0;
        if (small === encoded) return castSmall(small, type);
      }
      const whole = castWhole(encoded, integerBits[type]);
      return schema === null || type === 'INT64' ? whole : Number(whole);
    }
    case 'FLOAT32': {
      const float = Math.fround(castReal(encoded));
      // Without a schema every number is a double: the one whose digits are those that Java shows for the float.
      return schema === null ? Number(floatText(float)) : float;
    }
    case 'FLOAT64':
      return castReal(encoded);
    case 'BOOLEAN':
      return castBoolean(encoded);
  }
}

/** For whole numbers of 32 bits, which most are: without a bigint on the way to smaller types. */
function castSmall(value: number, type: keyof typeof integerBits): number | bigint {
  if (type === 'INT64') return BigInt(value);
  const spare = 32 - integerBits[type];
  return (value << spare) >> spare;
}

function castWhole(value: unknown, bits: number): bigint {
  if (typeof value === 'number') return BigInt.asIntN(bits, saturated(value, bits === 64 ? 64 : 32));
  if (typeof value === 'bigint') return BigInt.asIntN(bits, value);
  if (value instanceof Decimal) return BigInt.asIntN(bits, wholePart(value));
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'string') return parseWhole(value, bits, outOfRange);
  throw unsupported(value);
}

/** A double cut towards zero, and held within 32 or 64 bits; NaN is 0. */
function saturated(value: number, bits: 32 | 64): bigint {
  if (Number.isNaN(value)) return 0n;
  const limit = 2 ** (bits - 1);
  if (value >= limit) return 2n ** BigInt(bits - 1) - 1n;
  return BigInt(Math.trunc(Math.max(value, -limit)));
}

function castReal(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Decimal) return value.toNumber();
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string') return parseDouble(value, outOfRange);
  throw unsupported(value);
}

function castBoolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return value.toLowerCase() === 'true';
  return castWhole(value, 64) !== 0n;
}

function castText(schema: Schema | null, value: unknown): string {
  if (value instanceof Date) return dateText(schema, value);
  if (Array.isArray(value) || value instanceof Map) throw unsupported(value);
  return javaText(schema, value);
}

/** As headers show them: the first day of the epoch as a time of day, other midnights as days. In UTC. */
function dateText(schema: Schema | null, date: Date): string {
  const ms = date.getTime();
  if (Number.isNaN(ms)) throw dataError('An invalid date cannot be cast.');
  const iso = date.toISOString();
  if (schema?.name === logicalNames.date) return iso.slice(0, iso.indexOf('T'));
  if (ms >= 0 && ms < dayMs) return iso.slice(iso.indexOf('T') + 1);
  return ms % dayMs === 0 ? iso.slice(0, iso.indexOf('T')) : iso;
}

function encodeLogical(schema: Schema, value: unknown): unknown {
  if (!(value instanceof Date)) return value;
  if (schema.name === logicalNames.date) return dateToDays(value);
  if (schema.name === logicalNames.time) return timeToMs(value);
  return BigInt(value.getTime());
}

function unsupported(value: unknown) {
  return dataError(`Cast transformation does not support casting from ${kindOf(value)}.`);
}
