import { ConnectError } from '../errors/connect-error.ts';
import { javaText } from './java-text.ts';
import type { Field, Schema } from './schema.ts';

/**
 * A value of a STRUCT schema. Fields that were never put are null. Types are not checked here but by `validateValue`
 * and by converters, so that filling a struct stays cheap.
 */
export class Struct {
  readonly schema: Schema;
  /** By field index; null where nothing was put. For converters. */
  readonly values: unknown[];

  /** `byIndex` is kept as it is: one value a field, null where there is none. The fast way, for converters. */
  constructor(
    schema: Schema,
    values?: Readonly<Record<string, unknown>>,
    byIndex: unknown[] = nulls(schema.fields.length),
  ) {
    if (schema.type !== 'STRUCT') {
      throw new ConnectError('data', `Not a struct schema: ${schema.name ?? schema.type}`);
    }
    this.schema = schema;
    this.values = byIndex;
    if (values === undefined) return;
    for (const [name, value] of Object.entries(values)) this.put(name, value);
  }

  /** The value, or the default of the field's schema where it is null. Throws for a field that does not exist. */
  get(name: string): unknown {
    const field = this.#require(name);
    return this.values[field.index] ?? field.schema.default ?? null;
  }

  getWithoutDefault(name: string): unknown {
    return this.values[this.#require(name).index] ?? null;
  }

  put(name: string, value: unknown): this {
    this.values[this.#require(name).index] = value ?? null;
    return this;
  }

  toString(): string {
    const parts = this.schema.fields
      .filter(({ index }) => this.values[index] !== null)
      .map(({ name, index, schema }) => `${name}=${javaText(schema, this.values[index])}`);
    return `Struct{${parts.join(',')}}`;
  }

  #require(name: string): Field {
    const field = this.schema.field(name);
    if (field === undefined) throw new ConnectError('data', `${name} is not a valid field name`);
    return field;
  }
}

/** Faster than `fill` for as few values as structs have. */
function nulls(count: number): unknown[] {
  const values: unknown[] = [];
  for (let i = 0; i < count; i++) values.push(null);
  return values;
}
