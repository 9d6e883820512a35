import { schemasEqual } from '../../records/equality.ts';
import type { Schema } from '../../records/schema.ts';

const mostEntries = 16;

/**
 * What a transformation worked out for a schema, for the last 16 schemas. Equal schemas share an entry, so that a
 * converter that makes a new schema object for every record does not lead to as many new schemas after it.
 */
export class SchemaCache<T> {
  readonly #build: (schema: Schema) => T;
  /** The one used last is at the end. */
  readonly #entries = new Map<Schema, T>();
  #lastSchema: Schema | null = null;
  #last: T | undefined;

  constructor(build: (schema: Schema) => T) {
    this.#build = build;
  }

  get size(): number {
    return this.#entries.size;
  }

  of(schema: Schema): T {
    if (this.#lastSchema === schema && this.#last !== undefined) return this.#last;
    const known = this.#takeOut(schema);
    const entry = known === undefined ? this.#build(schema) : known;
    if (this.#entries.size >= mostEntries) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) this.#entries.delete(oldest.value);
    }
    this.#entries.set(schema, entry);
    this.#lastSchema = schema;
    this.#last = entry;
    return entry;
  }

  #takeOut(schema: Schema): T | undefined {
    const same = this.#entries.has(schema)
      ? schema
      : [...this.#entries.keys()].find((other) => schemasEqual(other, schema));
    if (same === undefined) return undefined;
    const entry = this.#entries.get(same);
    this.#entries.delete(same);
    return entry;
  }
}
