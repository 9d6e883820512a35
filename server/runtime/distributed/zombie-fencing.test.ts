import { afterEach, describe, expect, test } from 'vitest';
import { codeOf } from '../../errors/connect-error.ts';
import { waitFor } from '../../testing/wait.ts';
import { type ClusterWorker, sourceConfig, WorkerCluster } from './testing/worker-cluster.ts';

const waitMs = 20_000;
const soon = () => AbortSignal.timeout(waitMs);
const enabled = { 'exactly.once.source.support': 'enabled' };

let cluster = new WorkerCluster();

afterEach(async () => {
  await cluster.stop();
  cluster = new WorkerCluster();
});

const put = (worker: ClusterWorker, tasks: number, more: Readonly<Record<string, string>> = {}) =>
  worker.herder.putConnectorConfig('a', sourceConfig('a', { 'tasks.max': String(tasks), ...more }), {
    replace: true,
    signal: soon(),
  });

const tasksRun = (worker: ClusterWorker, count: number) =>
  waitFor(
    `${count} tasks`,
    () => worker.worker.tasks.size === count && worker.worker.checks.size >= count,
    waitMs,
  );

const fencingRecords = () =>
  cluster.topics.lines('configs').filter((line) => line.startsWith('tasks-fencing'));

const fenceFor = (worker: ClusterWorker, task: number) =>
  worker.worker.checks.get(`a-${task}`)?.beforeTransactions(soon());

const verifyFor = (worker: ClusterWorker, task: number) =>
  worker.worker.checks.get(`a-${task}`)?.afterTransactions(soon());

/** A leader with the connector `a`, whose tasks are about to start. */
async function leaderWith(tasks: number): Promise<ClusterWorker> {
  const leader = await cluster.start(enabled);
  await put(leader, tasks);
  await tasksRun(leader, tasks);
  return leader;
}

describe('the leader of workers with exactly-once support', () => {
  test('only remembers the number of the first tasks: there can be no zombies', async () => {
    const leader = await leaderWith(2);
    await fenceFor(leader, 0);
    await fenceFor(leader, 1);
    expect(leader.worker.calls.filter((call) => call.startsWith('fence'))).toEqual([]);
    expect(fencingRecords()).toEqual(['tasks-fencing-a={"task-count":2}']);
  });

  test('fences all tasks of the last round when there are new task configs, once for all that ask', async () => {
    const leader = await leaderWith(3);
    await fenceFor(leader, 0);
    leader.worker.checks.clear();
    await put(leader, 2, { of: 'new' });
    await tasksRun(leader, 2);
    await Promise.all([fenceFor(leader, 0), fenceFor(leader, 1)]);
    expect(leader.worker.calls.filter((call) => call.startsWith('fence'))).toEqual(['fence a 3']);
    expect(fencingRecords().at(-1)).toBe('tasks-fencing-a={"task-count":2}');
    await fenceFor(leader, 1);
    expect(fencingRecords()).toHaveLength(2);
  });

  test('does not fence one task that stays one task: it takes the id of its predecessor', async () => {
    const leader = await leaderWith(1);
    await fenceFor(leader, 0);
    leader.worker.checks.clear();
    await put(leader, 1, { of: 'new' });
    await tasksRun(leader, 1);
    await fenceFor(leader, 0);
    expect(leader.worker.calls.filter((call) => call.startsWith('fence'))).toEqual([]);
    expect(fencingRecords()).toHaveLength(2);
  });

  test('writes no count when task configs came while it was fencing; the next round fences again', async () => {
    const leader = await leaderWith(2);
    await fenceFor(leader, 0);
    leader.worker.checks.clear();
    await put(leader, 2, { of: 'second' });
    await tasksRun(leader, 2);
    let isLate = true;
    leader.worker.onFence = async () => {
      if (!isLate) return;
      isLate = false;
      leader.worker.checks.clear();
      await put(leader, 2, { of: 'third' });
      await tasksRun(leader, 2);
    };
    const old = leader.worker.checks.get('a-0');
    // The conflict makes it try again, with the configs there are now.
    await old?.beforeTransactions(soon());
    expect(leader.worker.calls.filter((call) => call.startsWith('fence'))).toEqual([
      'fence a 2',
      'fence a 2',
    ]);
    expect(fencingRecords()).toHaveLength(2);
    await expect(old?.afterTransactions(soon())).rejects.toThrow(
      'already generated a new set of task configs',
    );
    await verifyFor(leader, 0);
  });

  test('lets a failure of the fencing reach the task, and fences anew for the next one', async () => {
    const leader = await leaderWith(2);
    await fenceFor(leader, 0);
    leader.worker.checks.clear();
    await put(leader, 2, { of: 'new' });
    await tasksRun(leader, 2);
    leader.worker.onFence = async () => {
      throw new Error('no rights');
    };
    await expect(fenceFor(leader, 0)).rejects.toThrow('no rights');
    leader.worker.onFence = async () => {};
    await fenceFor(leader, 0);
    expect(fencingRecords()).toHaveLength(2);
  });

  test('does not let a task begin that is no longer here', async () => {
    const leader = await leaderWith(2);
    await fenceFor(leader, 1);
    await verifyFor(leader, 1);
    const second = leader.worker.checks.get('a-1');
    leader.worker.checks.clear();
    await leader.herder.stopConnector('a', soon());
    await waitFor('no tasks', () => leader.worker.tasks.size === 0, waitMs);
    const refusal = await second?.afterTransactions(soon()).catch((error: unknown) => error);
    expect(codeOf(refusal)).toBe('conflict');
    expect(String(refusal)).toContain('Cannot start source task a-1 with exactly-once support enabled');
  });

  test('fences before offsets are changed, so that no zombie writes over them', async () => {
    const leader = await leaderWith(2);
    await fenceFor(leader, 0);
    await leader.herder.stopConnector('a', soon());
    await waitFor('no tasks', () => leader.worker.tasks.size === 0, waitMs);
    leader.worker.onAlterOffsets = async () => {
      leader.worker.calls.push('alter');
      return 'altered';
    };
    await leader.herder.resetConnectorOffsets('a', soon());
    expect(leader.worker.calls.slice(-2)).toEqual(['fence a 2', 'alter']);
    expect(fencingRecords().at(-1)).toBe('tasks-fencing-a={"task-count":0}');
  });
});

test('a worker that prepares for exactly-once support, or does without, asks nothing of its tasks', async () => {
  const worker = await cluster.start({ 'exactly.once.source.support': 'preparing' });
  await put(worker, 1);
  await waitFor('a task', () => worker.worker.tasks.size === 1, waitMs);
  expect(worker.worker.checks.size).toBe(0);
});

test('a worker that does not lead has the leader fence', async () => {
  const leader = await cluster.start(enabled);
  const other = await cluster.start(enabled);
  await put(leader, 4);
  await waitFor('tasks on both', () => leader.worker.checks.size + other.worker.checks.size === 4, waitMs);
  const [mine] = other.worker.checks.values();
  cluster.failInternalRequests = 2;
  await mine?.beforeTransactions(soon());
  await mine?.afterTransactions(soon());
  expect(cluster.internalRequests.at(-1)).toBe('PUT http://worker1:8083/ /connectors/a/fence');
  expect(fencingRecords()).toEqual(['tasks-fencing-a={"task-count":4}']);
});
