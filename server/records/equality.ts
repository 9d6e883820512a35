import { Decimal } from './decimal.ts';
import type { Schema } from './schema.ts';
import { Struct } from './struct.ts';

/** Whether two schemas say the same in everything: docs, parameters, defaults and order of fields included. */
export function schemasEqual(left: Schema | null, right: Schema | null): boolean {
  if (left === right) return true;
  if (left === null || right === null) return false;
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
      return field.name === other?.name && schemasEqual(field.schema, other.schema);
    }) &&
    schemasEqual(left.keySchema, right.keySchema) &&
    schemasEqual(left.valueSchema, right.valueSchema) &&
    valuesEqual(left.default, right.default)
  );
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
