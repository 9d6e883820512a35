import { describe, expect, test } from 'vitest';
import { ConnectError } from '../errors/connect-error.ts';
import { waitFor } from '../testing/wait.ts';
import { KafkaStatusStore } from './kafka-status-store.ts';
import type { State, Status } from './status-store.ts';
import { InMemoryTopics } from './testing/in-memory-topic.ts';

const signal = AbortSignal.timeout(60_000);

async function open(topics: InMemoryTopics, lines: string[] = []): Promise<KafkaStatusStore> {
  const store = new KafkaStatusStore({
    kafka: topics,
    topic: {
      name: 'status',
      configKey: 'status.storage.topic',
      partitions: 5,
      replicationFactor: 1,
      settings: {},
    },
    log: (_level, message) => lines.push(message),
    firstRetryMs: 5,
  });
  await store.start(signal);
  return store;
}

function status(state: State, generation = 5): Status {
  return { state, workerId: 'h:8083', generation, trace: null, version: '1.0' };
}

describe('status store on Kafka', () => {
  test("writes Apache's records", async () => {
    const topics = new InMemoryTopics();
    const store = await open(topics);
    store.putConnector('a', status('RUNNING'));
    store.putTask('a', 0, { ...status('FAILED'), trace: 'boom', version: null });
    store.putTopic({ topic: 't', connector: 'a', task: 0, discoverTimestamp: 1700000000000 });
    await store.flush(5000);
    store.putTask('a', 0, null);
    store.deleteTopic('a', 't');
    await store.flush(5000);
    expect(topics.lines('status')).toEqual([
      'status-connector-a={"state":"RUNNING","trace":null,"worker_id":"h:8083","generation":5,"version":"1.0"}',
      'status-task-a-0={"state":"FAILED","trace":"boom","worker_id":"h:8083","generation":5,"version":null}',
      'status-topic-t:connector-a={"topic":{"name":"t","connector":"a","task":0,"discoverTimestamp":1700000000000}}',
      'status-task-a-0=null',
      'status-topic-t:connector-a=null',
    ]);
    await store.stop();
  });

  test('reads what other and older workers wrote, skips the rest with a line', async () => {
    const topics = new InMemoryTopics();
    topics.append('status', 'status-connector-a', '{"state":"PAUSED","worker_id":"old:1","generation":3}');
    topics.append('status', 'status-connector-a', '{"state":"DANCING","worker_id":"old:1","generation":3}');
    topics.append('status', 'status-task-a', '{}');
    topics.append('status', 'nonsense', '{}');
    topics.append('status', 'status-topic-t', '{}');
    topics.append('status', null, null);
    const lines: string[] = [];
    const store = await open(topics, lines);
    expect(store.connector('a')).toEqual({
      state: 'PAUSED',
      workerId: 'old:1',
      generation: 3,
      trace: null,
      version: null,
    });
    expect(lines.map((line) => /offset \d/.exec(line)?.[0])).toEqual([
      'offset 1',
      'offset 2',
      'offset 3',
      'offset 4',
      'offset 5',
    ]);
    await store.stop();
  });

  test('tries a failed write again until it is stored', async () => {
    const topics = new InMemoryTopics();
    const store = await open(topics);
    let failures = 3;
    topics.onSend = () => (failures-- > 0 ? new ConnectError('retriable', 'no leader') : null);
    store.putConnector('a', status('RUNNING'));
    await store.flush(5000);
    expect(topics.lines('status')).toHaveLength(1);
    await store.stop();
  });

  test('gives a failed write up for a newer one of the same thing', async () => {
    const topics = new InMemoryTopics();
    const store = await open(topics);
    topics.onSend = (_topic, _key, value) =>
      value?.includes('RUNNING') ? new ConnectError('retriable', 'no leader') : null;
    store.putConnector('a', status('RUNNING'));
    store.putConnector('b', status('PAUSED'));
    await waitFor('the other connector', () => store.connector('b') !== null);
    store.putConnector('a', status('PAUSED'));
    await store.flush(5000);
    expect(topics.lines('status').map((line) => line.slice(0, 40))).toEqual([
      'status-connector-b={"state":"PAUSED","tr',
      'status-connector-a={"state":"PAUSED","tr',
    ]);
    await store.stop();
  });

  test('keeps the newest state of many while Kafka is away, and does not keep them all', async () => {
    const topics = new InMemoryTopics();
    const store = await open(topics);
    let isDown = true;
    topics.onSend = () => (isDown ? new ConnectError('timeout', 'no broker') : null);
    for (let generation = 0; generation < 100; generation++)
      store.putConnector('a', status('RUNNING', generation));
    isDown = false;
    await store.flush(5000);
    const lines = topics.lines('status');
    expect(lines.length).toBeLessThanOrEqual(8);
    expect(lines.at(-1)).toContain('"generation":99');
    await store.stop();
  });

  test('a write that can never succeed is given up with a line', async () => {
    const topics = new InMemoryTopics();
    const lines: string[] = [];
    const store = await open(topics, lines);
    topics.onSend = () => new ConnectError('kafka', 'not authorized');
    store.putConnector('a', status('RUNNING'));
    await store.flush(5000);
    expect(lines).toEqual(['status status-connector-a could not be stored: not authorized']);
    await store.stop();
  });

  test('a flush does not wait longer than it is told', async () => {
    const topics = new InMemoryTopics();
    const store = await open(topics);
    topics.onSend = () => new ConnectError('timeout', 'no broker');
    store.putConnector('a', status('RUNNING'));
    await store.flush(20);
    expect(topics.lines('status')).toEqual([]);
    await store.stop();
  });

  test('a very long trace is cut so that the record can be stored', async () => {
    const topics = new InMemoryTopics();
    const store = await open(topics);
    store.putConnector('a', { ...status('FAILED'), trace: 'x'.repeat(3_000_000) });
    await store.flush(5000);
    expect(topics.records('status')[0]?.value?.length).toBeLessThan(200_000);
    await store.stop();
  });
});
