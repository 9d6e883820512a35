import { attributeBits } from '../../kafka/record-batch/batch-layout.ts';
import { encodeRecordBatch } from '../../kafka/record-batch/record-batch-builder.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import { type LogVisitor, visitLog } from '../log/visit-log.ts';
import type { TopicRegistry } from './topic-registry.ts';

/** What the broker keeps under a key; a null value removes it. */
export interface InternalRecord {
  readonly key: Uint8Array;
  readonly value: Uint8Array | null;
}

/** A compacted topic of one partition that the broker keeps its own state in; created when it is first needed. */
export class InternalLog {
  readonly #topics: TopicRegistry;
  readonly topic: string;

  constructor(topics: TopicRegistry, topic: string) {
    this.#topics = topics;
    this.topic = topic;
  }

  get log(): PartitionLog {
    const topic =
      this.#topics.get(this.topic) ??
      this.#topics.create(this.topic, 1, { 'cleanup.policy': 'compact', 'segment.bytes': '10485760' });
    return topic.logs[0] as PartitionLog;
  }

  /** Reads back what was written; nothing when the topic does not exist yet. */
  visit(visitor: LogVisitor): void {
    if (this.#topics.get(this.topic) !== undefined) visitLog(this.log, visitor);
  }

  append(records: readonly InternalRecord[], producer?: { producerId: bigint; epoch: number }): void {
    if (records.length === 0) return;
    const timestamp = Date.now();
    const batch = encodeRecordBatch(
      records.map(({ key, value }) => ({ timestamp, key, value })),
      producer === undefined
        ? {}
        : { attributes: attributeBits.transactional, producer: { ...producer, sequence: -1 } },
    );
    this.log.appendOwn(batch);
  }
}
