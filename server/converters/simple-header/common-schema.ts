import type { SchemaAndValue } from '../../plugin-api/converter.ts';
import { schemasEqual } from '../../records/equality.ts';
import { floatOfLong } from '../../records/float-of-long.ts';
import type { Schema, SchemaType } from '../../records/schema.ts';
import { arraySchema, mapSchema } from '../../records/schema-of.ts';

/** Number types, each wider than those before it. */
const numbers: readonly SchemaType[] = ['INT8', 'INT16', 'INT32', 'INT64', 'FLOAT32', 'FLOAT64'];

interface Aligned {
  /** null: the elements have no schema in common. */
  readonly schema: Schema | null;
  readonly values: readonly unknown[];
}

/** The elements of a container in the schema that they have in common: of numbers the widest. */
export function alignElements(elements: readonly SchemaAndValue[]): Aligned {
  let common: Schema | null | undefined = null;
  for (const { schema } of elements) {
    common = merge(common, schema);
    if (common === undefined) break;
  }
  const schema = common ?? null;
  return { schema, values: elements.map((element) => convert(element.value, element.schema, schema)) };
}

/** undefined: nothing in common. */
function merge(left: Schema | null, right: Schema | null): Schema | null | undefined {
  if (left === null) return right;
  if (right === null || schemasEqual(left, right)) return left;
  if (left.name !== null || right.name !== null) return undefined;
  if (left.type !== right.type) {
    const [leftRank, rightRank] = [numbers.indexOf(left.type), numbers.indexOf(right.type)];
    if (leftRank === -1 || rightRank === -1) return undefined;
    return leftRank > rightRank ? left : right;
  }
  const values = merge(left.valueSchema, right.valueSchema);
  const keys = merge(left.keySchema, right.keySchema);
  if (values === undefined || keys === undefined) return undefined;
  return left.type === 'MAP' ? mapSchema(keys, values) : arraySchema(values);
}

/** The value in the type of a wider schema; without one whole numbers are bigints. */
function convert(value: unknown, from: Schema | null, to: Schema | null): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => convert(item, from?.valueSchema ?? null, to?.valueSchema ?? null));
  }
  if (value instanceof Map) {
    return new Map(
      [...value].map(([key, item]) => [
        convert(key, from?.keySchema ?? null, to?.keySchema ?? null),
        convert(item, from?.valueSchema ?? null, to?.valueSchema ?? null),
      ]),
    );
  }
  const isFloat = to?.type === 'FLOAT32' || to?.type === 'FLOAT64';
  if (typeof value === 'bigint' && isFloat) {
    return to.type === 'FLOAT32' ? floatOfLong(value) : Number(value);
  }
  const isWhole = from?.type.startsWith('INT') === true;
  const becomesBigint = to === null || (to.type === 'INT64' && to.name === null);
  return typeof value === 'number' && isWhole && becomesBigint ? BigInt(value) : value;
}
