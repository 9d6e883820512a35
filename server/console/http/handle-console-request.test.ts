import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FakeHerder } from '../../../e2e/support/fake-herder.ts';
import { fileSource } from '../../../e2e/support/fake-plugins.ts';
import { call, installFakeWorker } from '../../../e2e/support/fake-worker.ts';
import { clusterState, workerList } from '../../entities/console-cluster.ts';
import { connectorDetail, connectorList } from '../../entities/console-connector.ts';
import { eventHistory } from '../../entities/console-event.ts';
import { overview } from '../../entities/console-overview.ts';
import { pluginDetail, pluginList } from '../../entities/console-plugin.ts';
import { setWorkerHandle } from '../../runtime/worker-handle.ts';
import { consoleRoutes } from './console-routes.ts';

let herder: FakeHerder;

beforeEach(() => {
  herder = installFakeWorker();
  herder.add('lines', { name: 'lines', 'connector.class': fileSource.className, topic: 't' }, 1, ['t']);
  herder.setConnector('lines', 'RUNNING');
  herder.setTask('lines', 0, 'RUNNING');
});

afterEach(() => setWorkerHandle(null));

test('every answer has the declared shape', async () => {
  herder.add('worse', { name: 'worse', 'connector.class': fileSource.className }, 2);
  herder.setConnector('worse', 'RUNNING');
  herder.setTask('worse', 0, 'FAILED', 'Error: outer\nCaused by: Error: inner');
  herder.setMetrics('lines', 0, 10, 2.5, null);
  expect(connectorList.parse((await call('/connectors')).json).connectors.map(({ name }) => name)).toEqual([
    'worse',
    'lines',
  ]);
  const detail = connectorDetail.parse((await call('/connectors/worse')).json);
  expect(detail).toMatchObject({ rootCause: 'Error: inner', health: { state: 'degraded' } });
  expect(detail.traces).toEqual({ 0: 'Error: outer\nCaused by: Error: inner' });
  const whole = overview.parse((await call('/overview')).json);
  expect(whole.counts).toMatchObject({
    connectors: 2,
    tasks: 3,
    failedTasks: 1,
    states: { degraded: 1, running: 1 },
  });
  expect(whole.attention.map(({ name }) => name)).toEqual(['worse']);
  expect(clusterState.parse((await call('/cluster')).json).status).toBe('ready');
  workerList.parse((await call('/workers')).json);
  expect(pluginList.parse((await call('/plugins')).json).plugins).toHaveLength(3);
  pluginDetail.parse((await call('/plugins/FileStreamSourceConnector')).json);
  const history = eventHistory.parse((await call('/connectors/worse/history?limit=1')).json);
  expect(history.events).toMatchObject([{ text: 'Task 0 failed', error: 'Error: inner' }]);
});

test('a name with a slash, a blank or a percent sign reaches its connector', async () => {
  for (const name of ['a/b', 'a b', '100%', 'ünï->x', '+']) {
    herder.add(name, { name, 'connector.class': fileSource.className }, 0);
    const { status, json } = await call(`/connectors/${encodeURIComponent(name)}`);
    expect({ status, name: (json as { name: string }).name }).toEqual({ status: 200, name });
  }
});

test('a connector whose class is an alias has the title of its plugin', async () => {
  herder.add('short', { name: 'short', 'connector.class': 'FileStreamSource' }, 0);
  expect((await call('/connectors/short')).json).toMatchObject({ pluginTitle: 'FileStream source' });
  expect((await call('/plugins/FileStreamSource')).json).toMatchObject({ title: 'FileStream source' });
});

test('what is not there is 404 and named', async () => {
  expect(await call('/connectors/nope')).toMatchObject({ status: 404, json: { code: 'not-found' } });
  expect((await call('/connectors/nope')).text).toContain('nope');
  expect(await call('/nothing')).toMatchObject({ status: 404 });
  expect(await call('/plugins/no.such.Class')).toMatchObject({ status: 404 });
  expect(await call('/connectors/nope/actions', { method: 'POST', body: { action: 'pause' } })).toMatchObject(
    {
      status: 404,
    },
  );
});

test('a method that is not possible is 405 with those that are', async () => {
  const { status, response } = await call('/connectors', { method: 'PUT', body: {} });
  expect(status).toBe(405);
  expect(response.headers.get('allow')).toBe('GET, POST');
});

test('a broken escape in the path is 400', async () => {
  expect(await call('/connectors/%E0%A4')).toMatchObject({ status: 400 });
});

test.each(consoleRoutes.map(({ method, path }) => [method, path]))(
  '%s %s is refused under a foreign host name',
  async (method, path) => {
    const { status, json } = await call(path.replaceAll('*', 'x'), {
      method,
      headers: { host: 'evil.example' },
    });
    expect({ status, json }).toMatchObject({ status: 403, json: { code: 'forbidden' } });
  },
);

test.each(consoleRoutes.filter(({ method }) => method !== 'GET').map(({ method, path }) => [method, path]))(
  '%s %s is refused when it comes from another site',
  async (method, path) => {
    const { status } = await call(path.replaceAll('*', 'lines'), {
      method,
      body: {},
      headers: { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' },
    });
    expect(status).toBe(403);
    expect(await herder.connectors()).toEqual(['lines']);
  },
);

test('a body that is not declared as JSON is refused: forms of other sites can send those', async () => {
  const { status } = await call('/connectors', {
    method: 'POST',
    body: '{"config":{}}',
    headers: { 'content-type': 'text/plain' },
  });
  expect(status).toBe(415);
});

test.each([
  ['not JSON', '{'],
  ['not an object', '[]'],
  ['a number as value', { config: { a: 1 } }],
  ['no config', {}],
])('a body that is %s is refused', async (_, body) => {
  expect(await call('/connectors', { method: 'POST', body })).toMatchObject({
    status: 400,
    json: { code: 'bad-request' },
  });
});

test('a body that is too large is refused before it is read to its end', async () => {
  const { status, text } = await call('/connectors', { method: 'POST', body: 'x'.repeat(3 * 1024 * 1024) });
  expect({ status, text }).toMatchObject({ status: 400, text: expect.stringContaining('larger than') });
});

test('a connector is created, and a second one of its name is refused', async () => {
  const config = { name: 'new one', 'connector.class': fileSource.className, topic: 't' };
  expect(await call('/connectors', { method: 'POST', body: { config } })).toMatchObject({
    status: 201,
    json: { name: 'new one', created: true },
  });
  expect(await call('/connectors', { method: 'POST', body: { config } })).toMatchObject({
    status: 409,
    json: { code: 'already-exists' },
  });
});

test('a connector without a name, or with settings that are not valid, is refused with the key', async () => {
  const unnamed = await call('/connectors', { method: 'POST', body: { config: { name: ' ' } } });
  expect(unnamed).toMatchObject({ status: 400, json: { message: expect.stringContaining('name') } });
  const config = { name: 'x', 'connector.class': fileSource.className };
  const invalid = await call('/connectors', { method: 'POST', body: { config } });
  expect(invalid).toMatchObject({ status: 400, json: { message: expect.stringContaining('topic') } });
});

test('every action reaches the herder', async () => {
  const act = (body: unknown) => call('/connectors/lines/actions', { method: 'POST', body });
  const state = async () => (await herder.connectorStatus('lines')).connector.state;
  expect(await act({ action: 'pause' })).toMatchObject({ status: 204 });
  expect(await state()).toBe('PAUSED');
  await act({ action: 'resume' });
  expect(await state()).toBe('RUNNING');
  await act({ action: 'restart-task', task: 0 });
  expect((await herder.connectorStatus('lines')).tasks[0]?.state).toBe('RESTARTING');
  await act({ action: 'restart', onlyFailed: false });
  expect(await state()).toBe('RESTARTING');
  await act({ action: 'stop' });
  expect(await state()).toBe('STOPPED');
  expect(await act({ action: 'explode' })).toMatchObject({ status: 400 });
  expect(await call('/connectors/lines', { method: 'DELETE' })).toMatchObject({ status: 204 });
  expect(await herder.connectors()).toEqual([]);
});

test('offsets are shown as text, with integers exact', async () => {
  herder.offsets = [
    { partition: { filename: 'a' }, offset: { position: 9007199254740993n, seen: true } },
    { partition: { filename: 'b' }, offset: null },
  ];
  expect((await call('/connectors/lines/offsets')).json).toEqual({
    offsets: [
      { partition: '{ "filename": "a" }', offset: '{ "position": 9007199254740993, "seen": true }' },
      { partition: '{ "filename": "b" }', offset: null },
    ],
  });
});

test('a connector that was just created is not among what needs attention, one that waits for long is', async () => {
  const attention = async () =>
    overview.parse((await call('/overview')).json).attention.map(({ name }) => name);
  herder.add('fresh', { name: 'fresh', 'connector.class': fileSource.className }, 0);
  herder.setConnector('fresh', 'RUNNING');
  expect(await attention()).toEqual([]);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11_000 });
  expect(await attention()).toEqual(['fresh']);
  vi.useRealTimers();
});

test('without a worker the overview says so and everything else is 503 with the reason', async () => {
  setWorkerHandle(null);
  expect((await call('/overview')).json).toMatchObject({ cluster: { status: 'absent' }, counts: null });
  expect(await call('/connectors')).toMatchObject({ status: 503, json: { code: 'unavailable' } });
});

test('a worker that could not start gives its reason everywhere', async () => {
  installFakeWorker('port 8083 is taken');
  expect((await call('/overview')).json).toMatchObject({
    cluster: { status: 'failed', message: 'port 8083 is taken' },
    counts: null,
  });
  expect((await call('/connectors')).text).toContain('port 8083 is taken');
});

test('a worker that waits for Kafka is a state with the reason, not an error', async () => {
  const message = 'Cannot reach Kafka at kafka-1:9092';
  herder.currentHealth = { status: 'starting', message };
  herder.events.append({ kind: 'worker', state: 'waiting-for-kafka', message });
  expect(await call('/overview')).toMatchObject({
    status: 200,
    json: { cluster: { status: 'waiting-for-kafka', message }, counts: null, attention: [] },
  });
});
