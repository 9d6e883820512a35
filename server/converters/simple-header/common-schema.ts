import type { SchemaAndValue } from '../../plugin-api/converter.ts';
import { schemasEqual } from '../../records/equality.ts';
import type { Schema, SchemaType } from '../../records/schema.ts';

/** Number types, each wider than those before it. */
const numbers: readonly SchemaType[] = ['INT8', 'INT16', 'INT32', 'INT64', 'FLOAT32', 'FLOAT64'];

/**
 * The schema that elements of a container have in common: of numbers the widest, of containers the last. undefined:
 * they have none.
 */
export function commonSchema(elements: readonly SchemaAndValue[]): Schema | null | undefined {
  let common: Schema | null = null;
  for (const { schema } of elements) {
    const merged: Schema | null | undefined = common === null ? schema : merge(common, schema);
    if (merged === undefined) return undefined;
    common = merged;
  }
  return common;
}

function merge(left: Schema, right: Schema | null): Schema | null | undefined {
  if (right === null) return left;
  if (left.name !== right.name) return undefined;
  if (left.type === right.type) {
    const isContainer = left.type === 'ARRAY' || left.type === 'MAP';
    return isContainer || schemasEqual(left, right) ? right : undefined;
  }
  const [leftRank, rightRank] = [numbers.indexOf(left.type), numbers.indexOf(right.type)];
  if (left.name !== null || leftRank === -1 || rightRank === -1) return undefined;
  return leftRank > rightRank ? left : right;
}

/** A number in the type of a wider schema. */
export function widened(value: unknown, schema: Schema | null): unknown {
  if (schema?.type === 'INT64' && typeof value === 'number' && schema.name === null) return BigInt(value);
  if (schema?.type === 'FLOAT32' && typeof value === 'bigint') return Math.fround(Number(value));
  if (schema?.type === 'FLOAT64' && typeof value === 'bigint') return Number(value);
  if (schema?.type === 'FLOAT32' && typeof value === 'number') return Math.fround(value);
  return value;
}
