import { describe, expect, test } from 'vitest';
import { codeOf } from '../errors/connect-error.ts';
import { KafkaConfigStore } from './kafka-config-store.ts';
import { InMemoryTopics } from './testing/in-memory-topic.ts';
import { RecordedConfigChanges } from './testing/recorded-config-changes.ts';

const signal = AbortSignal.timeout(60_000);

function open(topics: InMemoryTopics, lines: string[] = []): KafkaConfigStore {
  return new KafkaConfigStore({
    kafka: topics,
    topic: {
      name: 'configs',
      configKey: 'config.storage.topic',
      partitions: 1,
      replicationFactor: 1,
      settings: {},
    },
    log: (_level, message) => lines.push(message),
  });
}

async function read(
  records: readonly (readonly [string | null, string | null])[],
): Promise<{ store: KafkaConfigStore; lines: string[]; topics: InMemoryTopics }> {
  const topics = new InMemoryTopics();
  for (const [key, value] of records) topics.append('configs', key, value);
  const lines: string[] = [];
  const store = open(topics, lines);
  await store.start(signal, new RecordedConfigChanges());
  return { store, lines, topics };
}

const connectorA = ['connector-a', '{"properties":{"name":"a"}}'] as const;

describe('config store on Kafka', () => {
  test("writes Apache's records in Apache's order", async () => {
    const { store, topics } = await read([]);
    await store.putConnectorConfig('a', { name: 'a' }, 'STOPPED');
    await store.putTaskConfigs('a', [{ t: '0' }]);
    await store.putTaskConfigs('a', []);
    await store.putTargetState('a', 'STARTED');
    await store.putRestartRequest({ connector: 'a', onlyFailed: false, includeTasks: true });
    await store.putSessionKey({ key: Buffer.alloc(3, 7), algorithm: 'HmacSHA256', createdAt: 1700000000000 });
    await store.putLoggerLevel('org.x', 'TRACE');
    await store.removeConnectorConfig('a');
    expect(topics.lines('configs')).toEqual([
      'target-state-a={"state":"PAUSED","state.v2":"STOPPED"}',
      'connector-a={"properties":{"name":"a"}}',
      'task-a-0={"properties":{"t":"0"}}',
      'commit-a={"tasks":1}',
      'commit-a={"tasks":0}',
      'target-state-a={"state":"STARTED","state.v2":"STARTED"}',
      'restart-connector-a={"include-tasks":true,"only-failed":false}',
      'session-key={"key":"BwcH","algorithm":"HmacSHA256","creation-timestamp":1700000000000}',
      'logger-cluster-org.x={"level":"TRACE"}',
      'connector-a=null',
      'target-state-a=null',
    ]);
    await store.stop();
  });

  test('reads at its start what another worker wrote, without telling of it, and tells of what comes later', async () => {
    const topics = new InMemoryTopics();
    const first = open(topics);
    await first.start(signal, new RecordedConfigChanges());
    await first.putConnectorConfig('a', { name: 'a' }, 'PAUSED');
    await first.putTaskConfigs('a', [{ t: '0' }]);
    await first.putRestartRequest({ connector: 'a', onlyFailed: false, includeTasks: true });
    const second = open(topics);
    const changes = new RecordedConfigChanges();
    await second.start(signal, changes);
    expect(second.snapshot().tasks('a')).toEqual([0]);
    expect(second.snapshot().targetState('a')).toBe('PAUSED');
    expect(second.snapshot().offset).toBe(5);
    expect(changes.calls).toEqual([]);
    await first.putConnectorConfig('b', { name: 'b' }, null);
    await second.refresh(signal);
    expect(second.snapshot().connectors()).toEqual(['a', 'b']);
    expect(changes.calls).toEqual(['config b']);
    await first.stop();
    await second.stop();
  });

  test('a commit of tasks that compaction or a crash took away makes the connector inconsistent', async () => {
    const { store } = await read([
      connectorA,
      ['task-a-1', '{"properties":{"t":"1"}}'],
      ['commit-a', '{"tasks":2}'],
    ]);
    expect(store.snapshot().inconsistentConnectors()).toEqual(['a']);
    expect(store.snapshot().tasks('a')).toEqual([]);
    expect(store.snapshot().appliedConnectorConfig('a')).toBeNull();
    await store.putTaskConfigs('a', [{ t: '0' }, { t: '1' }]);
    expect(store.snapshot().inconsistentConnectors()).toEqual([]);
    expect(store.snapshot().tasks('a')).toEqual([0, 1]);
    await store.stop();
  });

  test('task configs without a commit do not count, and more of them than committed are dropped', async () => {
    const { store } = await read([
      connectorA,
      ['task-a-0', '{"properties":{"t":"old"}}'],
      ['task-a-1', '{"properties":{"t":"1"}}'],
      ['commit-a', '{"tasks":1}'],
      ['task-a-0', '{"properties":{"t":"new"}}'],
    ]);
    expect(store.snapshot().tasks('a')).toEqual([0]);
    expect(store.snapshot().taskConfig('a', 0)).toEqual({ t: 'old' });
    expect(store.snapshot().taskConfig('a', 1)).toBeNull();
    await store.stop();
  });

  test('a commit for a connector that compaction removed is ignored', async () => {
    const { store } = await read([
      ['task-a-0', '{"properties":{}}'],
      ['commit-a', '{"tasks":1}'],
    ]);
    expect(store.snapshot().connectors()).toEqual([]);
    await store.putConnectorConfig('a', {}, null);
    expect(store.snapshot().tasks('a')).toEqual([]);
    await store.stop();
  });

  test('fencing is pending from a commit of task configs to the record of the round after it', async () => {
    const { store, topics } = await read([
      connectorA,
      ['task-a-0', '{"properties":{}}'],
      ['commit-a', '{"tasks":1}'],
    ]);
    expect(store.snapshot().fencedTaskCount('a')).toBeNull();
    expect(store.snapshot().isFencingPending('a')).toBe(true);
    await store.putTaskCount('a', 1);
    expect(topics.lines('configs').at(-1)).toBe('tasks-fencing-a={"task-count":1}');
    expect(store.snapshot().fencedTaskCount('a')).toBe(1);
    expect(store.snapshot().isFencingPending('a')).toBe(false);
    await store.putTaskConfigs('a', [{}, {}]);
    expect(store.snapshot().fencedTaskCount('a')).toBe(1);
    expect(store.snapshot().isFencingPending('a')).toBe(true);
    await store.stop();
  });

  test('the count of tasks to fence outlives the connector: one of the same name has the same producers', async () => {
    const { store } = await read([connectorA, ['tasks-fencing-a', '{"task-count":3}']]);
    await store.removeConnectorConfig('a');
    await store.putConnectorConfig('a', {}, null);
    await store.putTaskConfigs('a', [{}]);
    expect(store.snapshot().fencedTaskCount('a')).toBe(3);
    expect(store.snapshot().isFencingPending('a')).toBe(true);
    await store.stop();
  });

  test('an old target state without state.v2 counts; a tombstone of it means STARTED', async () => {
    const { store, topics } = await read([connectorA, ['target-state-a', '{"state":"PAUSED"}']]);
    expect(store.snapshot().targetState('a')).toBe('PAUSED');
    topics.append('configs', 'target-state-a', null);
    await store.refresh(signal);
    expect(store.snapshot().targetState('a')).toBe('STARTED');
    await store.stop();
  });

  test.each([
    ['who-knows', '{}', 'who-knows'],
    ['connector-b', 'no json', 'not JSON'],
    ['connector-b', '[1]', 'not a JSON object'],
    ['connector-b', '{"properties":7}', 'properties'],
    ['connector-b', '{"properties":{"k":{}}}', 'the property k is not text'],
    ['task-b', '{"properties":{}}', 'task number'],
    ['task-b-x', '{"properties":{}}', 'task number'],
    ['task-a-0', null, 'no value'],
    ['commit-a', '{"tasks":-1}', 'tasks'],
    ['commit-a', '{"tasks":"1"}', 'tasks'],
    ['tasks-fencing-a', '{"task-count":-1}', 'task-count'],
    ['target-state-a', '{"state":"DANCING"}', 'DANCING'],
    ['session-key', '{"key":7}', 'key'],
    ['logger-cluster-x', '{}', 'level'],
    [null, '{}', 'no key'],
  ])('skips the record %s=%s with a line that says where it is and why', async (key, value, reason) => {
    const { store, lines } = await read([connectorA, [key, value], ['connector-c', '{"properties":{}}']]);
    expect(store.snapshot().connectors()).toEqual(['a', 'c']);
    expect(store.snapshot().tasks('a')).toEqual([]);
    expect(store.snapshot().offset).toBe(3);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('configs-0 offset 1');
    expect(lines[0]).toContain(reason);
    await store.stop();
  });

  test('property values that are not text are read as text, null ones are left out', async () => {
    const { store } = await read([['connector-a', '{"properties":{"n":5,"b":true,"x":null}}']]);
    expect(store.snapshot().connectorConfig('a')).toEqual({ n: '5', b: 'true' });
    await store.stop();
  });

  test('asks for a topic with a single partition, compacted whatever the settings say', async () => {
    const topics = new InMemoryTopics();
    await open(topics).start(signal, new RecordedConfigChanges());
    expect(topics.created).toMatchObject([
      {
        topic: 'configs',
        configKey: 'config.storage.topic',
        singlePartition: true,
        create: { partitions: 1, configs: { 'cleanup.policy': 'compact' } },
      },
    ]);
  });

  test('a write that Kafka refuses says what and where; task configs are then not committed', async () => {
    const { store, topics } = await read([connectorA]);
    topics.onSend = (_topic, key) => (key === 'task-a-1' ? new Error('too large') : null);
    const failure = await store.putTaskConfigs('a', [{}, {}]).catch((error: unknown) => error);
    expect(codeOf(failure)).toBe('kafka');
    expect(String(failure)).toContain('task configs of connector a to Kafka topic configs: too large');
    expect(store.snapshot().tasks('a')).toEqual([]);
    expect(topics.lines('configs').filter((line) => line.startsWith('commit'))).toEqual([]);
    await store.stop();
  });

  test('can be started again after a failed start', async () => {
    const topics = new InMemoryTopics();
    topics.append('configs', ...connectorA);
    topics.onStart = () => new Error('no broker');
    const store = open(topics);
    await expect(store.start(signal, new RecordedConfigChanges())).rejects.toThrow('no broker');
    topics.onStart = () => null;
    await store.start(signal, new RecordedConfigChanges());
    expect(store.snapshot().connectors()).toEqual(['a']);
    await store.stop();
  });
});
