import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { brokers } from '../../testing/brokers.ts';
import { waitFor } from '../../testing/wait.ts';
import { openKafkaClient } from '../open-kafka-client.ts';
import type { CompactedLog, CompactedLogOptions, CompactedLogRecord } from '../ports/compacted-log.ts';
import type { KafkaClient } from '../ports/kafka-client.ts';

describe.each(await brokers())('compacted log on $name', ({ bootstrap }) => {
  const open: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const stop of open.splice(0).reverse()) await stop();
  });

  function client(): KafkaClient {
    const made = openKafkaClient({ properties: { 'bootstrap.servers': bootstrap } });
    open.push(() => made.close());
    return made;
  }

  function logOf(
    kafka: KafkaClient,
    topic: string,
    options: Partial<CompactedLogOptions> = {},
  ): { log: CompactedLog; records: CompactedLogRecord[]; start: () => Promise<void> } {
    const records: CompactedLogRecord[] = [];
    const log = kafka.createCompactedLog({
      topic,
      configKey: 'status.storage.topic',
      create: { partitions: 3, replicationFactor: 1, configs: { 'cleanup.policy': 'compact' } },
      onRecord: (record) => records.push(record),
      ...options,
    });
    open.push(() => log.stop());
    return { log, records, start: () => log.start(AbortSignal.timeout(30_000)) };
  }

  function shown(records: readonly CompactedLogRecord[]): string[] {
    return records.map(({ key, value }) => `${key}=${value}`).toSorted();
  }

  it('creates its topic, compacted and with as many partitions as asked', async () => {
    const kafka = client();
    const topic = `log-${randomUUID()}`;
    await logOf(kafka, topic).start();
    const [description] = await kafka.admin.describeTopics([topic]);
    expect(description?.partitions).toHaveLength(3);
    const policy = (await kafka.admin.describeTopicConfig(topic)).find(
      ({ name }) => name === 'cleanup.policy',
    );
    expect(policy?.value).toBe('compact');
  });

  it('gives a second reader everything that the first wrote, values and tombstones', async () => {
    const topic = `log-${randomUUID()}`;
    const first = logOf(client(), topic);
    await first.start();
    const keys = Array.from({ length: 300 }, (_, i) => `key-${i}`);
    await Promise.all(keys.map((key) => first.log.send(key, `value of ${key}`)));
    await first.log.send('key-7', null);
    await first.log.readToEnd(AbortSignal.timeout(20_000));
    expect(first.records).toHaveLength(301);

    const second = logOf(client(), topic);
    const progress: number[] = [];
    await second.log.start(AbortSignal.timeout(30_000), (read, total) => progress.push(read, total));
    expect(shown(second.records)).toEqual(shown(first.records));
    expect(second.records.findLast(({ key }) => key?.toString() === 'key-7')?.value).toBeNull();
    expect(progress.slice(-2)).toEqual([301, 301]);
    expect(new Set(second.records.map(({ partition }) => partition)).size).toBe(3);
  });

  it('sees at readToEnd what another wrote before the call', async () => {
    const topic = `log-${randomUUID()}`;
    const [writer, reader] = [logOf(client(), topic), logOf(client(), topic)];
    await writer.start();
    await reader.start();
    for (let round = 0; round < 20; round++) {
      await writer.log.send(`round ${round}`, '\u{1F41F}');
      await reader.log.readToEnd(AbortSignal.timeout(20_000));
      expect(reader.records).toHaveLength(round + 1);
    }
    expect(reader.records.at(-1)?.value?.toString()).toBe('\u{1F41F}');
  });

  it('follows others without being asked', async () => {
    const topic = `log-${randomUUID()}`;
    const [writer, reader] = [logOf(client(), topic), logOf(client(), topic)];
    await writer.start();
    await reader.start();
    await writer.log.send('a', 'b');
    await waitFor('the record', () => reader.records.length === 1);
  });

  it('leaves out what was not committed, and does not wait for transactions that are open', async () => {
    const topic = `log-${randomUUID()}`;
    const [kafka, consumerProperties] = [client(), { 'isolation.level': 'read_committed' }];
    const first = logOf(kafka, topic, { consumerProperties, producerProperties: { 'linger.ms': '0' } });
    await first.start();
    await first.log.send('plain', '0');
    const producer = kafka.createTransactionalProducer<null>({
      properties: { 'transactional.id': randomUUID() },
      onDelivered: () => undefined,
    });
    open.push(() => producer.close(1000));
    await producer.initTransactions();
    const write = async (key: string): Promise<void> => {
      producer.beginTransaction();
      while (!producer.append({ topic, partition: 0, key, value: '1' }, null)) await producer.ready();
      await producer.flush();
    };
    await write('aborted');
    await producer.abortTransaction();
    await write('committed');
    await producer.commitTransaction();
    await write('open');
    await waitFor('the marker', async () => {
      await first.log.readToEnd(AbortSignal.timeout(20_000));
      return first.records.length === 2;
    });
    expect(shown(first.records)).toEqual(['committed=1', 'plain=0']);
    const second = logOf(kafka, topic, { consumerProperties });
    await second.start();
    expect(shown(second.records)).toEqual(['committed=1', 'plain=0']);
    await producer.commitTransaction();
    // Brokers answer before every partition has its marker.
    await waitFor('the marker', async () => {
      await second.log.readToEnd(AbortSignal.timeout(20_000));
      return second.records.length === 3;
    });
    expect(shown(second.records)).toEqual(['committed=1', 'open=1', 'plain=0']);
    const everything = logOf(kafka, topic);
    await everything.start();
    expect(shown(everything.records)).toEqual(['aborted=1', 'committed=1', 'open=1', 'plain=0']);
  });

  it('answers readToEnd of a quiet topic at once', async () => {
    const { log, start } = logOf(client(), `log-${randomUUID()}`);
    await start();
    const startedAt = performance.now();
    for (let i = 0; i < 5; i++) await log.readToEnd(AbortSignal.timeout(5000));
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  it('refuses a topic that is not compacted and one with too many partitions', async () => {
    const kafka = client();
    const [deleting, wide] = [`log-${randomUUID()}`, `log-${randomUUID()}`];
    await kafka.admin.createTopics([
      { name: deleting, partitions: 1, replicationFactor: 1, configs: { 'cleanup.policy': 'delete' } },
      { name: wide, partitions: 2, replicationFactor: 1, configs: { 'cleanup.policy': 'compact' } },
    ]);
    await expect(logOf(kafka, deleting).start()).rejects.toMatchObject({
      code: 'config',
      details: { key: 'status.storage.topic' },
    });
    await expect(logOf(kafka, wide, { singlePartition: true }).start()).rejects.toThrow('found 2 partitions');
  });

  it('rejects a record that is too large and goes on with others', async () => {
    const { log, records, start } = logOf(client(), `log-${randomUUID()}`);
    await start();
    await expect(log.send('big', Buffer.alloc(2_000_000))).rejects.toThrow();
    await log.send('small', 'x');
    await log.readToEnd(AbortSignal.timeout(20_000));
    expect(shown(records)).toEqual(['small=x']);
  });

  it('stops while it waits', async () => {
    const { log, start } = logOf(client(), `log-${randomUUID()}`);
    await start();
    const startedAt = performance.now();
    await log.stop();
    expect(performance.now() - startedAt).toBeLessThan(3000);
    await expect(log.send('a', 'b')).rejects.toMatchObject({ code: 'illegal-state' });
  });
});
