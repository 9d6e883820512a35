import type { Schema } from '../../records/schema.ts';
import { isUnion } from './connect-unions.ts';
import { tagParameter } from './protobuf-options.ts';

const largest = 536_870_911;
const firstReserved = 19_000;
const lastReserved = 19_999;

/**
 * Numbers for the fields of a struct, by the schemas of the fields (those of unions stand for themselves). A number
 * that a schema was read with is kept; the others count on from there, or from one.
 */
export function fieldNumbers(schema: Schema): (field: { readonly schema: Schema }) => number {
  const fields = schema.fields.flatMap((field) => (isUnion(field.schema) ? field.schema.fields : [field]));
  const numbers = new Map<object, number>();
  const taken = new Set<number>();
  for (const field of fields) {
    const tag = tagOf(field.schema);
    if (tag === null || taken.has(tag)) continue;
    taken.add(tag);
    numbers.set(field, tag);
  }
  let next = Math.max(0, ...taken) + 1;
  for (const field of fields) {
    if (numbers.has(field)) continue;
    if (next >= firstReserved && next <= lastReserved) next = lastReserved + 1;
    numbers.set(field, next++);
  }
  return (field) => numbers.get(field) ?? largest;
}

function tagOf(schema: Schema): number | null {
  const text = schema.parameters?.[tagParameter];
  if (text === undefined || !/^[1-9]\d{0,8}$/.test(text)) return null;
  const tag = Number(text);
  return tag <= largest && (tag < firstReserved || tag > lastReserved) ? tag : null;
}
