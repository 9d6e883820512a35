import type { SourceOffset, SourcePartition } from '../records/record.ts';
import { OffsetIndex } from './offset-index.ts';
import type { OffsetStore, SourceOffsetEntry } from './offset-store.ts';

/** Offsets that end with the process: for tests and trials. */
export class MemoryOffsetStore implements OffsetStore {
  readonly #index = new OffsetIndex();
  #writes = 0;

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  async read(
    connector: string,
    partitions: readonly SourcePartition[],
  ): Promise<readonly (SourceOffset | null)[]> {
    return partitions.map((partition) => this.#index.get(connector, partition));
  }

  async write(connector: string, entries: readonly SourceOffsetEntry[]): Promise<void> {
    for (const { key, value } of this.#index.records(connector, entries)) {
      this.#index.apply(key, value === null ? null : Buffer.from(value), ++this.#writes);
    }
  }

  async all(
    connector: string,
  ): Promise<readonly { readonly partition: SourcePartition; readonly offset: SourceOffset }[]> {
    return this.#index.all(connector);
  }
}
