import type { SourceOffset, SourcePartition } from '../records/record.ts';
import {
  offsetKey,
  offsetValue,
  parseOffsetKey,
  parseOffsetValue,
  partitionIdentity,
} from './offset-records.ts';
import type { SourceOffsetEntry } from './offset-store.ts';

/** One spelling of a key: writers differ in the order of the partition's members. */
interface Spelling {
  readonly key: Buffer;
  offset: SourceOffset | null;
  /** Orders spellings among each other: they may lie in different topic partitions. */
  time: number;
}

interface PartitionEntry {
  readonly partition: SourcePartition;
  readonly spellings: Spelling[];
}

export interface OffsetRecord {
  readonly key: Buffer;
  readonly value: string | null;
}

/**
 * Offsets by content of their partition. A partition that another worker has stored under differently ordered bytes is
 * the same partition; its stored bytes are used again, so that compaction and Java workers see one key.
 */
export class OffsetIndex {
  readonly #connectors = new Map<string, Map<string, PartitionEntry>>();

  /** Takes a stored record in. Throws a `data` error when key or value is not an offset record's. */
  apply(key: Buffer, value: Buffer | null, time: number): void {
    const { connector, partition } = parseOffsetKey(key);
    const offset = parseOffsetValue(value);
    if (partition === null) return;
    const entry = this.#entry(connector, partition);
    const known = entry.spellings.find((spelling) => spelling.key.equals(key));
    if (known === undefined) {
      entry.spellings.push({ key: Buffer.from(key), offset, time });
    } else {
      known.offset = offset;
      known.time = time;
    }
  }

  get(connector: string, partition: SourcePartition): SourceOffset | null {
    const entry = this.#connectors.get(connector)?.get(partitionIdentity(partition));
    return entry === undefined ? null : (newest(entry)?.offset ?? null);
  }

  all(connector: string): readonly { readonly partition: SourcePartition; readonly offset: SourceOffset }[] {
    const found: { partition: SourcePartition; offset: SourceOffset }[] = [];
    for (const entry of this.#connectors.get(connector)?.values() ?? []) {
      const offset = newest(entry)?.offset ?? null;
      if (offset !== null) found.push({ partition: entry.partition, offset });
    }
    return found;
  }

  /** Records that store the entries; of several for one partition only the last counts. */
  records(connector: string, entries: readonly SourceOffsetEntry[]): readonly OffsetRecord[] {
    const last = new Map<string, SourceOffsetEntry>();
    for (const entry of entries) last.set(partitionIdentity(entry.partition), entry);
    return [...last.values()].flatMap(({ partition, offset }) => {
      const known = this.#entry(connector, partition);
      const value = offset === null ? null : offsetValue(connector, offset);
      const current = newest(known);
      // A reset must hold after the next read too, so it covers every spelling.
      if (value === null && known.spellings.length > 1) {
        return known.spellings.map(({ key }) => ({ key, value }));
      }
      if (current !== undefined) return [{ key: current.key, value }];
      const key = Buffer.from(offsetKey(connector, partition));
      // Remembered before it is stored: the next write may come earlier than the echo of this one.
      known.spellings.push({ key, offset: null, time: Number.NEGATIVE_INFINITY });
      return [{ key, value }];
    });
  }

  #entry(connector: string, partition: SourcePartition): PartitionEntry {
    const partitions = this.#connectors.get(connector) ?? new Map<string, PartitionEntry>();
    this.#connectors.set(connector, partitions);
    const identity = partitionIdentity(partition);
    const entry = partitions.get(identity) ?? { partition, spellings: [] };
    partitions.set(identity, entry);
    return entry;
  }
}

function newest(entry: PartitionEntry): Spelling | undefined {
  return entry.spellings.reduce<Spelling | undefined>(
    (best, spelling) => (best === undefined || spelling.time >= best.time ? spelling : best),
    undefined,
  );
}
