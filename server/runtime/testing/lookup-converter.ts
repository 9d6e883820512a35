import type { Converter } from '../../plugin-api/converter.ts';
import { PendingLookup } from '../../plugin-api/pending-lookup.ts';

/**
 * Text as it is, save `schema-…`: a schema of that name has to be looked up first, and the test answers. An answer is
 * kept; after a failure it is asked for again.
 */
export class LookupConverter implements Converter {
  /** Names in the order they were asked for, again after each failure. */
  readonly asked: string[] = [];
  readonly #known = new Set<string>();
  readonly #waiting = new Map<string, PromiseWithResolvers<void>>();

  configure(): void {}

  fromConnectData(_topic: string, _schema: unknown, value: unknown) {
    return this.#look(String(value));
  }

  toConnectData(_topic: string, bytes: Buffer | null) {
    return { schema: null, value: bytes === null ? null : this.#look(bytes.toString()) };
  }

  answer(name: string): void {
    this.#known.add(name);
    this.#take(name).resolve();
  }

  fail(name: string, error: Error): void {
    this.#take(name).reject(error);
  }

  #take(name: string): PromiseWithResolvers<void> {
    const waiting = this.#waiting.get(name);
    if (waiting === undefined) throw new Error(`${name} is not being looked up`);
    this.#waiting.delete(name);
    return waiting;
  }

  #look(text: string): string {
    if (!text.startsWith('schema-') || this.#known.has(text)) return text;
    let waiting = this.#waiting.get(text);
    if (waiting === undefined) {
      waiting = Promise.withResolvers<void>();
      this.#waiting.set(text, waiting);
      this.asked.push(text);
    }
    throw new PendingLookup(waiting.promise);
  }
}
