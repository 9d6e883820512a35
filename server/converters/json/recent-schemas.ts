import type { Schema } from '../../records/schema.ts';

/** Schemas by their JSON text; forgets the one not used for longest. */
export class RecentSchemas {
  readonly #limit: number;
  readonly #byText = new Map<string, Schema | null>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(text: string, make: () => Schema | null): Schema | null {
    let schema = this.#byText.get(text);
    if (schema === undefined) schema = make();
    else this.#byText.delete(text);
    this.#byText.set(text, schema);
    if (this.#byText.size > this.#limit) {
      const [oldest] = this.#byText.keys();
      if (oldest !== undefined) this.#byText.delete(oldest);
    }
    return schema;
  }
}
