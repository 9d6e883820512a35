import { Decimal } from './decimal.ts';
import type { Schema } from './schema.ts';
import { Struct } from './struct.ts';

/** Two structs whose fields are being compared, inside of others. */
interface StructPair {
  readonly left: Schema;
  readonly right: Schema;
  readonly outer: StructPair | null;
}

/** Whether two schemas say the same in everything: docs, parameters, defaults and order of fields included. */
export function schemasEqual(left: Schema | null, right: Schema | null): boolean {
  return schemasEqualInside(left, right, null);
}

function schemasEqualInside(left: Schema | null, right: Schema | null, outer: StructPair | null): boolean {
  if (left === right) return true;
  if (left === null || right === null) return false;
  // A struct may hold itself: then the comparison under way decides.
  if (isUnderWay(left, right, outer)) return true;
  const inside = left.type === 'STRUCT' ? { left, right, outer } : outer;
  return (
    left.type === right.type &&
    left.optional === right.optional &&
    left.name === right.name &&
    left.version === right.version &&
    left.doc === right.doc &&
    parametersEqual(left.parameters, right.parameters) &&
    left.fields.length === right.fields.length &&
    left.fields.every((field, index) => {
      const other = right.fields[index];
      return field.name === other?.name && schemasEqualInside(field.schema, other.schema, inside);
    }) &&
    schemasEqualInside(left.keySchema, right.keySchema, inside) &&
    schemasEqualInside(left.valueSchema, right.valueSchema, inside) &&
    valuesEqual(left.default, right.default)
  );
}

function isUnderWay(left: Schema, right: Schema, outer: StructPair | null): boolean {
  for (let pair = outer; pair !== null; pair = pair.outer) {
    if (pair.left === left && pair.right === right) return true;
  }
  return false;
}

export function parametersEqual(left: Schema['parameters'], right: Schema['parameters']): boolean {
  if (left === null || right === null) return left === right;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && left[name] === right[name])
  );
}

/** Whether two Connect values are equal by content. NaN equals NaN; maps compare without regard to order. */
export function valuesEqual(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right) === 0;
  if (left instanceof Date && right instanceof Date) return left.getTime() === right.getTime();
  if (left instanceof Decimal && right instanceof Decimal) return left.equals(right);
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => valuesEqual(item, right[index]));
  }
  if (left instanceof Map && right instanceof Map) return mapsEqual(left, right);
  if (left instanceof Struct && right instanceof Struct) {
    return schemasEqual(left.schema, right.schema) && valuesEqual(left.values, right.values);
  }
  return false;
}

function mapsEqual(left: ReadonlyMap<unknown, unknown>, right: ReadonlyMap<unknown, unknown>): boolean {
  if (left.size !== right.size) return false;
  for (const [key, value] of left) {
    const match = right.has(key) ? { value: right.get(key) } : entryWithEqualKey(right, key);
    if (match === undefined || !valuesEqual(value, match.value)) return false;
  }
  return true;
}

/** Keys such as bytes and dates are equal by content, not identity. */
function entryWithEqualKey(map: ReadonlyMap<unknown, unknown>, key: unknown): { value: unknown } | undefined {
  if (typeof key !== 'object') return undefined;
  for (const [other, value] of map) if (valuesEqual(key, other)) return { value };
  return undefined;
}
