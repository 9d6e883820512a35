import type {
  ConsumedBatch,
  ConsumedRecord,
  Consumer,
  RebalanceListener,
} from '../../kafka/ports/consumer.ts';
import type { CommittedOffset, TopicPartition } from '../../kafka/ports/topic-partition.ts';

interface Log {
  readonly partition: TopicPartition;
  readonly values: (string | null)[];
  position: number;
  isAssigned: boolean;
  isPaused: boolean;
}

const nameOf = ({ topic, partition }: TopicPartition) => `${topic}-${partition}`;

/** A consumer over partitions in memory; rebalances happen in the next poll after the test asks for them. */
export class ScriptedConsumer implements Consumer {
  readonly commits: (readonly CommittedOffset[])[] = [];
  readonly seeks: string[] = [];
  /** Waited for by each commit. */
  commitGate: () => Promise<void> = async () => {};
  maxPollRecords = 500;
  /** Of each record that is polled. */
  headers: ConsumedRecord['headers'] = [];
  isClosed = false;
  polls = 0;
  readonly #logs = new Map<string, Log>();
  readonly #committed = new Map<string, number>();
  readonly #due: (() => Promise<void>)[] = [];
  #listener: RebalanceListener | null = null;
  #wake: (() => void) | null = null;
  #isWakeDue = false;

  /** Appends records with these values to a partition. */
  add(partition: TopicPartition, ...values: (string | null)[]): void {
    this.#logOf(partition).values.push(...values);
    this.#wakeUp();
  }

  groupMetadata(): undefined {}

  assignNext(...partitions: TopicPartition[]): void {
    this.#due.push(async () => {
      for (const partition of partitions) {
        const log = this.#logOf(partition);
        log.isAssigned = true;
        log.isPaused = false;
        log.position = this.#committed.get(nameOf(partition)) ?? 0;
      }
      await this.#listener?.onAssigned(partitions);
    });
    this.#wakeUp();
  }

  revokeNext(...partitions: TopicPartition[]): void {
    this.#due.push(async () => {
      await this.#listener?.onRevoked(partitions);
      for (const partition of partitions) this.#logOf(partition).isAssigned = false;
    });
    this.#wakeUp();
  }

  loseNext(...partitions: TopicPartition[]): void {
    this.#due.push(async () => {
      for (const partition of partitions) this.#logOf(partition).isAssigned = false;
      await this.#listener?.onLost(partitions);
    });
    this.#wakeUp();
  }

  committedOffset(partition: TopicPartition): number | null {
    return this.#committed.get(nameOf(partition)) ?? null;
  }

  isPaused(partition: TopicPartition): boolean {
    return this.#logOf(partition).isPaused;
  }

  subscribe(_topics: readonly string[] | RegExp, listener: RebalanceListener): void {
    this.#listener = listener;
  }

  assign(): void {
    throw new Error('not used by sinks');
  }

  async poll(timeoutMs: number): Promise<readonly ConsumedBatch[]> {
    this.polls++;
    for (const rebalance of this.#due.splice(0)) await rebalance();
    const batches = this.#read();
    if (batches.length > 0 || this.#isWakeDue) {
      this.#isWakeDue = false;
      return batches;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
    this.#isWakeDue = false;
    return this.#read();
  }

  wakeup(): void {
    this.#isWakeDue = true;
    this.#wakeUp();
  }

  assignment(): readonly TopicPartition[] {
    return [...this.#logs.values()].filter(({ isAssigned }) => isAssigned).map(({ partition }) => partition);
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#logOf(partition).isPaused = true;
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#logOf(partition).isPaused = false;
  }

  seek(partition: TopicPartition, offset: number): void {
    this.seeks.push(`${nameOf(partition)}@${offset}`);
    this.#logOf(partition).position = offset;
  }

  async position(partition: TopicPartition): Promise<number> {
    return this.#logOf(partition).position;
  }

  async committed(partitions: readonly TopicPartition[]): Promise<readonly CommittedOffset[]> {
    return partitions.map((partition) => ({ ...partition, offset: this.committedOffset(partition) ?? -1 }));
  }

  async commit(offsets: readonly CommittedOffset[]): Promise<void> {
    await this.commitGate();
    this.commits.push(offsets);
    for (const offset of offsets) this.#committed.set(nameOf(offset), offset.offset);
  }

  async close(): Promise<void> {
    const owned = this.assignment();
    if (owned.length > 0) await this.#listener?.onRevoked(owned);
    this.isClosed = true;
  }

  #wakeUp(): void {
    this.#wake?.();
  }

  #logOf(partition: TopicPartition): Log {
    const name = nameOf(partition);
    let log = this.#logs.get(name);
    if (log === undefined) {
      log = { partition, values: [], position: 0, isAssigned: false, isPaused: false };
      this.#logs.set(name, log);
    }
    return log;
  }

  #read(): ConsumedBatch[] {
    const batches: ConsumedBatch[] = [];
    for (const log of this.#logs.values()) {
      if (!log.isAssigned || log.isPaused || log.position >= log.values.length) continue;
      const end = Math.min(log.values.length, log.position + this.maxPollRecords);
      const records = log.values
        .slice(log.position, end)
        .map((value, index) => consumed(log.position + index, value, this.headers));
      log.position = end;
      batches.push({ ...log.partition, records, nextOffset: end, highWatermark: log.values.length });
    }
    return batches;
  }
}

function consumed(offset: number, text: string | null, headers: ConsumedRecord['headers']): ConsumedRecord {
  const buffer = Buffer.from(text ?? '');
  return {
    offset,
    timestamp: 1_000 + offset,
    timestampType: 'CreateTime',
    buffer,
    keyStart: 0,
    keyLength: -1,
    valueStart: 0,
    valueLength: text === null ? -1 : buffer.length,
    key: null,
    value: text === null ? null : buffer,
    headers,
  };
}
