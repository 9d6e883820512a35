import { Decimal } from '../../records/decimal.ts';
import { type Json, schemaError } from './arg-json.ts';
import type { ArgFixed, ArgPrimitive } from './arg-schema.ts';
import { decimalOf, decimalSpec } from './connect-types.ts';
import type { Generate } from './generation.ts';
import { type Length, lengthOr } from './length.ts';
import { rangeOption } from './numbers.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { TypeBody } from './type-body.ts';

/** Bytes and fixed, either of which may be a decimal. */
export function bytesType(schema: ArgFixed | ArgPrimitive): TypeBody {
  const { args, place } = schema;
  const size = schema.type === 'fixed' ? schema.size : null;
  const decimal = decimalOf(schema);
  const bytesOf = (json: Json) => {
    if (typeof json !== 'string') return undefined;
    const bytes = Buffer.from(json);
    return size === null || bytes.length === size ? bytes : undefined;
  };
  if (decimal === null) {
    return {
      spec: { type: 'BYTES' },
      generate: () => randomBytes(size === null ? lengthOr(args, place) : { min: size, max: size }),
      read: () => bytesOf,
    };
  }
  const { scale, precision } = decimal;
  return {
    spec: { type: 'BYTES', ...decimalSpec(scale, precision) },
    generate: () => {
      const range = rangeOption(args, place);
      const most = 10n ** BigInt(precision) - 1n;
      const end = (json: Json | undefined, otherwise: bigint) => {
        if (json === undefined) return otherwise;
        const value = scaled(json, scale);
        if (value === null || value < -most || value > most + 1n) {
          throw schemaError(
            place,
            `range does not fit a decimal of precision ${precision} and scale ${scale}`,
          );
        }
        return value;
      };
      const min = end(range?.min, -most);
      const max = end(range?.max, most + 1n) - 1n;
      if (min > max) throw schemaError(place, 'min of range must be less than its max');
      return ({ random }) => new Decimal(random.bigBetween(min, max), scale);
    },
    read: () => (json) => {
      const value = scaled(json, scale);
      if (value !== null) return new Decimal(value, scale);
      const bytes = bytesOf(json);
      return bytes === undefined || bytes.length === 0 ? undefined : Decimal.fromUnscaledBytes(bytes, scale);
    },
  };
}

/** A number in units of the scale; null: it is none, or has more digits. */
function scaled(json: Json, scale: number): bigint | null {
  if (typeof json !== 'number' && typeof json !== 'bigint') return null;
  const given = Decimal.parse(String(json));
  const missing = scale - given.scale;
  return missing < 0 ? null : given.unscaled * 10n ** BigInt(missing);
}

function randomBytes({ min, max }: Length): Generate {
  return (generation) => {
    const length = generation.random.between(min, max);
    generation.spend(length);
    return bytesBy(generation.random, length);
  };
}

function bytesBy(random: SeededRandom, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let index = 0; index < length; index++) bytes[index] = random.below(256);
  return bytes;
}
