import type { Schema } from './schema.ts';

export interface ConnectHeader {
  readonly key: string;
  readonly schema: Schema | null;
  readonly value: unknown;
}

/** What becomes of a header; null: it goes. Its key may change too. */
export type HeaderTransform = (header: ConnectHeader) => ConnectHeader | null;

/** Headers of a record: ordered, names may repeat. */
export class ConnectHeaders implements Iterable<ConnectHeader> {
  #headers: ConnectHeader[];

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
    this.#headers = this.#headers.filter((header) => header.key !== key);
    return this;
  }

  clear(): this {
    this.#headers = [];
    return this;
  }

  /** Keeps of this name, or without one of every name, only the header added last, in its place. */
  retainLatest(key?: string): this {
    const last = new Map(this.#headers.map((header) => [header.key, header]));
    this.#headers = this.#headers.filter(
      (header) => (key !== undefined && header.key !== key) || last.get(header.key) === header,
    );
    return this;
  }

  /** Puts every header, or those of one name, through the function, in order. */
  apply(transform: HeaderTransform, key?: string): this {
    this.#headers = this.#headers.flatMap((header) => {
      if (key !== undefined && header.key !== key) return [header];
      return transform(header) ?? [];
    });
    return this;
  }

  duplicate(): ConnectHeaders {
    return new ConnectHeaders(this.#headers);
  }

  [Symbol.iterator](): IterableIterator<ConnectHeader> {
    return this.#headers.values();
  }
}
