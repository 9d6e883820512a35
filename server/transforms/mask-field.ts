import { defineConfig } from '../config/define-config.ts';
import { list, string } from '../config/kinds.ts';
import { parseConfig } from '../config/parse-config.ts';
import { listWithoutDuplicates, nonEmptyString } from '../config/validators.ts';
import type { Settings } from '../plugin-api/source-connector.ts';
import type { Transformation } from '../plugin-api/transformation.ts';
import { Decimal } from '../records/decimal.ts';
import type { ConnectRecord } from '../records/record.ts';
import type { Schema } from '../records/schema.ts';
import { Struct } from '../records/struct.ts';
import { kindOf } from '../records/validate-value.ts';
import { wholePart } from './cast/whole-part.ts';
import { copiedValue, dataError, requireMap, requireStruct } from './fields/record-data.ts';
import type { RecordSide } from './fields/record-side.ts';
import { replaceNullWithDefaultKey } from './fields/shared-keys.ts';

const purpose = 'mask fields';

export const maskFieldConfig = defineConfig({
  fields: list({
    importance: 'HIGH',
    documentation: 'Fields to mask.',
    validator: listWithoutDuplicates({ emptyAllowed: false }),
  }),
  replacement: string({
    importance: 'LOW',
    default: null,
    documentation:
      'What stands in place of numbers and texts; it must be a number for fields that are. Unless given: 0, false, an empty text or list.',
    validator: nonEmptyString(),
  }),
  ...replaceNullWithDefaultKey,
});

export class MaskField implements Transformation {
  readonly #side: RecordSide;
  #fields: ReadonlySet<string> = new Set();
  #replacement: string | null = null;
  #replacesNull = true;

  constructor(side: RecordSide) {
    this.#side = side;
  }

  configure(settings: Settings): void {
    const config = parseConfig(maskFieldConfig, settings);
    this.#fields = new Set(config.fields);
    this.#replacement = config.replacement;
    this.#replacesNull = config['replace.null.with.default'];
  }

  apply<R extends ConnectRecord>(record: R): R {
    const schema = this.#side.schemaOf(record);
    const value = this.#side.valueOf(record);
    if (schema === null) {
      const map = new Map(requireMap(value, purpose));
      for (const name of this.#fields) map.set(name, this.#masked(null, map.get(name) ?? null));
      return this.#side.replace(record, null, map);
    }
    const struct = requireStruct(value, purpose);
    const masked = new Struct(struct.schema);
    for (const field of struct.schema.fields) {
      const item = copiedValue(struct, field, this.#replacesNull);
      masked.values[field.index] = this.#fields.has(field.name) ? this.#masked(field.schema, item) : item;
    }
    return this.#side.replace(record, schema, masked);
  }

  #masked(schema: Schema | null, value: unknown): unknown {
    if (value === null) return null;
    return this.#replacement === null ? blank(value) : replaced(schema, value, this.#replacement);
  }
}

function blank(value: unknown): unknown {
  if (typeof value === 'string') return '';
  if (typeof value === 'number') return 0;
  if (typeof value === 'bigint') return 0n;
  if (typeof value === 'boolean') return false;
  if (value instanceof Date) return new Date(0);
  if (value instanceof Decimal) return new Decimal(0n, 0);
  if (Array.isArray(value)) return [];
  if (value instanceof Map) return new Map();
  throw dataError(`Cannot mask value of type: ${kindOf(value)}`);
}

const integerBits: Readonly<Record<string, number>> = { INT8: 8, INT16: 16, INT32: 32 };

/** The replacement as a value of the same type; a number is cut and wrapped to fit, as Java does it. */
function replaced(schema: Schema | null, value: unknown, text: string): unknown {
  if (typeof value === 'string') return text;
  if (typeof value !== 'number' && typeof value !== 'bigint' && !(value instanceof Decimal)) {
    throw dataError(`Cannot mask value of type ${kindOf(value)} with custom replacement.`);
  }
  const number = Decimal.parse(text);
  if (value instanceof Decimal) return number;
  if (typeof value === 'bigint') return BigInt.asIntN(64, wholePart(number));
  const bits = integerBits[schema?.type ?? ''];
  if (bits !== undefined) return Number(BigInt.asIntN(bits, wholePart(number)));
  return schema?.type === 'FLOAT32' ? Math.fround(number.toNumber()) : number.toNumber();
}
