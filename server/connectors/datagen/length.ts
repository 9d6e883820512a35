import { isObject, type JsonObject, member, schemaError } from './arg-json.ts';
import { wholeMember, wholeNumber } from './numbers.ts';

/** Both ends included. */
export interface Length {
  readonly min: number;
  readonly max: number;
}

const largest = 1 << 20;
const usual: Length = { min: 8, max: 15 };

/** The option `length`: a number, or an object whose `max` is excluded. null: it is not there. */
export function lengthOption(args: JsonObject, place: string): Length | null {
  const given = member(args, 'length');
  if (given === undefined) return null;
  if (!isObject(given)) {
    const exact = bounded(wholeNumber(given), place);
    if (exact === null) throw schemaError(place, 'length must be a whole number or an object');
    return { min: exact, max: exact };
  }
  const min = bounded(wholeMember(given, 'min', 'length', place), place);
  const max = bounded(wholeMember(given, 'max', 'length', place), place);
  if (min === null && max === null) throw schemaError(place, 'length needs min or max');
  // Java has no end here, and so no memory left.
  const end = max ?? Math.min((min ?? 0) + 9, largest + 1);
  if (end <= (min ?? 0)) throw schemaError(place, 'max of length must be greater than its min');
  return { min: min ?? 0, max: end - 1 };
}

export function lengthOr(args: JsonObject, place: string): Length {
  return lengthOption(args, place) ?? usual;
}

function bounded(length: bigint | null, place: string): number | null {
  if (length === null) return null;
  if (length < 0n) throw schemaError(place, 'length must not be negative');
  if (length > largest) throw schemaError(place, `length must not be more than ${largest}`);
  return Number(length);
}
