import type { SourceOffset, SourcePartition } from '../records/record.ts';

export interface SourceOffsetEntry {
  readonly partition: SourcePartition;
  /** null: reset (tombstone). */
  readonly offset: SourceOffset | null;
}

/** Offsets of source connectors. Bodies: memory, file (standalone), Kafka's offset topic (distributed). */
export interface OffsetStore {
  start(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
  /** Reads to the end first. Answers in the order asked; null where there is none. */
  read(
    connector: string,
    partitions: readonly SourcePartition[],
    signal?: AbortSignal,
  ): Promise<readonly (SourceOffset | null)[]>;
  /** All or nothing; resolves when durable. */
  write(connector: string, entries: readonly SourceOffsetEntry[], signal?: AbortSignal): Promise<void>;
  /** Every partition that has an offset. Reads to the end first. */
  all(
    connector: string,
    signal?: AbortSignal,
  ): Promise<readonly { readonly partition: SourcePartition; readonly offset: SourceOffset }[]>;
}
