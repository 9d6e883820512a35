import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConnectError } from '../../errors/connect-error.ts';
import { waitFor } from '../../testing/wait.ts';
import { Cluster } from '../cluster/cluster.ts';
import { FakeBroker } from '../connection/fake-broker.ts';
import type { NewTopic } from '../ports/admin.ts';
import type { CompactedLogOptions, CompactedLogRecord } from '../ports/compacted-log.ts';
import type { ProducerOptions } from '../ports/producer.ts';
import type { Properties } from '../ports/properties.ts';
import { listOffsetsApi } from '../protocol/generated/list-offsets.js';
import { metadataApi } from '../protocol/generated/metadata.js';
import { TopicLog, type TopicLogParts } from './topic-log.ts';

const topic = 'state';

/** One topic in memory, told of through a fake broker's ListOffsets and through the ports of admin, producer, consumer. */
class FakeTopic {
  readonly partitions: { key: Buffer | null; value: Buffer | null }[][];
  readonly configs: Record<string, string>;
  readonly created: NewTopic[] = [];
  exists = true;
  /** Offsets at the end that hold no records (markers, compacted). */
  gap = 0;
  pollFailures: Error[] = [];
  sendFailure: Error | null = null;
  refusals = 0;
  producerProperties: Properties = {};
  readonly #wakers = new Set<() => void>();

  constructor(partitions: number, configs: Record<string, string> = { 'cleanup.policy': 'compact' }) {
    this.partitions = Array.from({ length: partitions }, () => []);
    this.configs = configs;
  }

  push(partition: number, key: string, value: string | null): void {
    this.partitions[partition]?.push({
      key: Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
    });
    for (const wake of this.#wakers) wake();
  }

  end(partition: number): number {
    return (this.partitions[partition]?.length ?? 0) + this.gap;
  }

  readonly createConsumer: TopicLogParts['createConsumer'] = () => {
    const positions = this.partitions.map(() => 0);
    let wake = (): void => undefined;
    return {
      assign: () => undefined,
      wakeup: () => wake(),
      poll: async (timeoutMs, signal) => {
        const failure = this.pollFailures.shift();
        if (failure !== undefined) throw failure;
        const isBehind = (): boolean => positions.some((at, p) => at < (this.partitions[p]?.length ?? 0));
        if (!isBehind()) {
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, timeoutMs);
            wake = () => {
              clearTimeout(timer);
              resolve();
            };
            this.#wakers.add(wake);
            signal?.addEventListener('abort', wake, { once: true });
          });
          this.#wakers.delete(wake);
        }
        return this.partitions.flatMap((records, partition) => {
          const from = positions[partition] ?? 0;
          positions[partition] = records.length + this.gap;
          if (from >= records.length) return [];
          const views = records.slice(from).map((record, i) => ({
            ...record,
            offset: from + i,
            timestamp: 5,
            timestampType: 'CreateTime' as const,
            buffer: Buffer.alloc(0),
            keyStart: 0,
            keyLength: 0,
            valueStart: 0,
            valueLength: 0,
            headers: [],
          }));
          return [
            { topic, partition, records: views, nextOffset: records.length, highWatermark: records.length },
          ];
        });
      },
      position: async ({ partition }) => positions[partition] ?? 0,
      close: async () => undefined,
    };
  };

  createProducer = <Token>(options: ProducerOptions<Token>): ReturnType<typeof this.producerOf<Token>> => {
    this.producerProperties = options.properties;
    return this.producerOf(options);
  };

  producerOf<Token>(options: ProducerOptions<Token>) {
    return {
      append: (record: { key: unknown; value: unknown }, token: Token): boolean => {
        if (this.refusals-- > 0) return false;
        setImmediate(() => {
          if (this.sendFailure === null)
            this.push(0, String(record.key), record.value === null ? null : String(record.value));
          const batch = {
            topic,
            partition: 0,
            baseOffset: 0,
            timestamp: -1,
            tokens: [token],
            error: this.sendFailure,
          };
          options.onDelivered(batch);
        });
        return true;
      },
      ready: async () => undefined,
      flush: async () => undefined,
      bufferedBytes: 0,
      close: async () => undefined,
    };
  }
}

describe('topic log', () => {
  let broker: FakeBroker;
  let cluster: Cluster;
  const logged: string[] = [];
  const logs: TopicLog[] = [];

  beforeEach(async () => {
    broker = await FakeBroker.start();
    logged.length = 0;
    cluster = new Cluster({
      properties: {
        'bootstrap.servers': broker.bootstrap,
        'retry.backoff.ms': '5',
        'default.api.timeout.ms': '1000',
      },
      log: (level, message) => logged.push(`${level} ${message}`),
    });
  });

  afterEach(async () => {
    for (const log of logs.splice(0)) await log.stop();
    await cluster.close();
    await broker.stop();
  });

  function openLog(fake: FakeTopic, options: Partial<CompactedLogOptions> = {}) {
    const partitions = fake.partitions.map((_, partitionIndex) => ({
      errorCode: 0,
      partitionIndex,
      leaderId: 1,
      replicaNodes: [1],
      isrNodes: [1],
    }));
    broker.on(metadataApi.key, (call) => {
      const topics = [{ errorCode: 0, name: topic, partitions }];
      call.answer(metadataApi, { ...broker.metadata(), topics });
    });
    broker.on(listOffsetsApi.key, (call) => {
      const asked = call.read(listOffsetsApi).topics[0]?.partitions ?? [];
      const answers = asked.map(({ partitionIndex, timestamp }) => ({
        partitionIndex,
        errorCode: 0,
        offset: timestamp === -2 ? 0 : fake.end(partitionIndex),
      }));
      call.answer(listOffsetsApi, { topics: [{ name: topic, partitions: answers }] });
    });
    const admin = {
      describeTopics: async () =>
        fake.exists
          ? [
              {
                name: topic,
                internal: false,
                partitions: fake.partitions.map((_, partition) => ({
                  partition,
                  leader: 1,
                  replicas: [1],
                  isr: [1],
                })),
              },
            ]
          : [],
      createTopics: async (topics: readonly NewTopic[]) => {
        fake.created.push(...topics);
        fake.exists = true;
      },
      describeTopicConfig: async () =>
        Object.entries(fake.configs).map(([name, value]) => ({
          name,
          value,
          isDefault: false,
          isOwn: true,
          sensitive: false,
        })),
    };
    const records: CompactedLogRecord[] = [];
    const log = new TopicLog(
      {
        cluster,
        admin,
        createConsumer: fake.createConsumer,
        createProducer: fake.createProducer,
      },
      {
        topic,
        configKey: 'config.storage.topic',
        create: { partitions: 1, replicationFactor: 1, configs: { 'cleanup.policy': 'compact' } },
        onRecord: (record) => records.push(record),
        ...options,
      },
    );
    logs.push(log);
    return { log, records, start: () => log.start(AbortSignal.timeout(5000)) };
  }

  const shown = (records: readonly CompactedLogRecord[]): string[] =>
    records.map(({ partition, offset, key, value }) => `${partition}@${offset} ${key}=${value}`);

  it('creates the topic when it is not there, as it was told to', async () => {
    const fake = new FakeTopic(1);
    fake.exists = false;
    const { start } = openLog(fake);
    await start();
    expect(fake.created).toEqual([
      { name: topic, partitions: 1, replicationFactor: 1, configs: { 'cleanup.policy': 'compact' } },
    ]);
  });

  it('has read the whole topic when it is started, telling how far it is', async () => {
    const fake = new FakeTopic(2);
    fake.push(0, 'a', '1');
    fake.push(1, 'b', null);
    fake.push(0, 'a', '2');
    const { log, records } = openLog(fake);
    const progress: string[] = [];
    await log.start(AbortSignal.timeout(5000), (read, total) => progress.push(`${read}/${total}`));
    expect(shown(records)).toEqual(['0@0 a=1', '0@1 a=2', '1@0 b=null']);
    expect(progress).toEqual(['0/3', '3/3']);
  });

  it('comes to the end of a topic whose last offsets hold no records', async () => {
    const fake = new FakeTopic(1);
    fake.push(0, 'a', '1');
    fake.gap = 2;
    const { log, start } = openLog(fake);
    await start();
    await log.readToEnd(AbortSignal.timeout(5000));
    fake.gap = 4;
    await log.readToEnd(AbortSignal.timeout(5000));
  });

  it('gives what it sent to its own reader before readToEnd resolves', async () => {
    const fake = new FakeTopic(1);
    const { log, records, start } = openLog(fake);
    await start();
    await Promise.all([log.send('a', '1'), log.send('b', null)]);
    await log.readToEnd(AbortSignal.timeout(5000));
    expect(shown(records)).toEqual(['0@0 a=1', '0@1 b=null']);
    expect(fake.producerProperties).toMatchObject({ acks: 'all', 'enable.idempotence': 'false' });
  });

  it('follows what others write', async () => {
    const fake = new FakeTopic(1);
    const { records, start } = openLog(fake);
    await start();
    fake.push(0, 'x', '1');
    await waitFor('the record', () => records.length === 1);
  });

  it('waits while the producer takes nothing and rejects what could not be delivered', async () => {
    const fake = new FakeTopic(1);
    const { log, start } = openLog(fake);
    await start();
    fake.refusals = 3;
    await log.send('a', '1');
    fake.sendFailure = new ConnectError('timeout', 'delivery.timeout.ms is over');
    await expect(log.send('a', '2')).rejects.toMatchObject({ code: 'timeout' });
  });

  it('goes on after a record that its owner could not apply, naming the place', async () => {
    const fake = new FakeTopic(1);
    fake.push(0, 'bad', '1');
    fake.push(0, 'good', '2');
    const applied: string[] = [];
    const { start } = openLog(fake, {
      onRecord: ({ key }) => {
        if (key?.toString() === 'bad') throw new Error('no such thing');
        applied.push(String(key));
      },
    });
    await start();
    expect(applied).toEqual(['good']);
    expect(logged).toContainEqual(
      'error record at state-0 offset 0 could not be applied and is skipped: no such thing',
    );
  });

  it('goes on reading after failures', async () => {
    const fake = new FakeTopic(1);
    const { records, start } = openLog(fake);
    await start();
    fake.pollFailures.push(new Error('broken'), new ConnectError('unavailable', 'gone', { retriable: true }));
    fake.push(0, 'x', '1');
    await waitFor('the record', () => records.length === 1);
    expect(logged).toContainEqual('warn reading topic state failed and is tried again: broken');
  });

  it('refuses a topic that is not compacted, naming the key and what the policy is', async () => {
    const { start } = openLog(new FakeTopic(1, { 'cleanup.policy': 'compact,delete' }));
    await expect(start()).rejects.toMatchObject({
      code: 'config',
      details: { key: 'config.storage.topic' },
      message: expect.stringContaining("found the topic currently has 'cleanup.policy=compact,delete'"),
    });
  });

  it('refuses more partitions than one where only one may be', async () => {
    const { start } = openLog(new FakeTopic(2), { singlePartition: true });
    await expect(start()).rejects.toThrow(
      'required to have a single partition in order to guarantee consistency, but found 2',
    );
  });

  it('stops in the middle of a start when aborted', async () => {
    const fake = new FakeTopic(1);
    fake.gap = 0;
    const { log } = openLog(fake);
    fake.push(0, 'a', '1');
    fake.pollFailures = Array.from(
      { length: 100 },
      () => new ConnectError('unavailable', 'gone', { retriable: true }),
    );
    await expect(log.start(AbortSignal.timeout(100))).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('refuses to send or read before it was started', async () => {
    const { log } = openLog(new FakeTopic(1));
    await expect(log.send('a', 'b')).rejects.toMatchObject({ code: 'illegal-state' });
    await expect(log.readToEnd()).rejects.toMatchObject({ code: 'illegal-state' });
  });
});
