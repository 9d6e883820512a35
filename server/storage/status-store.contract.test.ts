import { afterAll, describe, expect, test } from 'vitest';
import { waitFor } from '../testing/wait.ts';
import { KafkaStatusStore } from './kafka-status-store.ts';
import { MemoryStatusStore } from './memory-status-store.ts';
import type { State, Status, StatusStore } from './status-store.ts';
import { kafkasUnderTest, testTopic } from './testing/kafkas-under-test.ts';

const signal = AbortSignal.timeout(60_000);

const kafkas = await kafkasUnderTest();

afterAll(() => Promise.all(kafkas.map(({ close }) => close())));

const bodies: readonly { readonly name: string; readonly create: () => StatusStore }[] = [
  { name: 'memory', create: () => new MemoryStatusStore() },
  ...kafkas.map(({ name, create }) => ({
    name,
    create: () => new KafkaStatusStore({ kafka: create(), topic: testTopic('status', 5), log: () => {} }),
  })),
];

function status(state: State, workerId = 'w1:8083', generation = 1): Status {
  return { state, workerId, generation, trace: state === 'FAILED' ? 'boom' : null, version: '1.0' };
}

describe.each(bodies)('status store in $name', ({ create }) => {
  async function started(): Promise<StatusStore> {
    const store = create();
    await store.start(signal);
    return store;
  }

  test('knows nothing of what nobody wrote', async () => {
    const store = await started();
    expect(store.connector('a')).toBeNull();
    expect(store.tasks('a')).toEqual([]);
    expect(store.topics('a')).toEqual([]);
    expect(store.connectors()).toEqual([]);
    await store.stop();
  });

  test('shows the newest state of connectors and tasks, tasks by number', async () => {
    const store = await started();
    store.putConnector('a', status('UNASSIGNED'));
    store.putConnector('a', status('RUNNING'));
    for (const task of [10, 2, 0]) store.putTask('a', task, status(task === 2 ? 'FAILED' : 'RUNNING'));
    await waitFor('four statuses', () => store.connector('a') !== null && store.tasks('a').length === 3);
    await waitFor('RUNNING', () => store.connector('a')?.state === 'RUNNING');
    expect(store.tasks('a').map(({ id, state, trace }) => [id, state, trace])).toEqual([
      [0, 'RUNNING', null],
      [2, 'FAILED', 'boom'],
      [10, 'RUNNING', null],
    ]);
    expect(store.connectors()).toEqual(['a']);
    await store.stop();
  });

  test('a safe write does not overwrite what another worker wrote with a later generation', async () => {
    const store = await started();
    store.putConnector('a', status('RUNNING', 'w2:8083', 5));
    store.putTask('a', 0, status('RUNNING', 'w2:8083', 5));
    await waitFor('both', () => store.connector('a') !== null && store.tasks('a').length === 1);
    store.putConnector('a', status('UNASSIGNED', 'w1:8083', 4), { safe: true });
    store.putTask('a', 0, status('FAILED', 'w1:8083', 4), { safe: true });
    await store.flush(5000);
    store.putConnector('b', status('RUNNING'));
    await waitFor('the later write', () => store.connector('b') !== null);
    expect(store.connector('a')?.state).toBe('RUNNING');
    expect(store.tasks('a')[0]?.state).toBe('RUNNING');
    await store.stop();
  });

  test('a safe write of the same worker, or of the same generation, counts', async () => {
    const store = await started();
    store.putConnector('a', status('RUNNING', 'w1:8083', 5));
    store.putConnector('b', status('RUNNING', 'w2:8083', 5));
    await waitFor('both', () => store.connector('a') !== null && store.connector('b') !== null);
    store.putConnector('a', status('UNASSIGNED', 'w1:8083', 4), { safe: true });
    store.putConnector('b', status('FAILED', 'w1:8083', 5), { safe: true });
    await waitFor('UNASSIGNED', () => store.connector('a')?.state === 'UNASSIGNED');
    await waitFor('FAILED', () => store.connector('b')?.state === 'FAILED');
    await store.stop();
  });

  test('a late goodbye of the former owner of a task is not seen, its own later one is', async () => {
    const store = await started();
    store.putTask('a', 0, status('RUNNING', 'w2:8083', 5));
    await waitFor('RUNNING', () => store.tasks('a').length === 1);
    store.putTask('a', 0, status('UNASSIGNED', 'w1:8083', 4));
    store.putTask('a', 1, status('RUNNING'));
    await waitFor('the later write', () => store.tasks('a').length === 2);
    expect(store.tasks('a')[0]?.state).toBe('RUNNING');
    store.putTask('a', 0, status('UNASSIGNED', 'w2:8083', 5));
    await waitFor('UNASSIGNED', () => store.tasks('a')[0]?.state === 'UNASSIGNED');
    await store.stop();
  });

  test('deleting a connector takes its tasks along and tells of each', async () => {
    const store = await started();
    const seen: string[] = [];
    store.onChange((connector, task, next) => seen.push(`${connector} ${task} ${next?.state ?? 'gone'}`));
    store.putConnector('a', status('RUNNING'));
    store.putTask('a', 0, status('RUNNING'));
    await waitFor('both', () => seen.length === 2);
    store.putConnector('a', null);
    await waitFor('deletions', () => seen.length === 4);
    expect(seen.sort()).toEqual(['a 0 RUNNING', 'a 0 gone', 'a null RUNNING', 'a null gone']);
    expect(store.connectors()).toEqual([]);
    await store.stop();
  });

  test('tracks topics, until they are reset', async () => {
    const store = await started();
    const topic = { topic: 't.1', connector: 'x:connector-y', task: 3, discoverTimestamp: 1700000000000 };
    store.putTopic(topic);
    store.putTopic(topic);
    store.putTopic({ ...topic, topic: 'u' });
    await waitFor('topics', () => store.topics('x:connector-y').length === 2);
    expect(store.topics('x:connector-y')[0]).toEqual(topic);
    store.deleteTopic('x:connector-y', 't.1');
    await waitFor('one topic', () => store.topics('x:connector-y').length === 1);
    await store.stop();
  });
});
