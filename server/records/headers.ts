import type { Schema } from './schema.ts';

export interface ConnectHeader {
  readonly key: string;
  readonly schema: Schema | null;
  readonly value: unknown;
}

/** Headers of a record: ordered, names may repeat. */
export class ConnectHeaders implements Iterable<ConnectHeader> {
  readonly #headers: ConnectHeader[];

  constructor(headers: Iterable<ConnectHeader> = []) {
    this.#headers = [...headers];
  }

  get size(): number {
    return this.#headers.length;
  }

  add(key: string, schema: Schema | null, value: unknown): this {
    this.#headers.push({ key, schema, value });
    return this;
  }

  lastWithName(key: string): ConnectHeader | undefined {
    return this.#headers.findLast((header) => header.key === key);
  }

  allWithName(key: string): readonly ConnectHeader[] {
    return this.#headers.filter((header) => header.key === key);
  }

  remove(key: string): this {
    const kept = this.#headers.filter((header) => header.key !== key);
    this.#headers.splice(0, this.#headers.length, ...kept);
    return this;
  }

  duplicate(): ConnectHeaders {
    return new ConnectHeaders(this.#headers);
  }

  [Symbol.iterator](): IterableIterator<ConnectHeader> {
    return this.#headers.values();
  }
}
