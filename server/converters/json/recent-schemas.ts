import type { Schema } from '../../records/schema.ts';

/** Texts of schemas kept, in characters: many schemas of megabytes must not fill the memory. */
const mostCharacters = 8 * 1024 * 1024;

/** Schemas by their JSON text; forgets those not used for longest. */
export class RecentSchemas {
  readonly #limit: number;
  readonly #byText = new Map<string, Schema | null>();
  #characters = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(text: string, make: () => Schema | null): Schema | null {
    let schema = this.#byText.get(text);
    if (schema === undefined) {
      schema = make();
      this.#characters += text.length;
    } else {
      this.#byText.delete(text);
    }
    this.#byText.set(text, schema);
    this.#forgetOldest();
    return schema;
  }

  #forgetOldest(): void {
    for (const text of this.#byText.keys()) {
      if (this.#byText.size <= this.#limit && this.#characters <= mostCharacters) return;
      this.#byText.delete(text);
      this.#characters -= text.length;
    }
  }
}
