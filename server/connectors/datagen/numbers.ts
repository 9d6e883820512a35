import { isObject, type Json, type JsonObject, member, schemaError } from './arg-json.ts';

/** The whole number, or null for everything else. */
export function wholeNumber(json: Json | undefined): bigint | null {
  if (typeof json === 'bigint') return json;
  return typeof json === 'number' && Number.isInteger(json) ? BigInt(json) : null;
}

/** A whole number that an object may have under a name; null: it has none. */
export function wholeMember(json: JsonObject, name: string, of: string, place: string): bigint | null {
  const given = member(json, name);
  if (given === undefined) return null;
  const value = wholeNumber(given);
  if (value === null) throw schemaError(place, `${name} of ${of} must be a whole number`);
  return value;
}

/** Any number that an object may have under a name; null: it has none. */
export function numberMember(json: JsonObject, name: string, of: string, place: string): number | null {
  const given = member(json, name);
  if (given === undefined) return null;
  if (typeof given !== 'number' && typeof given !== 'bigint') {
    throw schemaError(place, `${name} of ${of} must be a number`);
  }
  return Number(given);
}

/** An option that must be an object; null: it is not there. */
export function objectOption(args: JsonObject, name: string, place: string): JsonObject | null {
  const given = member(args, name);
  if (given === undefined) return null;
  if (!isObject(given)) throw schemaError(place, `${name} must be an object`);
  return given;
}

/** An option that must be a text; null: it is not there. */
export function textOption(args: JsonObject, name: string, place: string): string | null {
  const given = member(args, name);
  if (given === undefined) return null;
  if (typeof given !== 'string') throw schemaError(place, `${name} must be a text`);
  return given;
}

/** An option that must lie between 0 and 1; null: it is not there. */
export function shareOption(args: JsonObject, name: string, place: string): number | null {
  const share = numberMember(args, name, 'arg.properties', place);
  if (share !== null && !(share >= 0 && share <= 1)) {
    throw schemaError(place, `${name} must lie between 0 and 1`);
  }
  return share;
}

/** A range of numbers: `min` included, `max` not; null: it is not there. */
export function rangeOption(
  args: JsonObject,
  place: string,
): { readonly min: Json | undefined; readonly max: Json | undefined } | null {
  const range = objectOption(args, 'range', place);
  if (range === null) return null;
  const [min, max] = [member(range, 'min'), member(range, 'max')];
  if (min === undefined && max === undefined) throw schemaError(place, 'range needs min or max');
  return { min, max };
}
