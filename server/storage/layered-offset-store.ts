import { messageOf } from '../errors/connect-error.ts';
import type { SourceOffset, SourcePartition } from '../records/record.ts';
import type { StorageLog } from './internal-topic.ts';
import { partitionIdentity } from './offset-records.ts';
import type { OffsetStore, SourceOffsetEntry } from './offset-store.ts';

const copyTimeoutMs = 30_000;

/** What lies below; it is started and stopped by whoever owns it. */
export type SharedOffsetStore = Pick<OffsetStore, 'read' | 'write' | 'all'>;

/**
 * Offsets of a connector in a store of its own, over the one that it shares with all others and in which it may have
 * older ones: its own win. What it writes is copied below where that can be done, so that it can go back.
 */
export class LayeredOffsetStore implements OffsetStore {
  readonly #own: OffsetStore;
  readonly #shared: SharedOffsetStore;
  readonly #log: StorageLog;

  constructor(own: OffsetStore, shared: SharedOffsetStore, log: StorageLog) {
    this.#own = own;
    this.#shared = shared;
    this.#log = log;
  }

  start(signal: AbortSignal): Promise<void> {
    return this.#own.start(signal);
  }

  stop(): Promise<void> {
    return this.#own.stop();
  }

  async read(
    connector: string,
    partitions: readonly SourcePartition[],
    signal?: AbortSignal,
  ): Promise<readonly (SourceOffset | null)[]> {
    const found = await this.#own.read(connector, partitions, signal);
    const missing = partitions.filter((_, index) => (found[index] ?? null) === null);
    if (missing.length === 0) return found;
    const older = await this.#shared.read(connector, missing, signal);
    let next = 0;
    return found.map((offset) => offset ?? older[next++] ?? null);
  }

  async write(connector: string, entries: readonly SourceOffsetEntry[], signal?: AbortSignal): Promise<void> {
    await this.beforeWrite(connector, entries, signal);
    await this.#own.write(connector, entries, signal);
    this.afterWrite(connector, entries);
  }

  /** For those who write to the own topic themselves. A reset must not uncover what lies below, so it goes there first. */
  async beforeWrite(
    connector: string,
    entries: readonly SourceOffsetEntry[],
    signal?: AbortSignal,
  ): Promise<void> {
    const resets = entries.filter(({ offset }) => offset === null);
    if (resets.length > 0) await this.#shared.write(connector, resets, signal);
  }

  /** The copy below; that it fails is only logged. */
  afterWrite(connector: string, entries: readonly SourceOffsetEntry[]): void {
    const set = entries.filter(({ offset }) => offset !== null);
    if (set.length === 0) return;
    this.#shared.write(connector, set, AbortSignal.timeout(copyTimeoutMs)).catch((error: unknown) => {
      this.#log(
        'warn',
        `source offsets of connector ${connector} were not copied to the worker's offsets topic: ${messageOf(error)}`,
      );
    });
  }

  async all(
    connector: string,
    signal?: AbortSignal,
  ): Promise<readonly { readonly partition: SourcePartition; readonly offset: SourceOffset }[]> {
    const own = await this.#own.all(connector, signal);
    const known = new Set(own.map(({ partition }) => partitionIdentity(partition)));
    const older = await this.#shared.all(connector, signal);
    return [...own, ...older.filter(({ partition }) => !known.has(partitionIdentity(partition)))];
  }
}
