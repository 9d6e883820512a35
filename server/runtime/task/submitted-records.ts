import type { RecordMetadata } from '../../plugin-api/source-connector.ts';
import type { SourceOffset, SourcePartition, SourceRecord } from '../../records/record.ts';
import type { SourceOffsetEntry } from '../../storage/offset-store.ts';

/** What waits for acknowledgement in one source partition: runs in the order of submission. */
export interface PartitionQueue {
  readonly partition: SourcePartition | null;
  readonly key: string;
  head: SubmittedRun | null;
  tail: SubmittedRun | null;
  /** Newest offset before which everything is acknowledged, not yet taken for a commit. */
  committable: SourceOffset | null;
  hasCommittable: boolean;
  isLive: boolean;
}

/**
 * Neighbouring records of one source partition, counted together: the token that the producer gives back. One object
 * for many records instead of one each is what keeps tracking out of the profile. Its offset becomes committable when
 * all its records are acknowledged.
 */
export interface SubmittedRun {
  readonly queue: PartitionQueue;
  /** Offset of the last record. */
  offset: SourceOffset | null;
  /** What `offset` was before the last `submit`. */
  previousOffset: SourceOffset | null;
  submitted: number;
  acknowledged: number;
  /** Only in runs of one record, for tasks that want `commitRecord`. */
  record: SourceRecord | null;
  /** Where that record arrived; only kept where `commitRecord` is called later than that. */
  metadata: RecordMetadata | null;
  next: SubmittedRun | null;
}

/**
 * Which source offsets may be committed: only those before which every record of the same source partition was
 * acknowledged (or dropped on purpose). Used from one thread.
 */
export class SubmittedRecords {
  readonly #runLength: number;
  readonly #queues = new Map<string, PartitionQueue>();
  readonly #byIdentity = new WeakMap<SourcePartition, PartitionQueue>();
  #lastPartition: SourcePartition | null | undefined;
  #lastQueue: PartitionQueue | undefined;
  #pending = 0;

  /** `runLength` 1: each record has a token of its own. */
  constructor(runLength: number) {
    this.#runLength = runLength;
  }

  /** Records neither acknowledged nor dropped. */
  get pending(): number {
    return this.#pending;
  }

  /** Counts a record as on its way, and gives the token to send with it. */
  submit(partition: SourcePartition | null, offset: SourceOffset | null): SubmittedRun {
    const queue = this.#queueOf(partition);
    let run = queue.tail;
    if (run === null || run.submitted >= this.#runLength) {
      run = {
        queue,
        offset,
        previousOffset: null,
        submitted: 0,
        acknowledged: 0,
        record: null,
        metadata: null,
        next: null,
      };
      if (queue.tail === null) queue.head = run;
      else queue.tail.next = run;
      queue.tail = run;
    }
    run.submitted++;
    run.previousOffset = run.offset;
    run.offset = offset;
    this.#pending++;
    return run;
  }

  /** Takes the last `submit` back, at once: the record was not sent. */
  withdraw(run: SubmittedRun): void {
    run.submitted--;
    run.offset = run.previousOffset;
    this.#pending--;
    if (run.submitted === 0) remove(run);
    else if (run.acknowledged === run.submitted) settle(run.queue);
  }

  /** One record of the run arrived in Kafka. */
  acknowledge(run: SubmittedRun): void {
    this.#pending--;
    run.acknowledged++;
    if (run.acknowledged === run.submitted) settle(run.queue);
  }

  /** A record that is not to be sent: its offset counts as soon as everything before it is acknowledged. */
  drop(partition: SourcePartition | null, offset: SourceOffset | null): void {
    const queue = this.#queueOf(partition);
    if (queue.tail === null) {
      queue.committable = offset;
      queue.hasCommittable = true;
      return;
    }
    queue.tail.offset = offset;
  }

  /**
   * The newest offset of each source partition, acknowledged or not: for a transaction, in which offsets and records
   * become visible together or not at all.
   */
  newestOffsets(): readonly SourceOffsetEntry[] {
    const entries: SourceOffsetEntry[] = [];
    for (const { partition, tail, committable, hasCommittable } of this.#queues.values()) {
      if (partition === null) continue;
      if (tail !== null) entries.push({ partition, offset: tail.offset });
      else if (hasCommittable) entries.push({ partition, offset: committable });
    }
    return entries;
  }

  /** Offsets to commit now, each once; `restore` gives them back after a failed commit. */
  takeCommittable(): readonly SourceOffsetEntry[] {
    const entries: SourceOffsetEntry[] = [];
    for (const queue of this.#queues.values()) {
      if (queue.hasCommittable) {
        if (queue.partition !== null) entries.push({ partition: queue.partition, offset: queue.committable });
        queue.hasCommittable = false;
        queue.committable = null;
      }
      if (queue.head === null && queue !== this.#lastQueue) this.#forget(queue);
    }
    return entries;
  }

  /** A newer offset that became committable meanwhile wins. */
  restore(entries: readonly SourceOffsetEntry[]): void {
    for (const { partition, offset } of entries) {
      const queue = this.#queueOf(partition);
      if (queue.hasCommittable) continue;
      queue.committable = offset;
      queue.hasCommittable = true;
    }
  }

  #queueOf(partition: SourcePartition | null): PartitionQueue {
    if (this.#lastQueue !== undefined && partition === this.#lastPartition) return this.#lastQueue;
    const queue = this.#findQueue(partition);
    this.#lastPartition = partition;
    this.#lastQueue = queue;
    return queue;
  }

  #findQueue(partition: SourcePartition | null): PartitionQueue {
    const known = partition === null ? undefined : this.#byIdentity.get(partition);
    if (known?.isLive) return known;
    const key = partitionKey(partition);
    let queue = this.#queues.get(key);
    if (queue === undefined) {
      queue = {
        partition,
        key,
        head: null,
        tail: null,
        committable: null,
        hasCommittable: false,
        isLive: true,
      };
      this.#queues.set(key, queue);
    }
    if (partition !== null) this.#byIdentity.set(partition, queue);
    return queue;
  }

  #forget(queue: PartitionQueue): void {
    queue.isLive = false;
    this.#queues.delete(queue.key);
  }
}

function settle(queue: PartitionQueue): void {
  let head = queue.head;
  while (head !== null && head.acknowledged === head.submitted) {
    queue.committable = head.offset;
    queue.hasCommittable = true;
    head = head.next;
  }
  queue.head = head;
  if (head === null) queue.tail = null;
}

/** Only the tail of a queue can become empty. */
function remove(run: SubmittedRun): void {
  const { queue } = run;
  if (queue.head === run) {
    queue.head = null;
    queue.tail = null;
    return;
  }
  let before = queue.head;
  while (before !== null && before.next !== run) before = before.next;
  if (before !== null) before.next = null;
  queue.tail = before;
}

/** Equal for partitions with equal contents, whatever the order of their keys. */
function partitionKey(partition: SourcePartition | null): string {
  if (partition === null) return '';
  const parts: string[] = [];
  for (const name of Object.keys(partition).sort()) {
    const value = partition[name];
    const text =
      value instanceof Uint8Array ? Buffer.from(value).toString('hex') : (value?.toString() ?? String(value));
    const kind = typeof value === 'bigint' ? 'number' : typeof value;
    parts.push(JSON.stringify([name, kind, text]));
  }
  return parts.join();
}
