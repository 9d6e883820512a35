import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConnectError, codeOf } from '../../errors/connect-error.ts';
import { waitFor } from '../../testing/wait.ts';
import { placeOf } from '../elsewhere.ts';
import { sourceConfig, WorkerCluster } from './testing/worker-cluster.ts';

let cluster: WorkerCluster;
const soon = () => AbortSignal.timeout(10_000);

beforeEach(() => {
  cluster = new WorkerCluster();
});

afterEach(() => cluster.stop());

type Herder = Awaited<ReturnType<WorkerCluster['start']>>['herder'];

async function create(
  herder: Herder,
  name: string,
  more: Readonly<Record<string, string>> = {},
  initialState?: 'STARTED' | 'PAUSED' | 'STOPPED',
): Promise<void> {
  await herder.putConnectorConfig(name, sourceConfig(name, more), {
    replace: false,
    initialState,
    signal: soon(),
  });
}

async function awaitStates(herder: Herder, name: string, expected: string): Promise<void> {
  await waitFor(`${name} to be ${expected}`, async () => {
    const { connector, tasks } = await herder.connectorStatus(name);
    return [connector.state, ...tasks.map(({ id, state }) => `${id}:${state}`)].join(' ') === expected;
  });
}

describe('one distributed worker', () => {
  test('starts, leads its group and is healthy', async () => {
    const { herder } = await cluster.start();
    expect(await herder.health(soon())).toEqual({
      status: 'healthy',
      message: 'Worker has completed startup and is ready to handle requests.',
    });
    expect(herder.kafkaClusterId()).toBe('cluster-1');
    expect(await herder.connectors()).toEqual([]);
    expect(await herder.workers()).toMatchObject([
      { workerId: 'worker1:8083', leader: true, self: true, connectors: [], tasks: [], version: '0.0.1' },
    ]);
    expect(cluster.topics.lines('configs').map((line) => line.slice(0, 12))).toEqual(['session-key=']);
  });

  test('creates a connector, runs it, and runs its tasks from the configs it gives', async () => {
    const { herder, worker } = await cluster.start();
    const { created, info } = await herder.putConnectorConfig('a', sourceConfig('a', { 'tasks.max': '2' }), {
      replace: false,
      signal: soon(),
    });
    expect(created).toBe(true);
    expect(info).toEqual({
      name: 'a',
      config: sourceConfig('a', { 'tasks.max': '2' }),
      tasks: [],
      type: 'source',
    });
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING 1:RUNNING');
    expect(worker.calls).toEqual(['start a of=', 'start a-0 of=', 'start a-1 of=']);
    expect((await herder.connectorInfo('a')).tasks).toHaveLength(2);
    expect((await herder.connectorStatus('a')).connector).toMatchObject({
      workerId: 'worker1:8083',
      version: '1.0',
    });
    expect(
      cluster.topics
        .lines('configs')
        .slice(1)
        .map((line) => line.split('=')[0]),
    ).toEqual(['connector-a', 'task-a-0', 'task-a-1', 'commit-a']);
  });

  test('goes on where it was after a restart', async () => {
    const first = await cluster.start();
    await create(first.herder, 'a', { of: 'x' });
    await create(first.herder, 'b', {}, 'PAUSED');
    await awaitStates(first.herder, 'a', 'RUNNING 0:RUNNING');
    await awaitStates(first.herder, 'b', 'PAUSED');
    await first.herder.stop();
    const configs = cluster.topics.lines('configs').filter((line) => !line.startsWith('session-key'));
    const second = await cluster.start();
    await awaitStates(second.herder, 'a', 'RUNNING 0:RUNNING');
    await awaitStates(second.herder, 'b', 'PAUSED');
    expect(second.worker.calls.sort()).toEqual(['start a of=x', 'start a-0 of=x', 'start b of=']);
    // Nothing has changed, so nothing is published again.
    expect(cluster.topics.lines('configs').filter((line) => !line.startsWith('session-key'))).toEqual(
      configs,
    );
  });

  test('a changed config restarts the connector, and the tasks when their configs changed', async () => {
    const { herder, worker } = await cluster.start();
    await create(herder, 'a', { of: 'x' });
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING');
    const { created } = await herder.putConnectorConfig(
      'a',
      sourceConfig('a', { of: 'y', 'tasks.max': '2' }),
      {
        replace: true,
        signal: soon(),
      },
    );
    expect(created).toBe(false);
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING 1:RUNNING');
    expect(worker.calls).toEqual([
      'start a of=x',
      'start a-0 of=x',
      'stop a',
      'start a of=y',
      'stop a-0',
      'start a-0 of=y',
      'start a-1 of=y',
    ]);
  });

  test('fewer tasks leave no status behind', async () => {
    const { herder } = await cluster.start();
    await create(herder, 'a', { 'tasks.max': '3' });
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING 1:RUNNING 2:RUNNING');
    await herder.patchConnectorConfig('a', { 'tasks.max': '1' }, soon());
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING');
  });

  test('a deleted connector is stopped, and its status and topics go', async () => {
    const { herder, worker } = await cluster.start();
    await create(herder, 'a');
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING');
    await herder.deleteConnector('a', soon());
    expect(await herder.connectors()).toEqual([]);
    await waitFor('the status to go', async () => {
      const outcome = await herder.connectorStatus('a').catch(codeOf);
      return outcome === 'not-found';
    });
    expect(worker.connectors.size + worker.tasks.size).toBe(0);
    await expect(herder.deleteConnector('a', soon())).rejects.toThrow('Connector a not found');
  });

  test('a connector that is deleted and created again in one go runs with its new config', async () => {
    const { herder, worker } = await cluster.start();
    await create(herder, 'a', { of: 'old' });
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING');
    cluster.topics.append('configs', 'connector-a', null);
    const properties = sourceConfig('a', { of: 'new', 'tasks.max': '2' });
    cluster.topics.append('configs', 'connector-a', JSON.stringify({ properties }));
    await waitFor('the new tasks', () => worker.calls.includes('start a-1 of=new'));
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING 1:RUNNING');
    expect(worker.connectors.get('a')?.config).toEqual(properties);
    expect(worker.calls.filter((call) => call === 'start a-0 of=new')).toHaveLength(1);
  });

  test('pause, resume and stop', async () => {
    const { herder, worker } = await cluster.start();
    await create(herder, 'a', { 'tasks.max': '2' });
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING 1:RUNNING');
    await herder.pauseConnector('a');
    await awaitStates(herder, 'a', 'PAUSED 0:PAUSED 1:PAUSED');
    await herder.resumeConnector('a');
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING 1:RUNNING');
    await herder.stopConnector('a', soon());
    await awaitStates(herder, 'a', 'STOPPED');
    expect(worker.tasks.size).toBe(0);
    await herder.resumeConnector('a');
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING 1:RUNNING');
    await expect(herder.pauseConnector('none')).rejects.toThrow('Unknown connector none');
    await expect(herder.stopConnector('none', soon())).rejects.toThrow('Unknown connector none');
  });

  test('a connector created PAUSED has no tasks until it is resumed', async () => {
    const { herder } = await cluster.start();
    await create(herder, 'a', {}, 'PAUSED');
    await awaitStates(herder, 'a', 'PAUSED');
    await herder.resumeConnector('a');
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING');
  });

  test('restarts the connector alone, one task, or both by plan', async () => {
    const { herder, worker } = await cluster.start();
    await create(herder, 'a', { 'tasks.max': '2' });
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING 1:RUNNING');
    worker.calls.length = 0;
    await herder.restartConnector('a', soon());
    expect(worker.calls).toEqual(['stop a', 'start a of=']);
    await herder.restartTask({ connector: 'a', task: 1 }, soon());
    await waitFor('the task', () => worker.calls.length === 4);
    expect(worker.calls.slice(2)).toEqual(['stop a-1', 'start a-1 of=']);
    worker.fail({ connector: 'a', task: 1 }, 'boom');
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING 1:FAILED');
    const plan = await herder.restartConnectorAndTasks('a', {
      onlyFailed: true,
      includeTasks: true,
      signal: soon(),
    });
    expect([plan.connector.state, ...plan.tasks.map(({ state }) => state)]).toEqual([
      'RUNNING',
      'RUNNING',
      'RESTARTING',
    ]);
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING 1:RUNNING');
    expect(worker.calls.slice(4)).toEqual(['stop a-1', 'start a-1 of=']);
    await herder.restartConnectorAndTasks('a', { onlyFailed: false, includeTasks: true, signal: soon() });
    await waitFor('everything restarted', () => worker.calls.length === 12);
    const seen = herder.events
      .since(0)
      ?.flatMap(({ event }) => (event.kind === 'connector-state' ? [event.state] : []));
    await waitFor('the end', async () => (await herder.connectorStatus('a')).connector.state === 'RUNNING');
    expect(seen).toContain('RESTARTING');
  });

  test('restarting what is not there says so', async () => {
    const { herder } = await cluster.start();
    await create(herder, 'a');
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING');
    await expect(herder.restartConnector('b', soon())).rejects.toThrow('Unknown connector: b');
    await expect(herder.restartTask({ connector: 'b', task: 0 }, soon())).rejects.toThrow(
      'Unknown connector: b',
    );
    await expect(herder.restartTask({ connector: 'a', task: 7 }, soon())).rejects.toThrow(
      'Unknown task: a-7',
    );
    await expect(
      herder.restartConnectorAndTasks('b', { onlyFailed: false, includeTasks: true, signal: soon() }),
    ).rejects.toThrow('Unknown connector: b');
  });

  test('a connector that fails to start is FAILED and has no tasks; a restart of it says so', async () => {
    const { herder } = await cluster.start();
    await create(herder, 'a', { fail: 'start' });
    await awaitStates(herder, 'a', 'FAILED');
    await expect(herder.restartConnector('a', soon())).rejects.toThrow('Failed to start connector: a');
    await herder.patchConnectorConfig('a', { fail: null }, soon());
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING');
  });

  test('refuses what cannot be a connector', async () => {
    const { herder } = await cluster.start();
    const put = (name: string, config: Readonly<Record<string, string | null>>) =>
      herder.putConnectorConfig(name, config, { replace: false, signal: soon() });
    await expect(put('a', { name: 'a' })).rejects.toThrow('contains no connector type');
    await expect(put('a', { 'connector.class': 'no.Such' })).rejects.toThrow('Failed to find any class');
    await expect(put('a', { 'connector.class': 'SequenceSourceConnector' })).rejects.toThrow(
      /invalid and contains the following 1 error.*topic/s,
    );
    await create(herder, 'a');
    await expect(create(herder, 'a')).rejects.toThrow('Connector a already exists');
    await expect(herder.patchConnectorConfig('b', {}, soon())).rejects.toThrow('Connector b not found');
    await expect(herder.connectorInfo('b')).rejects.toThrow('Connector b not found');
  });

  test('task configs are published again only when they changed', async () => {
    const { herder, worker } = await cluster.start();
    let suffix = '1';
    worker.taskConfigsOf = async () => [{ of: suffix }];
    await create(herder, 'a');
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING');
    const commits = () => cluster.topics.lines('configs').filter((line) => line.startsWith('commit-')).length;
    expect(commits()).toBe(1);
    worker.requestReconfiguration('a');
    suffix = '1';
    await herder.restartConnector('a', soon());
    expect(commits()).toBe(1);
    suffix = '2';
    worker.requestReconfiguration('a');
    await waitFor('the new task', () => worker.calls.includes('start a-0 of=2'));
    expect(commits()).toBe(2);
  });

  test('task configs that cannot be made are tried again', async () => {
    const { herder, worker, lines } = await cluster.start();
    let failures = 2;
    worker.taskConfigsOf = async () => {
      if (failures-- > 0) throw new ConnectError('retriable', 'the database is away');
      return [{}];
    };
    await create(herder, 'a');
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING');
    expect(lines.filter((line) => line.includes('the database is away'))).toHaveLength(2);
  });

  test('offsets can be changed only while the connector is stopped', async () => {
    const { herder } = await cluster.start();
    await create(herder, 'a');
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING');
    const offsets = [{ partition: { f: 'a' }, offset: null }];
    expect(await herder.connectorOffsets('a', soon())).toEqual([{ partition: { f: 'a' }, offset: { o: 1 } }]);
    const refused = await herder.alterConnectorOffsets('a', offsets, soon()).catch((error: unknown) => error);
    expect(codeOf(refused)).toBe('bad-request');
    expect(String(refused)).toContain("'PUT' request to the '/connectors/a/stop' endpoint");
    await herder.stopConnector('a', soon());
    await awaitStates(herder, 'a', 'STOPPED');
    expect(await herder.alterConnectorOffsets('a', offsets, soon())).toBe('altered');
    expect(await herder.resetConnectorOffsets('a', soon())).toBe('altered');
    await expect(herder.alterConnectorOffsets('a', [], soon())).rejects.toThrow('need to be provided');
    await expect(herder.alterConnectorOffsets('b', offsets, soon())).rejects.toThrow('Connector b not found');
    await expect(herder.connectorOffsets('b', soon())).rejects.toThrow('Connector b not found');
  });

  test('a request that takes too long says what the worker is doing', async () => {
    const { herder, worker } = await cluster.start();
    await create(herder, 'a');
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING');
    const gate = Promise.withResolvers<void>();
    worker.onStopTasks = () => gate.promise;
    const restarting = herder.restartTask({ connector: 'a', task: 0 }, soon());
    const failure = await herder
      .deleteConnector('a', AbortSignal.timeout(100))
      .catch((error: unknown) => error);
    expect(codeOf(failure)).toBe('timeout');
    expect(String(failure)).toMatch(
      /Request timed out\. The worker is currently restarting task a-0, which began at \d{4}-.*Z\./,
    );
    expect(await herder.health(AbortSignal.timeout(50))).toMatchObject({ status: 'unhealthy' });
    gate.resolve();
    await restarting;
    expect(await herder.connectors()).toEqual(['a']);
    expect(await herder.health(soon())).toMatchObject({ status: 'healthy' });
  });

  test('waits for Kafka, says why, and starts when it is there', async () => {
    cluster.kafkaFailure = new ConnectError('timeout', 'connect ECONNREFUSED 127.0.0.1:9092');
    const { herder } = cluster.create();
    const started = herder.start(soon());
    await waitFor('an event', () =>
      herder.events
        .since(0)
        ?.some(({ event }) => event.kind === 'worker' && event.state === 'waiting-for-kafka'),
    );
    const health = await herder.health(soon());
    expect(health.status).toBe('starting');
    expect(health.message).toContain(
      'kafka:9092 (bootstrap.servers) cannot be used yet: connect ECONNREFUSED',
    );
    expect(health.message).toContain('initializing and reading to the end of internal topics');
    expect(codeOf(await herder.connectors().catch((error: unknown) => error))).toBe('unavailable');
    cluster.kafkaFailure = null;
    await started;
    expect(await herder.health(soon())).toMatchObject({ status: 'healthy' });
    const states = herder.events
      .since(0)
      ?.flatMap(({ event }) => (event.kind === 'worker' ? [event.state] : []));
    expect(states).toEqual(['starting', 'waiting-for-kafka', 'ready']);
  });

  test('a config error ends the start', async () => {
    cluster.topics.onStart = (topic) =>
      topic === 'statuses' ? new ConnectError('config', 'statuses is not compacted') : null;
    const { herder } = cluster.create();
    await expect(herder.start(soon())).rejects.toThrow('statuses is not compacted');
  });

  test('stopping stops connectors and tasks, stores their states and leaves the group', async () => {
    const { herder, worker, members } = await cluster.start();
    await create(herder, 'a');
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING');
    await herder.stop();
    expect(worker.connectors.size + worker.tasks.size).toBe(0);
    expect(members.map(({ generation }) => generation)).toEqual([-1]);
    const last = new Map(
      cluster.topics.records('statuses').map(({ key, value }) => [String(key), String(value)]),
    );
    expect(last.get('status-connector-a')).toContain('UNASSIGNED');
    expect(last.get('status-task-a-0')).toContain('UNASSIGNED');
    expect(codeOf(await herder.pauseConnector('a').catch((error: unknown) => error))).toBe('unavailable');
    await herder.stop();
  });

  test('can be stopped while it waits for Kafka', async () => {
    cluster.kafkaFailure = new ConnectError('timeout', 'no broker');
    const { herder } = cluster.create();
    const outcome = herder.start(soon()).catch((error: unknown) => codeOf(error));
    await herder.stop();
    expect(await outcome).toBe('cancelled');
  });

  test('work stops when the group has lost the worker, and starts again when it is back', async () => {
    const { herder, worker } = await cluster.start();
    await create(herder, 'a');
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING');
    worker.calls.length = 0;
    cluster.group.expel('connect-worker1:8083');
    await waitFor('the work to be back', () => worker.calls.length === 4);
    expect(worker.calls).toEqual(['stop a', 'stop a-0', 'start a of=', 'start a-0 of=']);
  });

  test('tells of every round of the group with its cause', async () => {
    const { herder } = await cluster.start();
    await create(herder, 'a');
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING');
    const triggers = herder.events
      .since(0)
      ?.flatMap(({ event }) => (event.kind === 'rebalance' ? [event.trigger] : []));
    expect(triggers).toEqual([
      'the worker starts',
      'connector a was created',
      'connector a has new task configs',
    ]);
  });

  test('a session key of another kind is replaced', async () => {
    cluster.topics.append(
      'configs',
      'session-key',
      '{"key":"AAAA","algorithm":"HmacSHA1","creation-timestamp":1}',
    );
    await cluster.start();
    await waitFor('a new key', () => cluster.topics.lines('configs').length === 2);
    expect(cluster.topics.lines('configs')[1]).toContain('"algorithm":"HmacSHA256"');
  });

  test('a connector whose task configs were left half written gets them again', async () => {
    cluster.topics.append(
      'configs',
      'connector-a',
      JSON.stringify({ properties: sourceConfig('a', { 'tasks.max': '2' }) }),
    );
    cluster.topics.append('configs', 'task-a-1', '{"properties":{"of":"old"}}');
    cluster.topics.append('configs', 'commit-a', '{"tasks":2}');
    const { herder } = await cluster.start();
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING 1:RUNNING');
  });

  test('works with a group of the eager protocol', async () => {
    const { herder } = await cluster.start({ 'connect.protocol': 'eager' });
    await create(herder, 'a', { 'tasks.max': '2' });
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING 1:RUNNING');
    expect(cluster.topics.lines('configs').filter((line) => line.startsWith('session-key'))).toEqual([]);
  });
});

describe('several distributed workers', () => {
  test('share the work, and nothing runs twice', async () => {
    const first = await cluster.start();
    for (const name of ['a', 'b', 'c', 'd']) await create(first.herder, name, { 'tasks.max': '2' });
    for (const name of ['a', 'b', 'c', 'd'])
      await awaitStates(first.herder, name, 'RUNNING 0:RUNNING 1:RUNNING');
    const second = await cluster.start();
    await waitFor('half of it', () => second.worker.connectors.size === 2 && second.worker.tasks.size === 4);
    expect([first.worker.connectors.size, first.worker.tasks.size]).toEqual([2, 4]);
    for (const name of ['a', 'b', 'c', 'd'])
      await awaitStates(second.herder, name, 'RUNNING 0:RUNNING 1:RUNNING');
    const running = [...first.worker.tasks.keys(), ...second.worker.tasks.keys()];
    expect(new Set(running).size).toBe(8);
    expect(await first.herder.workers()).toMatchObject([
      { workerId: 'worker1:8083', leader: true, self: true },
      { workerId: 'worker2:8083', leader: false, self: false },
    ]);
    expect(await second.herder.workers()).toMatchObject([
      { workerId: 'worker2:8083', leader: false, self: true },
      { workerId: 'worker1:8083', leader: true, self: false },
    ]);
    expect((await second.herder.workers())[1]?.connectors).toHaveLength(2);
  });

  test('a follower refuses what only the leader may do and names the leader', async () => {
    await cluster.start();
    const { herder } = await cluster.start();
    const failure = await create(herder, 'a').catch((error: unknown) => error);
    expect(codeOf(failure)).toBe('conflict');
    expect(String(failure)).toContain('Only the worker at http://worker1:8083/ can create connector a');
    expect(placeOf(failure)).toBe('http://worker1:8083/');
  });

  test('a follower runs a new connector with its tasks, and pauses one it does not run', async () => {
    const first = await cluster.start();
    const second = await cluster.start();
    await create(first.herder, 'a');
    await create(first.herder, 'b');
    for (const name of ['a', 'b']) await awaitStates(first.herder, name, 'RUNNING 0:RUNNING');
    await waitFor(
      'one each',
      () => first.worker.connectors.size === 1 && second.worker.connectors.size === 1,
    );
    await second.herder.pauseConnector('a');
    await second.herder.pauseConnector('b');
    for (const name of ['a', 'b']) await awaitStates(second.herder, name, 'PAUSED 0:PAUSED');
  });

  test('when the leader goes another one leads, and the work is taken over after the delay', async () => {
    const delay = { 'scheduled.rebalance.max.delay.ms': '50' };
    const first = await cluster.start(delay);
    const second = await cluster.start(delay);
    await create(first.herder, 'a', { 'tasks.max': '2' });
    await create(first.herder, 'b');
    for (const name of ['a', 'b']) {
      await waitFor(name, async () => (await first.herder.connectorStatus(name)).tasks.length > 0);
    }
    await first.herder.stop();
    await awaitStates(second.herder, 'a', 'RUNNING 0:RUNNING 1:RUNNING');
    await awaitStates(second.herder, 'b', 'RUNNING 0:RUNNING');
    await waitFor('all work', () => second.worker.connectors.size === 2 && second.worker.tasks.size === 3);
    await create(second.herder, 'c');
    await awaitStates(second.herder, 'c', 'RUNNING 0:RUNNING');
  });
});

describe('distributed workers in trouble', () => {
  test('a worker that is behind reads configs before it starts anything', async () => {
    const first = await cluster.start();
    const second = await cluster.start();
    cluster.topics.slow.add('configs');
    await create(first.herder, 'a', { of: 'new' });
    await create(first.herder, 'b', { of: 'new' });
    await waitFor('one connector each', () => {
      return first.worker.connectors.size === 1 && second.worker.connectors.size === 1;
    });
    expect(second.worker.calls[0]).toMatch(/^start . of=new$/);
  });

  test('a worker that cannot read configs in time leaves the group, says so, and comes back', async () => {
    const settings = { 'scheduled.rebalance.max.delay.ms': '1000' };
    const first = await cluster.start(settings);
    const second = await cluster.start(settings);
    cluster.topics.slow.add('configs');
    // The first read is that of the worker that writes; then the other one has to catch up.
    let reads = 0;
    cluster.topics.onRead = () =>
      [2, 3].includes(++reads) ? new ConnectError('timeout', 'no leader') : null;
    await create(first.herder, 'a');
    await waitFor('all work to be somewhere', () => {
      return first.worker.tasks.size + second.worker.tasks.size === 1;
    });
    expect(second.lines.join()).toContain('could not be read within 3000 ms: no leader');
    for (const { herder } of [first, second]) {
      await waitFor(
        'health',
        async () => (await herder.health(AbortSignal.timeout(500))).status === 'healthy',
      );
    }
  });

  test('a group that cannot be reached makes the worker unhealthy with the reason, until it is back', async () => {
    const { herder, worker } = await cluster.start({ 'session.timeout.ms': '100' });
    await create(herder, 'a');
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING');
    cluster.group.isUnreachable = true;
    cluster.group.expel('connect-worker1:8083');
    await waitFor('work to stop', () => worker.connectors.size + worker.tasks.size === 0);
    await waitFor('the reason', async () => {
      const { status, message } = await herder.health(AbortSignal.timeout(50));
      return status === 'unhealthy' && message.includes('trying to join group workers');
    });
    expect((await herder.health(AbortSignal.timeout(50))).message).toContain(
      'The worker is currently ensuring membership in the cluster',
    );
    // What is known can still be read.
    expect(await herder.connectors()).toEqual(['a']);
    cluster.group.isUnreachable = false;
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING');
    expect(await herder.health(soon())).toMatchObject({ status: 'healthy' });
    const states = herder.events
      .since(0)
      ?.flatMap(({ event }) => (event.kind === 'worker' ? [event.state] : []));
    expect(states).toEqual(['starting', 'ready', 'waiting-for-kafka', 'ready']);
  });

  test('a join that is refused for good is tried again, and the reason shown', async () => {
    let refusals = 2;
    cluster.group.onJoin = () =>
      refusals-- > 0 ? new ConnectError('forbidden', 'not authorized for group') : null;
    const { herder } = await cluster.start();
    const messages = herder.events
      .since(0)
      ?.flatMap(({ event }) => (event.kind === 'worker' ? [event.message] : []));
    expect(messages?.[1]).toContain('not authorized for group');
    expect(await herder.health(soon())).toMatchObject({ status: 'healthy' });
  });

  test('a config that cannot be written fails the request, and the worker goes on', async () => {
    const { herder } = await cluster.start();
    cluster.topics.onSend = (topic) =>
      topic === 'configs' ? new ConnectError('kafka', 'message too large') : null;
    const failure = await create(herder, 'a').catch((error: unknown) => error);
    expect(codeOf(failure)).toBe('kafka');
    expect(String(failure)).toContain('config of connector a to Kafka topic configs: message too large');
    cluster.topics.onSend = () => null;
    await create(herder, 'a');
    await awaitStates(herder, 'a', 'RUNNING 0:RUNNING');
  });
});
