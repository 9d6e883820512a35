import { ConnectError } from '../errors/connect-error.ts';
import type { Field, Schema, SchemaType } from './schema.ts';
import { validateValue } from './validate-value.ts';

/** What all schemas may say about themselves. */
export interface SchemaOptions {
  readonly optional?: boolean;
  readonly default?: unknown;
  readonly name?: string | null;
  readonly version?: number | null;
  readonly doc?: string | null;
  readonly parameters?: Readonly<Record<string, string>> | null;
}

export interface SchemaSpec extends SchemaOptions {
  readonly type: SchemaType;
  readonly fields?: readonly { readonly name: string; readonly schema: Schema }[];
  readonly keySchema?: Schema | null;
  readonly valueSchema?: Schema | null;
}

const noFields: readonly Field[] = Object.freeze([]);

class ConnectSchema implements Schema {
  readonly type: SchemaType;
  readonly optional: boolean;
  readonly default: unknown;
  readonly name: string | null;
  readonly version: number | null;
  readonly doc: string | null;
  readonly parameters: Readonly<Record<string, string>> | null;
  readonly fields: readonly Field[];
  readonly keySchema: Schema | null;
  readonly valueSchema: Schema | null;
  readonly #fieldsByName: ReadonlyMap<string, Field> | null;

  constructor(spec: SchemaSpec) {
    this.type = spec.type;
    this.optional = spec.optional ?? false;
    this.default = undefined;
    this.name = spec.name ?? null;
    this.version = spec.version ?? null;
    this.doc = spec.doc ?? null;
    this.parameters = spec.parameters ? Object.freeze({ ...spec.parameters }) : null;
    this.fields = spec.type === 'STRUCT' ? numbered(spec.fields ?? []) : noFields;
    this.keySchema = spec.type === 'MAP' ? (spec.keySchema ?? null) : null;
    this.valueSchema = spec.type === 'MAP' || spec.type === 'ARRAY' ? (spec.valueSchema ?? null) : null;
    this.#fieldsByName =
      spec.type === 'STRUCT' ? new Map(this.fields.map((field) => [field.name, field])) : null;
    if (this.#fieldsByName !== null && this.#fieldsByName.size < this.fields.length) {
      throw new ConnectError('data', `Schema ${this.name ?? 'STRUCT'} has two fields of one name.`);
    }
    if (spec.default !== undefined && spec.default !== null) {
      validateValue(this, spec.default, 'default');
      this.default = spec.default;
    }
    Object.freeze(this);
  }

  field(name: string): Field | undefined {
    return this.#fieldsByName?.get(name);
  }
}

function numbered(fields: readonly { readonly name: string; readonly schema: Schema }[]): readonly Field[] {
  return Object.freeze(fields.map(({ name, schema }, index) => Object.freeze({ name, index, schema })));
}

/** Makes a schema. Throws a `data` error for what no schema can be: two fields of one name, a default of another type. */
export function schemaOf(spec: SchemaSpec): Schema {
  return new ConnectSchema(spec);
}

/** A STRUCT with fields in the order of the object. */
export function structSchema(fields: Readonly<Record<string, Schema>>, options: SchemaOptions = {}): Schema {
  return schemaOf({
    ...options,
    type: 'STRUCT',
    fields: Object.entries(fields).map(([name, schema]) => ({ name, schema })),
  });
}

export function arraySchema(valueSchema: Schema | null, options: SchemaOptions = {}): Schema {
  return schemaOf({ ...options, type: 'ARRAY', valueSchema });
}

export function mapSchema(
  keySchema: Schema | null,
  valueSchema: Schema | null,
  options: SchemaOptions = {},
): Schema {
  return schemaOf({ ...options, type: 'MAP', keySchema, valueSchema });
}
