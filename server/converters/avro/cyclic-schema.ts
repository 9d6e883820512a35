import type { Field, Schema, SchemaType } from '../../records/schema.ts';
import { dataError } from '../converter-error.ts';

/** Stands for a record's schema within itself; `target` is set once the schema is done. */
export interface SchemaPromise {
  target: Schema | null;
}

/** A schema inside of itself. It shares the fields of the schema that it stands for, so that comparing them ends. */
export class CyclicSchema implements Schema {
  readonly optional: boolean;
  readonly #promise: SchemaPromise;

  constructor(promise: SchemaPromise, optional: boolean) {
    this.#promise = promise;
    this.optional = optional;
  }

  get type(): SchemaType {
    return 'STRUCT';
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
    return this.#target.parameters;
  }

  get fields(): readonly Field[] {
    return this.#target.fields;
  }

  get keySchema(): Schema | null {
    return null;
  }

  get valueSchema(): Schema | null {
    return null;
  }

  field(name: string): Field | undefined {
    return this.#target.field(name);
  }

  get #target(): Schema {
    if (this.#promise.target === null) throw dataError('A schema that contains itself is not complete yet.');
    return this.#promise.target;
  }
}
