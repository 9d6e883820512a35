import { afterEach, describe, expect, it } from 'vitest';
import { MemoryOffsetStore } from '../storage/memory-offset-store.ts';
import type { State } from '../storage/status-store.ts';
import { waitFor } from '../testing/wait.ts';
import type { ConnectorTaskId } from './herder.ts';
import { GroupsAdmin, openInMemoryClient } from './testing/in-memory-client.ts';
import { testPlugins } from './testing/in-memory-task-environment.ts';
import { pluginList } from './testing/plugin-list.ts';
import { ThreadedWorker } from './threaded-worker.ts';
import { overridePolicyOf } from './validation/override-policy.ts';
import { parseStandaloneWorker } from './worker-config.ts';

const workerSettings = {
  'bootstrap.servers': 'nowhere:9092',
  'key.converter': 'test.TextConverter',
  'value.converter': 'test.TextConverter',
  'header.converter': 'test.TextHeaderConverter',
  'offset.storage.file.filename': 'unused',
  'offset.flush.interval.ms': '20',
  'task.shutdown.graceful.timeout.ms': '500',
};
const source = { name: 'numbers', 'connector.class': 'SequenceSource', topic: 't', count: '50' };
const first: ConnectorTaskId = { connector: 'numbers', task: 0 };

const running: ThreadedWorker[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((worker) => worker.stop()));
});

function startWorker(options: { heapMb?: number; policy?: string; admin?: GroupsAdmin } = {}) {
  const events: string[] = [];
  const traces: string[] = [];
  const topics: string[] = [];
  const logs: string[] = [];
  let records = 0;
  const offsetStore = new MemoryOffsetStore();
  const worker = new ThreadedWorker({
    settings: parseStandaloneWorker(workerSettings),
    plugins: pluginList(testPlugins),
    policy: overridePolicyOf(options.policy ?? 'All', []),
    offsetStore,
    openKafkaClient: () => openInMemoryClient(options.admin),
    taskEnvironmentUrl: new URL('./testing/in-memory-task-environment.ts', import.meta.url),
    taskLimits: { heapMb: options.heapMb ?? 64, missedBeats: 3 },
    log: (level, message) => void logs.push(`${level} ${message}`),
    listener: {
      onConnectorState: (connector, state, trace) => {
        events.push(`${connector} ${state}`);
        if (trace !== null) traces.push(trace);
      },
      onTaskState: ({ task }, state, trace) => {
        events.push(`task ${task} ${state}`);
        if (trace !== null) traces.push(trace);
      },
      onTaskTopic: (_id, topic) => void topics.push(topic),
      onTaskMetrics: (_id, metrics) => {
        records = metrics.records;
      },
      onReconfigurationRequested: (connector) => void events.push(`${connector} reconfigure`),
      onReloadDue: (connector) => void events.push(`${connector} reload`),
    },
  });
  running.push(worker);
  const reaches = (task: number, state: State) =>
    waitFor(`task ${task} ${state}`, () => events.includes(`task ${task} ${state}`), 25_000);
  const startTask = (fault: string, count = '50', connectorChanges: Record<string, string> = {}) =>
    worker.startTask(
      first,
      { ...source, ...connectorChanges },
      { topic: 't', count, fault, index: '0' },
      'STARTED',
    );
  return { worker, events, traces, topics, logs, offsetStore, reaches, startTask, records: () => records };
}

describe('tasks in threads', () => {
  it('run, report state, topics and figures, and commit their offsets through the main thread', async () => {
    const scene = startWorker();
    await scene.startTask('none');
    await scene.reaches(0, 'RUNNING');
    await waitFor('figures', () => scene.records() === 50);
    expect(scene.topics).toEqual(['t']);
    await scene.worker.stopTasks([first]);
    expect(scene.events).toEqual(['task 0 RUNNING', 'task 0 UNASSIGNED']);
    expect(scene.worker.taskIds()).toEqual([]);
    expect(await scene.offsetStore.all('numbers')).toEqual([
      { partition: { sequence: '0' }, offset: { next: 50 } },
    ]);
  });

  it('go on at their offset when started again', async () => {
    const scene = startWorker();
    await scene.offsetStore.write('numbers', [{ partition: { sequence: '0' }, offset: { next: 48n } }]);
    await scene.startTask('none');
    await waitFor('figures', () => scene.records() === 2);
    await scene.worker.stop();
    expect(await scene.offsetStore.all('numbers')).toEqual([
      { partition: { sequence: '0' }, offset: { next: 50 } },
    ]);
  });

  it('can be paused and resumed', async () => {
    const scene = startWorker();
    await scene.startTask('none');
    await scene.reaches(0, 'RUNNING');
    scene.worker.setTaskTarget(first, 'PAUSED');
    await scene.reaches(0, 'PAUSED');
    scene.worker.setTaskTarget(first, 'STARTED');
    await waitFor('RUNNING again', () => scene.events.at(-1) === 'task 0 RUNNING');
  });

  it.each([
    ['start-error', 'the task refuses to start'],
    ['poll-error', 'the task fails in poll'],
    ['uncaught', 'thrown where nobody catches'],
    ['exit', 'ended by itself with exit code 7'],
  ])('fail with a trace that says what happened: %s', async (fault, trace) => {
    const scene = startWorker();
    await scene.startTask(fault);
    await scene.reaches(0, 'FAILED');
    expect(scene.traces.join()).toContain(trace);
    await scene.worker.stopTasks([first]);
    expect(scene.events.at(-1)).toBe('task 0 FAILED');
  });

  it('fail alone when one fills its heap', async () => {
    const scene = startWorker({ heapMb: 32 });
    const second = { connector: 'numbers', task: 1 };
    const connector = { ...source, 'tasks.max': '2' };
    await scene.worker.startTask(second, connector, { topic: 't', count: '5', index: '1' }, 'STARTED');
    await scene.worker.startTask(
      first,
      connector,
      { topic: 't', count: '5', fault: 'heap', index: '0' },
      'STARTED',
    );
    await scene.reaches(0, 'FAILED');
    expect(scene.traces.join()).toContain('more than its 32 MB of heap');
    expect(scene.events).not.toContain('task 1 FAILED');
    scene.worker.setTaskTarget(second, 'PAUSED');
    await scene.reaches(1, 'PAUSED');
  });

  it('fail when they block their thread for long', async () => {
    const scene = startWorker();
    await scene.startTask('endless-loop');
    await scene.reaches(0, 'FAILED');
    expect(scene.traces.join()).toContain('blocked its thread for 3 s');
  });

  it('are ended by force when they do not stop within the graceful time', async () => {
    const scene = startWorker();
    await scene.startTask('ignore-stop');
    await scene.reaches(0, 'RUNNING');
    const startedAt = Date.now();
    await scene.worker.stopTasks([first]);
    expect(Date.now() - startedAt).toBeLessThan(5_000);
    expect(scene.events.at(-1)).toBe('task 0 UNASSIGNED');
    expect(scene.logs.join('\n')).toContain('was ended by force');
  });

  it('fail before they start when a class, an override or tasks.max forbids them', async () => {
    const scene = startWorker({ policy: 'None' });
    const traceWith = async (changes: Record<string, string>) => {
      const before = scene.traces.length;
      await scene.startTask('none', '5', changes);
      return waitFor('a failure', () => scene.traces[before]);
    };
    expect(await traceWith({ 'producer.override.linger.ms': '5' })).toContain(
      "The 'None' policy does not allow 'producer.override.linger.ms'",
    );
    expect(await traceWith({ 'value.converter': 'test.Nope' })).toContain(
      'Class test.Nope could not be found',
    );
    expect(await traceWith({ 'connector.class': 'test.Nope' })).toContain('connector.class');
    expect(await traceWith({ 'tasks.max': '0' })).toContain('beyond tasks.max=0');
  });
});

describe('a worker that was stopped', () => {
  it('starts nothing any more', async () => {
    const { worker, events } = startWorker();
    await worker.startConnector('numbers', source, 'STARTED');
    await worker.stop();
    expect(await worker.startConnector('numbers', source, 'STARTED')).toBe('UNASSIGNED');
    await worker.startTask(first, source, { topic: 't', count: '1', index: '0' }, 'STARTED');
    expect(worker.taskIds()).toEqual([]);
    expect(events).toEqual(['numbers RUNNING', 'numbers UNASSIGNED']);
  });
});

describe('connectors of a worker', () => {
  it('start, pause, resume and stop', async () => {
    const { worker, events } = startWorker();
    expect(await worker.startConnector('numbers', source, 'STARTED')).toBe('RUNNING');
    expect(worker.isConnectorRunning('numbers')).toBe(true);
    expect(await worker.setConnectorTarget('numbers', 'PAUSED')).toBe('PAUSED');
    expect(await worker.setConnectorTarget('numbers', 'STARTED')).toBe('RUNNING');
    expect(await worker.setConnectorTarget('numbers', 'STOPPED')).toBe('STOPPED');
    await worker.stopConnector('numbers');
    expect(events).toEqual([
      'numbers RUNNING',
      'numbers PAUSED',
      'numbers RUNNING',
      'numbers STOPPED',
      'numbers UNASSIGNED',
    ]);
    expect(worker.connectorNames()).toEqual([]);
  });

  it('are not started when their target is PAUSED or STOPPED from the beginning', async () => {
    const { worker } = startWorker();
    const broken = { ...source, fault: 'connector-start' };
    expect(await worker.startConnector('numbers', broken, 'STOPPED')).toBe('STOPPED');
  });

  it('fail with the trace of what they throw, and then only stop', async () => {
    const { worker, traces } = startWorker();
    expect(await worker.startConnector('numbers', { ...source, fault: 'connector-start' }, 'STARTED')).toBe(
      'FAILED',
    );
    expect(traces.join()).toContain('the connector refuses to start');
    expect(await worker.setConnectorTarget('numbers', 'PAUSED')).toBe('FAILED');
    expect(await worker.setConnectorTarget('numbers', 'STOPPED')).toBe('STOPPED');
    expect(await worker.startConnector('other', { 'connector.class': 'Nope' }, 'STARTED')).toBe('FAILED');
  });

  it('make task configs with the class, and the topics of the connector', async () => {
    const { worker } = startWorker();
    await worker.startConnector('numbers', { ...source, 'tasks.max': '2' }, 'STARTED');
    const configs = await worker.taskConfigs('numbers');
    expect(configs).toHaveLength(2);
    expect(configs[1]).toEqual({
      topic: 't',
      count: '50',
      fault: 'none',
      index: '1',
      'task.class': 'test.SequenceSourceTask',
    });
    const sink = { name: 'out', 'connector.class': 'RecordingSink', topics: 'a,b' };
    await worker.startConnector('out', sink, 'STARTED');
    expect(await worker.taskConfigs('out')).toEqual([
      { 'task.class': 'test.RecordingSinkTask', topics: 'a,b' },
    ]);
  });

  it('fail when they make more tasks than tasks.max, unless that is not enforced', async () => {
    const { worker, events } = startWorker();
    const greedy = { ...source, fault: 'too-many-tasks' };
    await worker.startConnector('numbers', greedy, 'STARTED');
    await expect(worker.taskConfigs('numbers')).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('has generated 2 tasks, which is greater than 1'),
    });
    expect(events.at(-1)).toBe('numbers FAILED');
    await worker.startConnector('numbers', { ...greedy, 'tasks.max.enforce': 'false' }, 'STARTED');
    expect(await worker.taskConfigs('numbers')).toHaveLength(2);
  });

  it('stay RUNNING when making task configs fails', async () => {
    const { worker } = startWorker();
    await worker.startConnector('numbers', { ...source, fault: 'task-configs' }, 'STARTED');
    await expect(worker.taskConfigs('numbers')).rejects.toThrow('no task configs now');
    expect(worker.isConnectorRunning('numbers')).toBe(true);
  });

  it('are abandoned when they do not stop within five seconds', async () => {
    const { worker, events, logs } = startWorker();
    await worker.startConnector('numbers', { ...source, fault: 'connector-stop-hangs' }, 'STARTED');
    await worker.stopConnector('numbers');
    expect(events.at(-1)).toBe('numbers UNASSIGNED');
    expect(logs.join()).toContain('is abandoned');
  }, 15_000);
});

describe('metrics of a worker', () => {
  it('count what started and what did not, and have the states of its tasks', async () => {
    const scene = startWorker();
    await scene.worker.startConnector('numbers', source, 'STARTED');
    await scene.worker.startConnector('broken', { ...source, fault: 'connector-start' }, 'STARTED');
    await scene.startTask('none');
    await scene.worker.startTask(
      { connector: 'numbers', task: 1 },
      { ...source, 'tasks.max': '2' },
      { topic: 't', count: '1', fault: 'start-error', index: '1' },
      'STARTED',
    );
    await scene.reaches(0, 'RUNNING');
    await scene.reaches(1, 'FAILED');
    const groups = scene.worker.metrics();
    expect(groups[0]?.attributes).toEqual({
      'connector-count': 2,
      'task-count': 2,
      'connector-startup-attempts-total': 2,
      'connector-startup-success-total': 1,
      'connector-startup-success-percentage': 0.5,
      'connector-startup-failure-total': 1,
      'connector-startup-failure-percentage': 0.5,
      'task-startup-attempts-total': 2,
      'task-startup-success-total': 1,
      'task-startup-success-percentage': 0.5,
      'task-startup-failure-total': 1,
      'task-startup-failure-percentage': 0.5,
    });
    const of = (type: string, tag: string, value: string) =>
      groups.find((group) => group.type === type && group.tags[tag] === value)?.attributes;
    expect(of('connect-worker-metrics', 'connector', 'numbers')).toMatchObject({
      'connector-total-task-count': 2,
      'connector-running-task-count': 1,
      'connector-failed-task-count': 1,
    });
    expect(of('connector-metrics', 'connector', 'broken')).toMatchObject({ status: 'failed' });
    expect(of('connector-task-metrics', 'task', '1')).toMatchObject({ status: 'failed' });
  });

  it('tell a task that is RUNNING and moves nothing by the time of the call that does not return', async () => {
    const scene = startWorker();
    await scene.startTask('ignore-stop');
    await scene.reaches(0, 'RUNNING');
    const attributesOf = (type: string) =>
      scene.worker.metrics().find((group) => group.type === type)?.attributes;
    await waitFor(
      'half a second in poll',
      () => Number(attributesOf('task-metrics')?.['current-call-time-ms']) > 500,
    );
    expect(attributesOf('connector-task-metrics')).toMatchObject({ status: 'running' });
    expect(attributesOf('source-task-metrics')).toMatchObject({ 'source-record-poll-total': 0 });
  });

  it('have the lag of the event loop once it is running', async () => {
    const scene = startWorker();
    await scene.worker.start();
    const lag = () =>
      scene.worker.metrics().find(({ type, domain }) => domain === 'millrace' && type === 'worker-metrics')
        ?.attributes['event-loop-lag-max-ms'];
    expect(lag()).toBeNaN();
    await waitFor('a lag', () => Number(lag()) >= 0);
  });
});

describe('offsets of connectors', () => {
  const signal = AbortSignal.timeout(20_000);

  it('of sources come from the offset store, and go there when the connector agrees', async () => {
    const { worker, offsetStore } = startWorker();
    const zero = { sequence: '0' };
    await offsetStore.write('numbers', [{ partition: zero, offset: { next: 3n } }]);
    expect(await worker.connectorOffsets('numbers', source, signal)).toEqual([
      { partition: zero, offset: { next: 3 } },
    ]);
    const wanted = [
      { partition: zero, offset: { next: 5n } },
      { partition: zero, offset: { next: 7n } },
      { partition: { sequence: '1' }, offset: { next: 1n } },
    ];
    expect(await worker.alterOffsets('numbers', source, wanted, signal)).toBe(
      'The offsets for this connector have been altered successfully',
    );
    expect(await offsetStore.read('numbers', [zero, { sequence: '1' }])).toEqual([{ next: 7 }, { next: 1 }]);
    const refused = [{ partition: zero, offset: { next: 'x' } }];
    await expect(worker.alterOffsets('numbers', source, refused, signal)).rejects.toThrow(
      'an offset needs next',
    );
    expect(await worker.alterOffsets('numbers', source, null, signal)).toContain('reset successfully');
    expect(await offsetStore.all('numbers')).toEqual([]);
  });

  it('of sinks come from their consumer group', async () => {
    const admin = new GroupsAdmin();
    const { worker } = startWorker({ admin });
    const sink = { name: 'out', 'connector.class': 'RecordingSink', topics: 't' };
    const partition = { kafka_topic: 't', kafka_partition: 0 };
    expect(await worker.connectorOffsets('out', sink, signal)).toEqual([]);
    const set = [{ partition, offset: { kafka_offset: '12' } }];
    expect(await worker.alterOffsets('out', sink, set, signal)).toContain('altered successfully');
    expect(admin.groups.get('connect-out')).toEqual([{ topic: 't', partition: 0, offset: 12 }]);
    expect(await worker.connectorOffsets('out', sink, signal)).toEqual([
      { partition, offset: { kafka_offset: 12 } },
    ]);
    await worker.alterOffsets('out', sink, [{ partition, offset: null }], signal);
    expect(admin.groups.get('connect-out')).toEqual([]);
    await worker.alterOffsets('out', sink, null, signal);
    expect(await worker.alterOffsets('out', sink, null, signal)).toContain('reset successfully');
  });

  it('of sinks are refused with the key that is wrong, and while the group has members', async () => {
    const admin = new GroupsAdmin();
    const { worker } = startWorker({ admin });
    const sink = { name: 'out', 'connector.class': 'RecordingSink', topics: 't' };
    const alter = (partition: Record<string, string | number>, offset: Record<string, number>) =>
      worker.alterOffsets('out', sink, [{ partition, offset }], signal);
    await expect(alter({ kafka_topic: 't' }, { kafka_offset: 1 })).rejects.toMatchObject({
      code: 'bad-request',
    });
    await expect(alter({ kafka_topic: 't', kafka_partition: 0 }, { offset: 1 })).rejects.toThrow(
      'kafka_offset',
    );
    await expect(alter({ kafka_topic: 't', kafka_partition: 0.5 }, { kafka_offset: 1 })).rejects.toThrow(
      "Kafka partition value in the provided offsets: '0.5'",
    );
    admin.busy.add('connect-out');
    await expect(alter({ kafka_topic: 't', kafka_partition: 0 }, { kafka_offset: 1 })).rejects.toThrow(
      'Failed to alter consumer group offsets for connector out',
    );
  });
});
