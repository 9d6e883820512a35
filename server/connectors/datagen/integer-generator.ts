import { logicalNames } from '../../records/logical-types.ts';
import type { SchemaType } from '../../records/schema.ts';
import { type JsonObject, schemaError } from './arg-json.ts';
import type { Generate, Generation } from './generation.ts';
import { wholeIteration } from './iteration.ts';
import { objectOption, rangeOption, wholeNumber } from './numbers.ts';

/** What whole numbers of a kind may be, and what becomes of them. Ends are included. */
export interface IntegerKind {
  readonly schemaType: SchemaType;
  readonly logicalName: string | null;
  readonly lowest: bigint;
  readonly highest: bigint;
  /** Without a range. */
  readonly usual: { readonly min: bigint; readonly max: bigint };
  readonly toValue: (whole: number | bigint) => number | bigint | Date;
}

const msPerDay = 86_400_000;
const inYear2100 = 4_102_444_800_000n;

function plain(schemaType: SchemaType, bits: bigint): IntegerKind {
  const highest = 2n ** (bits - 1n) - 1n;
  const lowest = -highest - 1n;
  const toValue = schemaType === 'INT64' ? BigInt : Number;
  return { schemaType, logicalName: null, lowest, highest, usual: { min: lowest, max: highest }, toValue };
}

export const int8 = plain('INT8', 8n);
export const int16 = plain('INT16', 16n);
export const int32 = plain('INT32', 32n);
export const int64 = plain('INT64', 64n);

/** Days that JavaScript can hold. */
export const days: IntegerKind = {
  schemaType: 'INT32',
  logicalName: logicalNames.date,
  lowest: -100_000_000n,
  highest: 100_000_000n,
  usual: { min: 0n, max: inYear2100 / BigInt(msPerDay) },
  toValue: (whole) => new Date(Number(whole) * msPerDay),
};

export const timesOfDay: IntegerKind = {
  schemaType: 'INT32',
  logicalName: logicalNames.time,
  lowest: 0n,
  highest: BigInt(msPerDay) - 1n,
  usual: { min: 0n, max: BigInt(msPerDay) - 1n },
  toValue: (whole) => new Date(Number(whole)),
};

export const timestamps: IntegerKind = {
  schemaType: 'INT64',
  logicalName: logicalNames.timestamp,
  lowest: -8_640_000_000_000_000n,
  highest: 8_640_000_000_000_000n,
  usual: { min: 0n, max: inYear2100 },
  toValue: (whole) => new Date(Number(whole)),
};

export function integerGenerator(kind: IntegerKind, args: JsonObject, place: string): Generate {
  const { toValue } = kind;
  const iteration = objectOption(args, 'iteration', place);
  if (iteration !== null) {
    const next = wholeIteration(iteration, kind, place);
    return (generation) => toValue(next(generation));
  }
  const next = wholeWithin(args, kind, place);
  return (generation) => toValue(next(generation));
}

/** Whole numbers in the option `range`, or in the usual one. */
export function wholeWithin(
  args: JsonObject,
  { lowest, highest, usual }: Pick<IntegerKind, 'lowest' | 'highest' | 'usual'>,
  place: string,
): (generation: Generation) => number | bigint {
  const range = rangeOption(args, place);
  const end = (name: 'min' | 'max', otherwise: bigint): bigint => {
    const given = range?.[name];
    if (given === undefined) return otherwise;
    const value = wholeNumber(given);
    if (value === null) throw schemaError(place, `${name} of range must be a whole number`);
    // One more than the highest is fine: the max is excluded.
    if (value < lowest || value > highest + (name === 'max' ? 1n : 0n)) {
      throw schemaError(place, `${name} of range does not fit the type`);
    }
    return name === 'max' ? value - 1n : value;
  };
  const min = end('min', range === null ? usual.min : lowest);
  const max = end('max', range === null ? usual.max : highest);
  if (min > max) throw schemaError(place, 'min of range must be less than its max');
  if (isSafe(min) && isSafe(max)) {
    const [from, to] = [Number(min), Number(max)];
    return ({ random }) => random.between(from, to);
  }
  return ({ random }) => random.bigBetween(min, max);
}

function isSafe(whole: bigint): boolean {
  return BigInt.asIntN(53, whole) === whole;
}
