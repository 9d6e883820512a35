import { ConnectError } from '../../server/errors/connect-error.ts';
import type {
  BrowsedRecord,
  BrowsedRecords,
  BrowseRequest,
  TopicBrowser,
  TopicDetail,
  TopicSummary,
} from '../../server/kafka/ports/topic-browser.ts';

interface FakeTopic {
  readonly detail: TopicDetail;
  readonly records: BrowsedRecord[];
}

export type FakeRecord = Partial<Pick<BrowsedRecord, 'partition' | 'timestamp' | 'headers'>> & {
  readonly key: Buffer | string | null;
  readonly value: Buffer | string | null;
};

/** Topics in memory; what the test or the demonstration puts there. */
export class FakeTopics implements TopicBrowser {
  readonly map = new Map<string, FakeTopic>();
  readonly requests: BrowseRequest[] = [];
  /** Why Kafka cannot be asked. */
  failure: ConnectError | null = null;

  add(name: string, partitions: number, records: readonly FakeRecord[] = []): void {
    const offsets = new Map<number, number>();
    const all = records.map(({ key, value, partition = 0, timestamp = 0, headers = [] }): BrowsedRecord => {
      const offset = offsets.get(partition) ?? 0;
      offsets.set(partition, offset + 1);
      const timestampType = 'CreateTime';
      return {
        topic: name,
        partition,
        offset,
        timestamp,
        timestampType,
        key: bytes(key),
        value: bytes(value),
        headers,
      };
    });
    const detail: TopicDetail = {
      ...{ name, internal: name.startsWith('__'), partitions, replicationFactor: 1 },
      partitionDetails: Array.from({ length: partitions }, (_, partition) => ({
        ...{ partition, leader: 1, replicas: [1], isr: [1], earliestOffset: 0 },
        latestOffset: offsets.get(partition) ?? 0,
      })),
      configs: [
        { name: 'cleanup.policy', value: 'compact', isDefault: false, isOwn: true, sensitive: false },
        { name: 'retention.ms', value: '604800000', isDefault: true, isOwn: false, sensitive: false },
        { name: 'segment.bytes', value: '1073741824', isDefault: false, isOwn: false, sensitive: false },
      ],
    };
    this.map.set(name, { detail, records: all });
  }

  async topics(): Promise<readonly TopicSummary[]> {
    this.#requireReachable();
    const summaries = [...this.map.values()].map(({ detail }): TopicSummary => {
      const { name, internal, partitions, replicationFactor } = detail;
      return { name, internal, partitions, replicationFactor };
    });
    return summaries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  async topic(name: string): Promise<TopicDetail> {
    return this.#require(name).detail;
  }

  async records(request: BrowseRequest): Promise<BrowsedRecords> {
    this.requests.push(request);
    const { partition, from, limit } = request;
    const records = this.#require(request.topic).records.filter(
      (record) => partition === undefined || record.partition === partition,
    );
    if (typeof from === 'object' && 'last' in from) {
      return { records: records.toReversed().slice(0, limit), ended: 'end of topic' };
    }
    const start = typeof from === 'object' && 'offset' in from ? from.offset : 0;
    const found = records.filter(({ offset }) => offset >= start);
    return { records: found.slice(0, limit), ended: found.length > limit ? 'limit' : 'end of topic' };
  }

  async close(): Promise<void> {}

  #requireReachable(): void {
    if (this.failure !== null) throw this.failure;
  }

  #require(name: string): FakeTopic {
    this.#requireReachable();
    const topic = this.map.get(name);
    if (topic === undefined) throw new ConnectError('not-found', `Topic ${name} does not exist`);
    return topic;
  }
}

function bytes(content: Buffer | string | null): Buffer | null {
  return typeof content === 'string' ? Buffer.from(content) : content;
}
