import { describe, expect, test } from 'vitest';
import { codeOf } from '../errors/connect-error.ts';
import { internalTopicSettings } from './internal-topic.ts';
import { KafkaOffsetStore } from './kafka-offset-store.ts';
import { InMemoryTopics } from './testing/in-memory-topic.ts';

const signal = AbortSignal.timeout(60_000);

async function open(topics: InMemoryTopics, lines: string[] = []): Promise<KafkaOffsetStore> {
  const topic = {
    name: 'offsets',
    configKey: 'offset.storage.topic',
    partitions: 25,
    replicationFactor: 1,
    settings: {},
  };
  const store = new KafkaOffsetStore(topics, topic, (_level, message) => lines.push(message));
  await store.start(signal);
  return store;
}

describe('offset store on Kafka', () => {
  test("writes Apache's records: no blanks, UTF-8 as it is, floats with a point", async () => {
    const topics = new InMemoryTopics();
    const store = await open(topics);
    await store.write('fü/x', [
      {
        partition: { filename: 'ü.txt', n: 1 },
        offset: { position: 9007199254740993n, part: 0.5, big: 1e20 },
      },
      { partition: { filename: 'gone' }, offset: null },
    ]);
    expect(topics.lines('offsets')).toEqual([
      '["fü/x",{"filename":"ü.txt","n":1}]={"position":9007199254740993,"part":0.5,"big":1.0E20}',
      '["fü/x",{"filename":"gone"}]=null',
    ]);
    await store.stop();
  });

  test('writes a partition under the very key bytes another worker has used', async () => {
    const topics = new InMemoryTopics();
    const foreign = '["c",{"server":"s" , "db":"d"}]';
    topics.append('offsets', foreign, '{"lsn":1}');
    const store = await open(topics);
    expect(await store.read('c', [{ db: 'd', server: 's' }])).toEqual([{ lsn: 1 }]);
    await store.write('c', [{ partition: { db: 'd', server: 's' }, offset: { lsn: 2 } }]);
    expect(topics.lines('offsets').at(-1)).toBe(`${foreign}={"lsn":2}`);
    await store.stop();
  });

  test('of two spellings of one partition the newer offset counts, and a reset clears both', async () => {
    const topics = new InMemoryTopics();
    topics.append('offsets', '["c",{"a":1,"b":2}]', '{"o":1}');
    topics.append('offsets', '["c",{"b":2,"a":1}]', '{"o":2}');
    const store = await open(topics);
    expect(await store.read('c', [{ a: 1, b: 2 }])).toEqual([{ o: 2 }]);
    await store.write('c', [{ partition: { a: 1, b: 2 }, offset: null }]);
    expect(topics.lines('offsets').slice(2)).toEqual([
      '["c",{"a":1,"b":2}]=null',
      '["c",{"b":2,"a":1}]=null',
    ]);
    expect(await store.all('c')).toEqual([]);
    await store.stop();
  });

  test('two quick writes of one partition use one key, whatever the order of its members', async () => {
    const topics = new InMemoryTopics();
    const store = await open(topics);
    await Promise.all([
      store.write('c', [{ partition: { a: 1, b: 2 }, offset: { o: 1 } }]),
      store.write('c', [{ partition: { b: 2, a: 1 }, offset: { o: 2 } }]),
    ]);
    expect(topics.lines('offsets')).toEqual(['["c",{"a":1,"b":2}]={"o":1}', '["c",{"a":1,"b":2}]={"o":2}']);
    await store.stop();
  });

  test.each([
    ['["c"]', '{}'],
    ['{"c":1}', '{}'],
    ['nonsense', '{}'],
    ['["c",{"f":"a"}]', '[1]'],
    ['["c",{"f":"a"}]', '{"o":{"deep":1}}'],
    ['["c",{"f":[1]}]', '{"o":1}'],
    [null, '{}'],
  ])('skips the record %s=%s with a line that says where it is', async (key, value) => {
    const topics = new InMemoryTopics();
    topics.append('offsets', key, value);
    topics.append('offsets', '["c",{"f":"b"}]', '{"o":1}');
    const lines: string[] = [];
    const store = await open(topics, lines);
    expect(await store.all('c')).toEqual([{ partition: { f: 'b' }, offset: { o: 1 } }]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('offsets-0 offset 0');
    await store.stop();
  });

  test('a key with a null partition is no partition', async () => {
    const topics = new InMemoryTopics();
    topics.append('offsets', '["c",null]', '{"o":1}');
    const store = await open(topics);
    expect(await store.all('c')).toEqual([]);
    await store.stop();
  });

  test('reads what another worker wrote a moment ago', async () => {
    const topics = new InMemoryTopics();
    const [first, second] = [await open(topics), await open(topics)];
    await first.write('c', [{ partition: { f: 'a' }, offset: { o: 1 } }]);
    expect(await second.read('c', [{ f: 'a' }])).toEqual([{ o: 1 }]);
    await first.stop();
    await second.stop();
  });

  test('a write that fails says for which connector and topic, and can be tried again', async () => {
    const topics = new InMemoryTopics();
    const store = await open(topics);
    topics.onSend = () => new Error('no leader');
    const failure = await store
      .write('c', [{ partition: { f: 'a' }, offset: { o: 1 } }])
      .catch((error: unknown) => error);
    expect(codeOf(failure)).toBe('retriable');
    expect(String(failure)).toContain(
      'source offsets of connector c could not be written to topic offsets: no leader',
    );
    await store.stop();
    await expect(store.read('c', [])).rejects.toThrow('not running');
  });

  test('takes topic settings from the worker, but never another clean-up policy', () => {
    const lines: string[] = [];
    const settings = internalTopicSettings(
      {
        'offset.storage.topic': 't',
        'offset.storage.partitions': '5',
        'offset.storage.replication.factor': '3',
        'offset.storage.min.insync.replicas': '2',
        'offset.storage.cleanup.policy': 'delete',
        'config.storage.segment.bytes': '1',
      },
      'offset.storage.',
      (level, message) => lines.push(`${level}: ${message}`),
    );
    expect(settings).toEqual({ 'min.insync.replicas': '2' });
    expect(lines).toEqual([
      'warn: offset.storage.cleanup.policy=delete is ignored: internal topics are always compacted',
    ]);
  });
});
