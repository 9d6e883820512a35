import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningBroker, startBrokerThread } from './broker/start-broker.ts';
import { configInfos } from './entities/config-infos.ts';
import { connectorInfo } from './entities/connector-info.ts';
import { connectorOffsets } from './entities/connector-offsets.ts';
import { pluginInfo } from './entities/connector-plugin.ts';
import { connectorStateInfo } from './entities/connector-state-info.ts';
import { type RunningWorker, startWorker } from './main.ts';
import { Loggers } from './runtime/log.ts';
import { getWorkerHandle } from './runtime/worker-handle.ts';
import { waitFor } from './testing/wait.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-main-'));
const lines: string[] = [];
const loggers = new Loggers({ write: (line) => lines.push(line), coloured: false });
let broker: RunningBroker;
let worker: RunningWorker;

beforeAll(async () => {
  broker = await startBrokerThread({ port: 0, dataDir: join(folder, 'broker') });
});
afterAll(async () => {
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
});

const converters = {
  'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
};

function settingsOf(mode: 'standalone' | 'distributed'): Record<string, string> {
  const common = {
    ...converters,
    'bootstrap.servers': broker.bootstrap,
    listeners: 'http://127.0.0.1:0',
    'offset.flush.interval.ms': '100',
  };
  if (mode === 'standalone') return { ...common, 'offset.storage.file.filename': join(folder, 'offsets') };
  return {
    ...common,
    'group.id': 'main-test',
    'config.storage.topic': 'main-configs',
    'config.storage.replication.factor': '1',
    'offset.storage.topic': 'main-offsets',
    'offset.storage.replication.factor': '1',
    'status.storage.topic': 'main-status',
    'status.storage.replication.factor': '1',
  };
}

interface Answer {
  readonly status: number;
  readonly json: unknown;
}

async function send(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${worker.restUrls[0]}${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  return { status: response.status, json: text === '' ? null : JSON.parse(text) };
}

const config = (settings: Record<string, string>) => (name: string) =>
  send('PUT', `/connectors/${name}/config`, settings);
const source = (file: string, topic: string) =>
  config({ 'connector.class': 'FileStreamSource', file: join(folder, file), topic });
const sink = (file: string, topics: string) =>
  config({ 'connector.class': 'FileStreamSink', file: join(folder, file), topics });

async function state(name: string): Promise<string> {
  const { status, json } = await send('GET', `/connectors/${name}/status`);
  if (status !== 200) return String(status);
  const { connector, tasks } = connectorStateInfo.parse(json);
  return [connector.state, ...tasks.map((task) => task.state)].join(' ');
}

const until = (name: string, wanted: string) =>
  waitFor(`${name} to be ${wanted}`, async () => (await state(name)) === wanted);

describe.each(['standalone', 'distributed'] as const)('REST of a %s worker', (mode) => {
  const name = (text: string) => `${mode}-${text}`;

  beforeAll(async () => {
    worker = await startWorker({ mode, settings: settingsOf(mode), loggers, isBrokerEmbedded: true });
    await worker.started;
  });
  afterAll(() => worker.stop());

  it('tells version, cluster and health', async () => {
    expect((await send('GET', '/')).json).toEqual({
      version: '4.3.1',
      commit: 'millrace-0.1.0',
      kafka_cluster_id: expect.stringMatching(/^[\w-]{22}$/),
    });
    expect(await send('GET', '/health')).toMatchObject({ status: 200, json: { status: 'healthy' } });
    expect(getWorkerHandle()).toMatchObject({ mode, startError: null, kafka: { embedded: true } });
  });

  it('moves a file through a topic, and goes on after pause, stop and restart', async () => {
    const [input, output] = [join(folder, name('in.txt')), join(folder, name('out.txt'))];
    writeFileSync(input, 'one\ntwo\n');
    const created = await source(name('in.txt'), name('lines'))(name('in'));
    expect(created.status).toBe(201);
    expect(connectorInfo.parse(created.json)).toMatchObject({ name: name('in'), type: 'source' });
    expect((await sink(name('out.txt'), name('lines'))(name('out'))).status).toBe(201);
    await until(name('in'), 'RUNNING RUNNING');
    await until(name('out'), 'RUNNING RUNNING');
    const written = (text: string) =>
      waitFor(
        `the sink to have ${JSON.stringify(text)}`,
        async () => (await readFile(output, 'utf8')) === text,
      );
    await written('one\ntwo\n');

    expect((await send('PUT', `/connectors/${name('in')}/pause`)).status).toBe(202);
    await until(name('in'), 'PAUSED PAUSED');
    writeFileSync(input, 'three\n', { flag: 'a' });
    expect((await send('PUT', `/connectors/${name('in')}/resume`)).status).toBe(202);
    await written('one\ntwo\nthree\n');
    await until(name('in'), 'RUNNING RUNNING');

    expect((await send('POST', `/connectors/${name('in')}/restart`)).status).toBe(204);
    const plan = await send('POST', `/connectors/${name('in')}/restart?includeTasks=true`);
    expect(plan.status).toBe(202);
    expect(connectorStateInfo.parse(plan.json).tasks.map((task) => task.state)).toEqual(['RESTARTING']);
    await until(name('in'), 'RUNNING RUNNING');
    expect((await send('POST', `/connectors/${name('in')}/tasks/0/restart`)).status).toBe(204);
    await until(name('in'), 'RUNNING RUNNING');
    writeFileSync(input, 'four\n', { flag: 'a' });
    await written('one\ntwo\nthree\nfour\n');
    expect((await send('GET', `/connectors/${name('in')}/topics`)).json).toEqual({
      [name('in')]: { topics: [name('lines')] },
    });
  }, 120_000);

  it('shows offsets, and alters them only of a connector that is stopped', async () => {
    const path = `/connectors/${name('in')}/offsets`;
    const partition = { filename: join(folder, name('in.txt')) };
    await waitFor('the offset to be committed', async () => {
      const { offsets } = connectorOffsets.parse((await send('GET', path)).json);
      return offsets[0]?.offset?.position === 19;
    });
    const early = await send('PATCH', path, { offsets: [{ partition, offset: { position: 4 } }] });
    expect(early).toMatchObject({
      status: 400,
      json: {
        message: expect.stringContaining('must be in the STOPPED state before their offsets can be modified'),
      },
    });
    expect((await send('PUT', `/connectors/${name('in')}/stop`)).status).toBe(204);
    await until(name('in'), 'STOPPED');
    const altered = await send('PATCH', path, { offsets: [{ partition, offset: { position: 4 } }] });
    expect(altered).toEqual({
      status: 200,
      json: { message: 'The offsets for this connector have been altered successfully' },
    });
    expect((await send('GET', path)).json).toEqual({ offsets: [{ partition, offset: { position: 4 } }] });
    expect(await send('DELETE', path)).toEqual({
      status: 200,
      json: { message: 'The offsets for this connector have been reset successfully' },
    });
    expect((await send('GET', path)).json).toEqual({ offsets: [] });
    for (const bad of [{ position: 'x' }, { position: -1 }, { position: 1.5 }]) {
      const answer = await send('PATCH', path, { offsets: [{ partition, offset: bad }] });
      expect([bad, answer.status]).toEqual([bad, 400]);
    }
  });

  it('lists expanded, patches, and deletes for good', async () => {
    const { json } = await send('GET', '/connectors?expand=status&expand=info');
    expect(Object.keys(json as object).sort()).toEqual([name('in'), name('out')]);
    const patched = await send('PATCH', `/connectors/${name('out')}/config`, {
      'tasks.max': '2',
      file: null,
    });
    expect(patched).toMatchObject({ status: 200, json: { config: { 'tasks.max': '2', name: name('out') } } });
    for (const connector of [name('in'), name('out')]) {
      expect((await send('DELETE', `/connectors/${connector}`)).status).toBe(204);
      await waitFor('the connector to be gone', async () => {
        return (await send('GET', `/connectors/${connector}`)).status === 404;
      });
      expect((await send('DELETE', `/connectors/${connector}`)).status).toBe(404);
    }
    expect((await send('GET', '/connectors')).json).toEqual([]);
  });

  it('waits for a file that is not there yet', async () => {
    await source(name('late.txt'), name('late'))(name('late'));
    await until(name('late'), 'RUNNING RUNNING');
    await send('DELETE', `/connectors/${name('late')}`);
  });

  it('fails the task of a sink whose file cannot be written, and names the path', async () => {
    await sink('none/such/out.txt', name('late'))(name('unwritable'));
    await until(name('unwritable'), 'RUNNING FAILED');
    const { json } = await send('GET', `/connectors/${name('unwritable')}/status`);
    expect(connectorStateInfo.parse(json).tasks[0]?.trace).toContain(join(folder, 'none/such/out.txt'));
    await send('DELETE', `/connectors/${name('unwritable')}`);
  });

  it('validates without ever failing on bad settings', async () => {
    const validate = (settings: unknown) =>
      send('PUT', '/connector-plugins/FileStreamSource/config/validate', settings);
    const { status, json } = await validate({
      'connector.class': 'FileStreamSource',
      'tasks.max': 'many',
      topic: '',
    });
    expect(status).toBe(200);
    const infos = configInfos.parse(json);
    expect(infos.name).toBe('FileStreamSource');
    expect(infos.error_count).toBeGreaterThanOrEqual(3);
    const errors = infos.configs.find(({ value }) => value.name === 'tasks.max')?.value.errors;
    expect(errors).toContain('Invalid value many for configuration tasks.max: Not a number of type INT');
    expect(await validate({})).toMatchObject({ status: 400 });
    const unknown = await send('PUT', '/connector-plugins/Nope/config/validate', {
      'connector.class': 'Nope',
    });
    expect(unknown).toMatchObject({
      status: 400,
      json: { message: expect.stringMatching(/^Failed to find any class that implements Connector/) },
    });
    const plugins = pluginInfo.array().parse((await send('GET', '/connector-plugins')).json);
    expect(plugins.map(({ class: className }) => className)).toContain(
      'org.apache.kafka.connect.file.FileStreamSinkConnector',
    );
    expect(await send('GET', '/connector-plugins/nope/config')).toMatchObject({
      status: 404,
      json: { message: 'Unknown plugin nope.' },
    });
  });

  const rows: readonly [string, string, string, unknown, number, string][] = [
    [
      'an unknown class',
      'POST',
      '/connectors',
      { name: 'b', config: { 'connector.class': 'Nope' } },
      400,
      'Failed to find any class that implements Connector',
    ],
    ['no class', 'POST', '/connectors', { name: 'b', config: {} }, 400, 'contains no connector type'],
    [
      'a missing key',
      'POST',
      '/connectors',
      { name: 'b', config: { 'connector.class': 'FileStreamSource' } },
      400,
      'Missing required configuration "topic" which has no default value.',
    ],
    [
      'a wrong type',
      'PUT',
      '/connectors/b/config',
      { 'connector.class': 'FileStreamSource', topic: 't', 'tasks.max': 'x' },
      400,
      'Invalid value x for configuration tasks.max',
    ],
    [
      'a name with a slash',
      'POST',
      '/connectors',
      { name: 'a/b', config: { 'connector.class': 'FileStreamSource', topic: 't' } },
      400,
      'for configuration name',
    ],
    [
      'a name with a control character',
      'POST',
      '/connectors',
      { name: 'a\u0007b', config: { 'connector.class': 'FileStreamSource', topic: 't' } },
      400,
      'for configuration name',
    ],
    [
      'an empty name',
      'POST',
      '/connectors',
      { config: { 'connector.class': 'FileStreamSource', topic: 't' } },
      400,
      'name',
    ],
    [
      'null for a key of the framework',
      'PUT',
      '/connectors/b/config',
      { 'connector.class': 'FileStreamSource', topic: 't', 'tasks.max': null },
      400,
      'tasks.max',
    ],
    ['an unknown connector', 'GET', '/connectors/b', undefined, 404, 'Connector b not found'],
    ['its status', 'GET', '/connectors/b/status', undefined, 404, 'No status found for connector b'],
    ['its tasks', 'GET', '/connectors/b/tasks', undefined, 404, 'Connector b not found'],
    ['its offsets', 'GET', '/connectors/b/offsets', undefined, 404, 'Connector b not found'],
    ['to pause it', 'PUT', '/connectors/b/pause', undefined, 404, 'nknown connector'],
    ['to stop it', 'PUT', '/connectors/b/stop', undefined, 404, 'b'],
    ['to restart it', 'POST', '/connectors/b/restart', undefined, 404, 'b'],
    ['to restart a task of it', 'POST', '/connectors/b/tasks/0/restart', undefined, 404, 'b'],
    ['to patch it', 'PATCH', '/connectors/b/config', { a: 'b' }, 404, 'Connector b not found'],
    ['to delete it', 'DELETE', '/connectors/b', undefined, 404, 'Connector b not found'],
  ];
  it.each(rows)(
    'answers %s with a message and keeps nothing',
    async (_what, method, path, body, status, message) => {
      const answer = await send(method, path, body);
      expect(answer).toEqual({
        status,
        json: { error_code: status, message: expect.stringContaining(message) },
      });
      expect((await send('GET', '/connectors')).json).toEqual([]);
    },
  );

  it('meets no error that nobody foresaw', () => {
    expect(lines.filter((line) => line.includes('ERROR [millrace.rest]'))).toEqual([]);
  });
});
