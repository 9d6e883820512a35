import { buildBatch, type PlainRecord } from '../log/batch-builder.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import { type LogVisitor, visitLog } from '../log/visit-log.ts';
import type { TopicRegistry } from './topic-registry.ts';

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

  append(records: readonly PlainRecord[], producer?: { producerId: bigint; epoch: number }): void {
    if (records.length === 0) return;
    this.log.appendOwn(buildBatch(records, Date.now(), producer));
  }
}
