import { afterEach, describe, expect, it } from 'vitest';
import { ConnectError } from '../errors/connect-error.ts';
import { waitFor } from '../testing/wait.ts';
import type { Herder } from './herder.ts';
import type { HerderEvent } from './herder-events.ts';
import { type HerderScene, herderBodies } from './testing/herder-bodies.ts';
import { recordingSink, sequenceSource } from './testing/sequence-connectors.ts';

const soon = () => AbortSignal.timeout(10_000);
const config = (more: Readonly<Record<string, string | null>> = {}) => ({
  'connector.class': sequenceSource.className,
  topic: 't',
  ...more,
});

async function statesAre(herder: Herder, name: string, expected: string): Promise<void> {
  let seen = 'nothing';
  await waitFor(`${name} to be ${expected}`, async () => {
    const { connector, tasks } = await herder.connectorStatus(name);
    seen = [connector.state, ...tasks.map(({ id, state }) => `${id}:${state}`)].join(' ');
    return seen === expected;
  }).catch((error: unknown) => {
    throw new Error(`${name} is ${seen} instead of ${expected}`, { cause: error });
  });
}

describe.each(herderBodies)('a herder ($name)', (body) => {
  let scene: HerderScene;

  const start = async (settings: Readonly<Record<string, string>> = {}) => {
    scene = await body.start(settings);
    return scene;
  };

  const create = async (
    name: string,
    more: Readonly<Record<string, string | null>> = {},
    initialState?: 'STARTED' | 'PAUSED' | 'STOPPED',
  ) => {
    const { herder } = scene;
    return herder.putConnectorConfig(name, config(more), { replace: false, initialState, signal: soon() });
  };

  afterEach(async () => {
    await scene.stop();
  });

  it('is healthy once started, and knows its cluster and itself', async () => {
    const { herder } = await start();
    expect(await herder.health(soon())).toMatchObject({ status: 'healthy' });
    expect(herder.kafkaClusterId()).toBe('cluster-1');
    expect(await herder.connectors()).toEqual([]);
    const [worker] = await herder.workers();
    expect(worker).toMatchObject({ workerId: 'worker1:8083', leader: true, self: true, version: '0.0.1' });
    expect(worker?.memory?.rssBytes).toBeGreaterThan(0);
  });

  it('creates a connector with its name in the config, and runs it and its tasks', async () => {
    const { herder } = await start();
    const { created, info } = await create('a', { 'tasks.max': '2' });
    expect(created).toBe(true);
    expect(info).toMatchObject({
      name: 'a',
      type: 'source',
      config: config({ name: 'a', 'tasks.max': '2' }),
    });
    await statesAre(herder, 'a', 'RUNNING 0:RUNNING 1:RUNNING');
    expect((await herder.connectorInfo('a')).tasks).toEqual([
      { connector: 'a', task: 0 },
      { connector: 'a', task: 1 },
    ]);
    expect(await herder.connectors()).toEqual(['a']);
    expect(await herder.connectorConfig('a')).toEqual(config({ name: 'a', 'tasks.max': '2' }));
    expect(await herder.taskInfos('a')).toMatchObject([
      { id: { connector: 'a', task: 0 }, config: { index: '0' } },
      { id: { connector: 'a', task: 1 }, config: { index: '1' } },
    ]);
    expect(await herder.taskStatus({ connector: 'a', task: 1 })).toMatchObject({
      id: 1,
      state: 'RUNNING',
      workerId: 'worker1:8083',
      version: '1.0',
    });
  });

  it('refuses to create what exists, and changes it when it may replace', async () => {
    const { herder, worker } = await start();
    await create('a', { of: 'x' });
    await statesAre(herder, 'a', 'RUNNING 0:RUNNING');
    await expect(create('a', { of: 'y' })).rejects.toMatchObject({
      code: 'already-exists',
      message: 'Connector a already exists',
    });
    const { created } = await herder.putConnectorConfig('a', config({ of: 'y', 'tasks.max': '2' }), {
      replace: true,
      signal: soon(),
    });
    expect(created).toBe(false);
    await waitFor('the new tasks', () => worker.calls.includes('start a-1 of=y'));
    await statesAre(herder, 'a', 'RUNNING 0:RUNNING 1:RUNNING');
    expect(worker.calls.filter((call) => call === 'stop a-0')).toHaveLength(1);
  });

  it('refuses invalid configs as a whole, with every message, before anything is written', async () => {
    const { herder } = await start();
    await expect(create('a', { topic: '', 'tasks.max': '0' })).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining('contains the following 2 error(s)'),
    });
    await expect(create('a', { 'connector.class': 'Nope' })).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining('Failed to find any class that implements Connector'),
    });
    await expect(create('a', { 'connector.class': null })).rejects.toMatchObject({ code: 'bad-request' });
    await expect(create('a\u0001b')).rejects.toMatchObject({ code: 'bad-request' });
    expect(await herder.connectors()).toEqual([]);
    const infos = await herder.validateConnectorConfig({ name: 'a', 'connector.class': 'Nope' }, soon());
    expect(infos.errorCount).toBe(1);
  });

  it('patches: sets, removes, and validates the whole', async () => {
    const { herder } = await start();
    await create('a', { of: 'x', 'errors.log.enable': 'true' });
    const info = await herder.patchConnectorConfig('a', { of: 'y', 'errors.log.enable': null }, soon());
    expect(info.config).toEqual(config({ name: 'a', of: 'y' }));
    await expect(herder.patchConnectorConfig('a', { topic: null }, soon())).rejects.toMatchObject({
      code: 'bad-request',
    });
    await expect(herder.patchConnectorConfig('b', {}, soon())).rejects.toMatchObject({
      code: 'not-found',
      message: 'Connector b not found',
    });
  });

  it('answers not-found for what it does not know', async () => {
    const { herder } = await start();
    const id = { connector: 'b', task: 0 };
    const requests = [
      () => herder.connectorInfo('b'),
      () => herder.connectorConfig('b'),
      () => herder.connectorStatus('b'),
      () => herder.taskInfos('b'),
      () => herder.taskStatus(id),
      () => herder.deleteConnector('b', soon()),
      () => herder.pauseConnector('b'),
      () => herder.resumeConnector('b'),
      () => herder.stopConnector('b', soon()),
      () => herder.restartConnector('b', soon()),
      () => herder.restartConnectorAndTasks('b', { onlyFailed: false, includeTasks: true, signal: soon() }),
      () => herder.restartTask(id, soon()),
      () => herder.connectorOffsets('b', soon()),
      () => herder.alterConnectorOffsets('b', [{ partition: { a: 1 }, offset: null }], soon()),
      () => herder.resetConnectorOffsets('b', soon()),
      () => herder.pluginConfig('b'),
    ];
    for (const request of requests) {
      await expect(request(), String(request)).rejects.toMatchObject({ code: 'not-found' });
    }
    await create('a');
    await statesAre(herder, 'a', 'RUNNING 0:RUNNING');
    await expect(herder.restartTask({ connector: 'a', task: 7 }, soon())).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('pauses and resumes connector and tasks', async () => {
    const { herder } = await start();
    await create('a');
    await statesAre(herder, 'a', 'RUNNING 0:RUNNING');
    await herder.pauseConnector('a');
    await statesAre(herder, 'a', 'PAUSED 0:PAUSED');
    await herder.pauseConnector('a');
    await herder.resumeConnector('a');
    await statesAre(herder, 'a', 'RUNNING 0:RUNNING');
  });

  it('stops: no tasks are left, and resuming makes them anew', async () => {
    const { herder, worker } = await start();
    await create('a', { 'tasks.max': '2' });
    await statesAre(herder, 'a', 'RUNNING 0:RUNNING 1:RUNNING');
    await herder.stopConnector('a', soon());
    await statesAre(herder, 'a', 'STOPPED');
    expect((await herder.connectorInfo('a')).tasks).toEqual([]);
    expect(worker.taskIds()).toEqual([]);
    await herder.stopConnector('a', soon());
    await herder.resumeConnector('a');
    await statesAre(herder, 'a', 'RUNNING 0:RUNNING 1:RUNNING');
  });

  it('takes an initial state: a connector that is created paused or stopped has no tasks', async () => {
    const { herder } = await start();
    await create('a', {}, 'PAUSED');
    await create('b', {}, 'STOPPED');
    await statesAre(herder, 'a', 'PAUSED');
    await statesAre(herder, 'b', 'STOPPED');
    await herder.resumeConnector('a');
    await statesAre(herder, 'a', 'RUNNING 0:RUNNING');
  });

  it('deletes a connector with its statuses, and one of the same name starts afresh', async () => {
    const { herder } = await start();
    await create('a', { 'tasks.max': '2' });
    await statesAre(herder, 'a', 'RUNNING 0:RUNNING 1:RUNNING');
    await herder.deleteConnector('a', soon());
    expect(await herder.connectors()).toEqual([]);
    await waitFor('the status to go', () =>
      herder.connectorStatus('a').then(
        () => false,
        () => true,
      ),
    );
    await create('a');
    await statesAre(herder, 'a', 'RUNNING 0:RUNNING');
  });

  it('restarts the connector alone, one task, and by plan', async () => {
    const { herder, worker } = await start();
    await create('a', { 'tasks.max': '2' });
    await statesAre(herder, 'a', 'RUNNING 0:RUNNING 1:RUNNING');
    const callsOf = async (request: () => Promise<unknown>, last: string) => {
      worker.calls.length = 0;
      await request();
      await waitFor(last, () => worker.calls.includes(last));
      await statesAre(herder, 'a', 'RUNNING 0:RUNNING 1:RUNNING');
      return worker.calls.map((call) => call.replace(/ of=$/, ''));
    };
    expect(await callsOf(() => herder.restartConnector('a', soon()), 'start a of=')).toEqual([
      'stop a',
      'start a',
    ]);
    // Expired settings restart the connector alone: the tasks keep what they have.
    expect(await callsOf(async () => worker.expireSettings('a'), 'start a of=')).toEqual([
      'stop a',
      'start a',
    ]);
    const id = { connector: 'a', task: 1 };
    expect(await callsOf(() => herder.restartTask(id, soon()), 'start a-1 of=')).toEqual([
      'stop a-1',
      'start a-1',
    ]);
    worker.fail(id, 'broken');
    await statesAre(herder, 'a', 'RUNNING 0:RUNNING 1:FAILED');
    const onlyFailed = { onlyFailed: true, includeTasks: true };
    const plan = async () => {
      const state = await herder.restartConnectorAndTasks('a', { ...onlyFailed, signal: soon() });
      expect(state.connector.state).toBe('RUNNING');
      expect(state.tasks.map(({ state: task }) => task)).toEqual(['RUNNING', 'RESTARTING']);
    };
    expect(await callsOf(plan, 'start a-1 of=')).toEqual(['stop a-1', 'start a-1']);
    const all = () =>
      herder.restartConnectorAndTasks('a', { onlyFailed: false, includeTasks: true, signal: soon() });
    const calls = await callsOf(all, 'start a-1 of=');
    expect(calls.sort()).toEqual(['start a', 'start a-0', 'start a-1', 'stop a', 'stop a-0', 'stop a-1']);
  });

  it('keeps a connector that fails to start, with its trace, and mends it with another config', async () => {
    const { herder } = await start();
    await create('a', { fail: 'start' }).catch(() => undefined);
    await statesAre(herder, 'a', 'FAILED');
    expect((await herder.connectorStatus('a')).connector.trace).toBe('refused');
    await expect(herder.restartConnector('a', soon())).rejects.toMatchObject({ code: 'unknown' });
    await herder.putConnectorConfig('a', config(), { replace: true, signal: soon() });
    await statesAre(herder, 'a', 'RUNNING 0:RUNNING');
  });

  it('makes task configs anew when the connector asks, and changes nothing when they are the same', async () => {
    const { herder, worker } = await start();
    await create('a');
    await statesAre(herder, 'a', 'RUNNING 0:RUNNING');
    let asked = 0;
    let configs = [{ index: '0', of: '' }];
    worker.taskConfigsOf = async () => {
      asked++;
      return configs;
    };
    worker.calls.length = 0;
    worker.requestReconfiguration('a');
    await waitFor('the question', () => asked === 1);
    configs = [
      { index: '0', of: 'new' },
      { index: '1', of: 'new' },
    ];
    worker.requestReconfiguration('a');
    await waitFor('the second task', () => worker.calls.includes('start a-1 of=new'));
    expect(worker.calls).toEqual(['stop a-0', 'start a-0 of=new', 'start a-1 of=new']);
  });

  it('tries again when a connector cannot make task configs', async () => {
    const { herder, worker } = await start();
    await create('a');
    await statesAre(herder, 'a', 'RUNNING 0:RUNNING');
    let failures = 1;
    worker.taskConfigsOf = async () => {
      if (failures-- > 0) throw new ConnectError('retriable', 'not now');
      return [{ index: '0', of: 'late' }];
    };
    worker.requestReconfiguration('a');
    await waitFor('the new config', () => worker.calls.includes('start a-0 of=late'));
  });

  it('changes offsets of stopped connectors only', async () => {
    const { herder, worker } = await start();
    await create('a');
    await statesAre(herder, 'a', 'RUNNING 0:RUNNING');
    expect(await herder.connectorOffsets('a', soon())).toEqual([{ partition: { f: 'a' }, offset: { o: 1 } }]);
    const offsets = [{ partition: { f: 'a' }, offset: { o: 2 } }];
    await expect(herder.alterConnectorOffsets('a', offsets, soon())).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining('must be in the STOPPED state'),
    });
    await expect(herder.resetConnectorOffsets('a', soon())).rejects.toMatchObject({ code: 'bad-request' });
    await expect(herder.alterConnectorOffsets('nobody', [], soon())).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining('Partitions / offsets need to be provided'),
    });
    await herder.stopConnector('a', soon());
    await statesAre(herder, 'a', 'STOPPED');
    const given: unknown[] = [];
    worker.onAlterOffsets = async (changed) => {
      given.push(changed);
      return 'done';
    };
    expect(await herder.alterConnectorOffsets('a', offsets, soon())).toBe('done');
    expect(await herder.resetConnectorOffsets('a', soon())).toBe('done');
    expect(given).toEqual([offsets, null]);
  });

  it('lists topics that tasks used, and forgets them on request', async () => {
    const { herder } = await start();
    await create('a');
    expect(await herder.connectorTopics('a')).toEqual([]);
    expect(await herder.connectorTopics('nobody')).toEqual([]);
    await herder.resetConnectorTopics('a');
    await scene.stop();
    const { herder: untracked } = await start({ 'topic.tracking.enable': 'false' });
    await expect(untracked.connectorTopics('a')).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('lists plugins in order, and describes their keys', async () => {
    const { herder } = await start();
    expect(herder.plugins(true).map(({ className, type }) => `${type} ${className}`)).toEqual([
      `sink ${recordingSink.className}`,
      `source ${sequenceSource.className}`,
    ]);
    expect(herder.plugins(false).map(({ type }) => type)).toEqual([
      'sink',
      'source',
      'converter',
      'header_converter',
    ]);
    const keys = await herder.pluginConfig('SequenceSource');
    expect(keys.slice(0, 2).map(({ definition }) => definition?.name)).toEqual(['topic', 'count']);
    expect(keys.some(({ definition }) => definition?.name === 'tasks.max')).toBe(true);
    expect(await herder.pluginConfig('TextConverter')).toHaveLength(2);
  });

  it('tells what happens, in order and with a position to resume at', async () => {
    const { herder } = await start();
    const from = herder.events.lastSequence;
    await create('a');
    await statesAre(herder, 'a', 'RUNNING 0:RUNNING');
    await herder.putConnectorConfig('a', config({ of: 'z' }), { replace: true, signal: soon() });
    await herder.pauseConnector('a');
    await statesAre(herder, 'a', 'PAUSED 0:PAUSED');
    expect(herder.events.stateSince('a', 0)).not.toBeNull();
    await herder.deleteConnector('a', soon());
    const short = (event: HerderEvent): string => {
      if (event.kind === 'connector-config') return `config ${event.change}`;
      if (event.kind === 'task-state') return `task ${event.task} ${event.state}`;
      return 'state' in event ? `${event.kind} ${event.state}` : event.kind;
    };
    const told = () => herder.events.since(from)?.map(({ event }) => short(event)) ?? [];
    await waitFor('the end', () => told().includes('connector-state DESTROYED'));
    const wanted = [
      'config created',
      'task 0 RUNNING',
      'config updated',
      'target-state PAUSED',
      'task 0 PAUSED',
      'config deleted',
    ];
    expect(told().filter((line) => wanted.includes(line) && line !== 'task 0 RUNNING')).toEqual(
      wanted.filter((line) => line !== 'task 0 RUNNING'),
    );
    expect(told()).toEqual(
      expect.arrayContaining([...wanted, 'connector-state DESTROYED', 'task 0 DESTROYED']),
    );
  });

  it('names the stage when a request takes too long, and goes on afterwards', async () => {
    const { herder, worker } = await start();
    await create('a');
    await statesAre(herder, 'a', 'RUNNING 0:RUNNING');
    let release = () => {};
    worker.onStopTasks = () =>
      new Promise((resolve) => {
        release = resolve;
      });
    const id = { connector: 'a', task: 0 };
    await expect(herder.restartTask(id, AbortSignal.timeout(50))).rejects.toMatchObject({
      code: 'timeout',
      details: { stage: expect.stringMatching(/task a-0|tasks of/) },
    });
    worker.onStopTasks = async () => {};
    release();
    await statesAre(herder, 'a', 'RUNNING 0:RUNNING');
  });

  it('has metrics of itself at any time', async () => {
    const { herder } = await start();
    const versions = () =>
      herder.metrics().flatMap(({ type, attributes }) => (type === 'app-info' ? [attributes.version] : []));
    expect(versions()).toEqual(['0.0.1']);
    await herder.stop();
    expect(versions()).toEqual(['0.0.1']);
  });

  it('stops everything it runs, once, and refuses what comes later', async () => {
    const { herder, worker } = await start();
    await create('a');
    await statesAre(herder, 'a', 'RUNNING 0:RUNNING');
    await Promise.all([herder.stop(), herder.stop()]);
    expect(worker.connectorNames()).toEqual([]);
    expect(worker.taskIds()).toEqual([]);
    await expect(create('b')).rejects.toMatchObject({ code: 'unavailable' });
  });
});
