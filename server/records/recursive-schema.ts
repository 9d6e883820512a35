import { ConnectError } from '../errors/connect-error.ts';
import type { Field, Schema } from './schema.ts';

export interface RecursiveSchemaSpec {
  readonly optional: boolean;
  /** The struct around, which is not finished when this is made; null until it is. */
  readonly target: () => Schema | null;
  /** Where they are of the place, not of the struct. */
  readonly parameters?: Readonly<Record<string, string>> | null;
}

/** A struct inside of itself. It shares the fields of the one it stands for, so that comparing them ends. */
export class RecursiveSchema implements Schema {
  readonly type = 'STRUCT';
  readonly keySchema = null;
  readonly valueSchema = null;
  readonly optional: boolean;
  readonly #spec: RecursiveSchemaSpec;

  constructor(spec: RecursiveSchemaSpec) {
    this.optional = spec.optional;
    this.#spec = spec;
  }

  get default(): unknown {
    return this.#target.default;
  }

  get name(): string | null {
    return this.#target.name;
  }

  get version(): number | null {
    return this.#target.version;
  }

  get doc(): string | null {
    return this.#target.doc;
  }

  get parameters(): Readonly<Record<string, string>> | null {
    const { parameters } = this.#spec;
    return parameters === undefined ? this.#target.parameters : parameters;
  }

  get fields(): readonly Field[] {
    return this.#target.fields;
  }

  field(name: string): Field | undefined {
    return this.#target.field(name);
  }

  get #target(): Schema {
    const target = this.#spec.target();
    if (target !== null) return target;
    throw new ConnectError('data', 'A schema that contains itself is not complete yet');
  }
}
