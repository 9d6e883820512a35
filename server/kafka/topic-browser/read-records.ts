import { ConnectError } from '../../errors/connect-error.ts';
import type { ConsumedBatch, ConsumedRecord, Consumer } from '../ports/consumer.ts';
import type { KafkaClient } from '../ports/kafka-client.ts';
import type { BrowsedRecord, BrowsedRecords, BrowseRequest } from '../ports/topic-browser.ts';
import { findRanges, type PartitionRange } from './partition-ranges.ts';

/** A single poll waits no longer, so that positions past the last record are noticed. */
const pollMs = 100;
const closeMs = 1000;
const maxFetchBytes = 8 * 1024 * 1024;
const minPartitionBytes = 64 * 1024;
/** When the last offsets have few records, so many times one begins earlier, each time so much further back. */
const widerLooks = 3;
const widerBy = 8;

/**
 * Reads records of a topic without a group and without committing anything. Only committed records are seen. With
 * several partitions each gives up to `limit` records, and the first (with `last`: the newest) of all are kept.
 */
export async function readRecords(
  client: Pick<KafkaClient, 'admin' | 'createConsumer'>,
  request: BrowseRequest,
  signal?: AbortSignal,
): Promise<BrowsedRecords> {
  requireLimits(request);
  const { from, limit, timeoutMs } = request;
  const deadline = performance.now() + timeoutMs;
  // More than `limit` records of one partition cannot be among the newest of all.
  const newest = typeof from === 'object' && 'last' in from ? Math.min(from.last, limit) : null;
  let lookBack = newest ?? 0;
  let found = await readOnce(client, request, { newest, lookBack, deadline, signal });
  // The bytes were spent before the newest were reached: begin nearer to the end.
  for (let isTooLarge = isCutShort(found, newest); isTooLarge && lookBack > 1; ) {
    lookBack = Math.ceil(lookBack / widerBy);
    const nearer = await readOnce(client, request, { newest, lookBack, deadline, signal });
    isTooLarge = isCutShort(nearer, newest);
    found = nearer.ended === 'time' ? nearer : { ...nearer, ended: 'bytes' };
  }
  for (let round = 0; round < widerLooks && isShort(found, newest); round++) {
    // Markers of transactions and what was compacted stand where records could be.
    lookBack *= widerBy;
    const wider = await readOnce(client, request, { newest, lookBack, deadline, signal });
    if (wider.ended === 'bytes' || wider.ended === 'time') break;
    found = wider;
  }
  return { records: found.records, ended: found.ended };
}

interface Found extends BrowsedRecords {
  /** Older records than those that were read may be there. */
  readonly hasOlder: boolean;
}

function isCutShort({ ended }: Found, newest: number | null): boolean {
  return newest !== null && ended === 'bytes';
}

function isShort({ records, ended, hasOlder }: Found, newest: number | null): boolean {
  return newest !== null && records.length < newest && hasOlder && ended === 'end of topic';
}

async function readOnce(
  client: Pick<KafkaClient, 'admin' | 'createConsumer'>,
  request: BrowseRequest,
  how: {
    readonly newest: number | null;
    readonly lookBack: number;
    readonly deadline: number;
    readonly signal: AbortSignal | undefined;
  },
): Promise<Found> {
  const { newest, lookBack, deadline, signal } = how;
  const ranges = await findRanges(client.admin, request, lookBack, signal);
  if (ranges.length === 0) return { records: [], ended: 'end of topic', hasOlder: false };
  const consumer = client.createConsumer({ properties: consumerProperties(request, ranges.length) });
  const reading = new Reading(request, ranges, newest);
  try {
    consumer.assign(ranges);
    for (const range of ranges) consumer.seek(range, range.start);
    while (!reading.isDone && performance.now() < deadline) {
      const waitMs = Math.max(1, Math.min(pollMs, deadline - performance.now()));
      const batches = await consumer.poll(waitMs, signal);
      for (const batch of batches) reading.take(batch);
      if (batches.length === 0) await reading.skipToPositions(consumer);
      consumer.pause(reading.takeFinished());
    }
  } finally {
    await consumer.close(closeMs);
  }
  return { ...reading.result(), hasOlder: ranges.some(({ start, first }) => start > first) };
}

function requireLimits({ limit, maxBytes, timeoutMs }: BrowseRequest): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw new ConnectError('bad-request', `limit must be a whole number from 1 to 1000, not ${limit}`);
  }
  for (const [name, value] of Object.entries({ maxBytes, timeoutMs })) {
    if (!(value > 0)) throw new ConnectError('bad-request', `${name} must be above 0, not ${value}`);
  }
}

/** Fetched ahead is no more than may be given out; of several partitions each has its share. */
function consumerProperties({ maxBytes, limit }: BrowseRequest, partitions: number): Record<string, string> {
  const fetchBytes = Math.min(Math.max(maxBytes, minPartitionBytes), maxFetchBytes);
  const partitionBytes = Math.max(Math.floor(fetchBytes / partitions), minPartitionBytes);
  return {
    'isolation.level': 'read_committed',
    'auto.offset.reset': 'earliest',
    'enable.auto.commit': 'false',
    'fetch.max.bytes': String(fetchBytes),
    'max.partition.fetch.bytes': String(partitionBytes),
    'fetch.max.wait.ms': String(pollMs),
    'max.poll.records': String(limit),
  };
}

class Reading {
  readonly #request: BrowseRequest;
  readonly #partitions: number;
  /** How many of each partition are kept, the newest first; null: read forward. */
  readonly #newest: number | null;
  readonly #open = new Map<number, { readonly range: PartitionRange; taken: number }>();
  readonly #records: BrowsedRecord[] = [];
  #finished: PartitionRange[] = [];
  #bytes = 0;
  #hasMore = false;

  constructor(request: BrowseRequest, ranges: readonly PartitionRange[], newest: number | null) {
    this.#request = request;
    this.#partitions = ranges.length;
    this.#newest = newest;
    for (const range of ranges) this.#open.set(range.partition, { range, taken: 0 });
  }

  get isDone(): boolean {
    return this.#open.size === 0 || this.#isFull;
  }

  get #isFull(): boolean {
    return this.#bytes >= this.#request.maxBytes;
  }

  take({ topic, partition, records, nextOffset }: ConsumedBatch): void {
    const open = this.#open.get(partition);
    if (open === undefined) return;
    for (const record of records) {
      if (this.#isFull) return;
      if (record.offset >= open.range.end) break;
      if (open.taken === open.range.limit) {
        this.#hasMore = true;
        this.#finish(open.range);
        return;
      }
      open.taken++;
      this.#bytes += Math.max(record.keyLength, 0) + Math.max(record.valueLength, 0);
      this.#records.push(copyOf(record, topic, partition));
    }
    if (nextOffset >= open.range.end) this.#finish(open.range);
    else if (open.taken === open.range.limit) {
      this.#hasMore = true;
      this.#finish(open.range);
    }
  }

  /** Markers of transactions and gaps of compaction move positions without a record. */
  async skipToPositions(consumer: Consumer): Promise<void> {
    for (const { range } of [...this.#open.values()]) {
      if ((await consumer.position(range)) >= range.end) this.#finish(range);
    }
  }

  /** Partitions that need not be read any further. */
  takeFinished(): readonly PartitionRange[] {
    const finished = this.#finished;
    this.#finished = [];
    return finished;
  }

  result(): BrowsedRecords {
    const { limit } = this.#request;
    const order = this.#partitions > 1 ? byTime : byOffset;
    const sorted =
      this.#newest === null
        ? this.#records.toSorted(order)
        : newestOf(
            this.#records.toSorted((a, b) => order(b, a)),
            this.#newest,
          );
    const records = sorted.slice(0, limit);
    if (this.#isFull) return { records, ended: 'bytes' };
    if (this.#open.size > 0) return { records, ended: 'time' };
    return { records, ended: this.#hasMore || sorted.length > limit ? 'limit' : 'end of topic' };
  }

  #finish(range: PartitionRange): void {
    this.#open.delete(range.partition);
    this.#finished.push(range);
  }
}

/** At most so many of each partition, from the front. */
function newestOf(records: readonly BrowsedRecord[], count: number): readonly BrowsedRecord[] {
  const taken = new Map<number, number>();
  return records.filter(({ partition }) => {
    const before = taken.get(partition) ?? 0;
    taken.set(partition, before + 1);
    return before < count;
  });
}

function byTime(a: BrowsedRecord, b: BrowsedRecord): number {
  return a.timestamp - b.timestamp || a.partition - b.partition || a.offset - b.offset;
}

/** Of one partition: producers may set any time. */
function byOffset(a: BrowsedRecord, b: BrowsedRecord): number {
  return a.offset - b.offset;
}

/** What poll gives is valid until the next poll. */
function copyOf(record: ConsumedRecord, topic: string, partition: number): BrowsedRecord {
  const { key, value } = record;
  return {
    topic,
    partition,
    offset: record.offset,
    timestamp: record.timestamp,
    timestampType: record.timestampType,
    key: key === null ? null : Buffer.from(key),
    value: value === null ? null : Buffer.from(value),
    headers: record.headers.map((header) => ({
      key: header.key,
      value: header.value === null ? null : Uint8Array.from(header.value),
    })),
  };
}
