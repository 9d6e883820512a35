import type { Field, Schema } from '../../records/schema.ts';

interface RecursiveSchemaSpec {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>> | null;
  /** Asked for when the whole schema is made. */
  readonly target: () => Schema;
}

/** A struct inside itself: its fields are those of the struct around, which is not finished when this is made. */
export class RecursiveSchema implements Schema {
  readonly type = 'STRUCT';
  readonly optional = true;
  readonly default = undefined;
  readonly name: string;
  readonly version = null;
  readonly doc = null;
  readonly parameters: Readonly<Record<string, string>> | null;
  readonly keySchema = null;
  readonly valueSchema = null;
  readonly #target: () => Schema;

  constructor(spec: RecursiveSchemaSpec) {
    this.name = spec.name;
    this.parameters = spec.parameters;
    this.#target = spec.target;
  }

  get fields(): readonly Field[] {
    return this.#target().fields;
  }

  field(name: string): Field | undefined {
    return this.#target().field(name);
  }
}
