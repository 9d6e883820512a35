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
  const deadline = performance.now() + request.timeoutMs;
  const ranges = await findRanges(client.admin, request, signal);
  if (ranges.length === 0) return { records: [], ended: 'end of topic' };
  const consumer = client.createConsumer({ properties: consumerProperties(request, ranges.length) });
  const reading = new Reading(request, ranges);
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
  return reading.result();
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
  readonly #open = new Map<number, { readonly range: PartitionRange; taken: number }>();
  readonly #records: BrowsedRecord[] = [];
  #finished: PartitionRange[] = [];
  #bytes = 0;
  #hasMore = false;

  constructor(request: BrowseRequest, ranges: readonly PartitionRange[]) {
    this.#request = request;
    this.#partitions = ranges.length;
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
    const { from, limit } = this.#request;
    const isNewestFirst = typeof from === 'object' && 'last' in from;
    const order = this.#partitions > 1 ? byTime : byOffset;
    const sorted = this.#records.toSorted(isNewestFirst ? (a, b) => order(b, a) : order);
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
