import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { configInfos, configKeyInfo } from '../entities/config-infos.ts';
import { connectorInfo, expandedConnector, taskInfo } from '../entities/connector-info.ts';
import { connectorOffsets, message } from '../entities/connector-offsets.ts';
import { pluginInfo } from '../entities/connector-plugin.ts';
import { connectorStateInfo, taskState } from '../entities/connector-state-info.ts';
import { connectorTopics } from '../entities/connector-topics.ts';
import { loggerLevel } from '../entities/logger-level.ts';
import { serverInfo } from '../entities/server-info.ts';
import { workerStatus } from '../entities/worker-status.ts';
import { adminRoutes, connectRoutes } from './route-table.ts';
import { type RestUnderTest, startRestUnderTest } from './testing/rest-under-test.ts';

let rest: RestUnderTest;

beforeEach(async () => {
  rest = await startRestUnderTest();
  rest.herder.connectorsByName.set('x', {
    config: { 'connector.class': 'FileStreamSource', name: 'x' },
    target: 'STARTED',
  });
  rest.herder.offsets = [{ partition: { filename: 'f' }, offset: { position: 9007199254740993n } }];
});
afterEach(() => rest.server.stop(1000));

interface Example {
  readonly route: string;
  readonly path: string;
  readonly body?: unknown;
  readonly status: number;
  /** Shape and exact text of the answer; none: it has no body. */
  readonly shape?: z.ZodType;
  readonly text?: string;
}

const info =
  '{"name":"x","config":{"connector.class":"FileStreamSource","name":"x"},"tasks":[{"connector":"x","task":0}],"type":"source"}';
const status = (state: string) =>
  `{"name":"x","connector":{"state":"${state}","worker_id":"127.0.0.1:8083","version":"0.1.0"},"tasks":[{"id":0,"state":"${state}","worker_id":"127.0.0.1:8083","version":"0.1.0"}],"type":"source"}`;
const fileKey =
  '{"name":"file","type":"STRING","required":false,"default_value":null,"importance":"HIGH","documentation":"Destination filename.","group":null,"order_in_group":-1,"width":"NONE","display_name":"file","dependents":[]}';
const sink =
  '{"class":"org.apache.kafka.connect.file.FileStreamSinkConnector","type":"sink","version":"0.1.0"}';

const examples: readonly Example[] = [
  {
    route: 'GET /',
    path: '/',
    status: 200,
    shape: serverInfo,
    text: '{"version":"4.3.1","commit":"millrace-0.1.0","kafka_cluster_id":"cluster"}',
  },
  {
    route: 'GET /health',
    path: '/health',
    status: 200,
    shape: workerStatus,
    text: '{"status":"healthy","message":"Worker has completed startup and is ready."}',
  },
  { route: 'GET /connectors', path: '/connectors', status: 200, text: '["x"]' },
  {
    route: 'POST /connectors',
    path: '/connectors',
    body: { name: 'y', config: { 'connector.class': 'FileStreamSource' } },
    status: 201,
    shape: connectorInfo,
    text: info.replaceAll('"x"', '"y"'),
  },
  {
    route: 'GET /connectors/{connector}',
    path: '/connectors/x',
    status: 200,
    shape: connectorInfo,
    text: info,
  },
  { route: 'DELETE /connectors/{connector}', path: '/connectors/x', status: 204 },
  {
    route: 'GET /connectors/{connector}/config',
    path: '/connectors/x/config',
    status: 200,
    text: '{"connector.class":"FileStreamSource","name":"x"}',
  },
  {
    route: 'PUT /connectors/{connector}/config',
    path: '/connectors/x/config',
    body: { 'connector.class': 'FileStreamSource' },
    status: 200,
    shape: connectorInfo,
    text: info,
  },
  {
    route: 'PATCH /connectors/{connector}/config',
    path: '/connectors/x/config',
    body: { batch: 5, 'connector.class': null },
    status: 200,
    shape: connectorInfo,
    text: '{"name":"x","config":{"name":"x","batch":"5"},"tasks":[{"connector":"x","task":0}],"type":"source"}',
  },
  {
    route: 'GET /connectors/{connector}/status',
    path: '/connectors/x/status',
    status: 200,
    shape: connectorStateInfo,
    text: status('RUNNING'),
  },
  { route: 'POST /connectors/{connector}/restart', path: '/connectors/x/restart', status: 204 },
  { route: 'PUT /connectors/{connector}/pause', path: '/connectors/x/pause', status: 202 },
  { route: 'PUT /connectors/{connector}/resume', path: '/connectors/x/resume', status: 202 },
  { route: 'PUT /connectors/{connector}/stop', path: '/connectors/x/stop', status: 204 },
  {
    route: 'GET /connectors/{connector}/tasks',
    path: '/connectors/x/tasks',
    status: 200,
    shape: taskInfo.array(),
    text: '[{"id":{"connector":"x","task":0},"config":{"task.class":"FileStreamSourceTask"}}]',
  },
  {
    route: 'POST /connectors/{connector}/tasks',
    path: '/connectors/x/tasks',
    body: [{ 'task.class': 'FileStreamSourceTask', n: 1 }],
    status: 204,
  },
  { route: 'PUT /connectors/{connector}/fence', path: '/connectors/x/fence', status: 204 },
  {
    route: 'GET /connectors/{connector}/tasks/{task}/status',
    path: '/connectors/x/tasks/00/status',
    status: 200,
    shape: taskState,
    text: '{"id":0,"state":"RUNNING","worker_id":"127.0.0.1:8083","version":"0.1.0"}',
  },
  {
    route: 'POST /connectors/{connector}/tasks/{task}/restart',
    path: '/connectors/x/tasks/0/restart',
    status: 204,
  },
  {
    route: 'GET /connectors/{connector}/topics',
    path: '/connectors/x/topics',
    status: 200,
    shape: connectorTopics,
    text: '{"x":{"topics":["lines"]}}',
  },
  { route: 'PUT /connectors/{connector}/topics/reset', path: '/connectors/x/topics/reset', status: 202 },
  {
    route: 'GET /connectors/{connector}/offsets',
    path: '/connectors/x/offsets',
    status: 200,
    shape: connectorOffsets,
    text: '{"offsets":[{"partition":{"filename":"f"},"offset":{"position":9007199254740993}}]}',
  },
  {
    route: 'PATCH /connectors/{connector}/offsets',
    path: '/connectors/x/offsets',
    body: { offsets: [{ partition: { filename: 'f' }, offset: { position: 3 } }] },
    status: 200,
    shape: message,
    text: '{"message":"The offsets for this connector have been altered successfully"}',
  },
  {
    route: 'DELETE /connectors/{connector}/offsets',
    path: '/connectors/x/offsets',
    status: 200,
    shape: message,
    text: '{"message":"The offsets for this connector have been reset successfully"}',
  },
  {
    route: 'GET /connector-plugins',
    path: '/connector-plugins',
    status: 200,
    shape: pluginInfo.array(),
    text: `[${sink}]`,
  },
  {
    route: 'GET /connector-plugins/{plugin}/config',
    path: '/connector-plugins/FileStreamSink/config',
    status: 200,
    shape: configKeyInfo.array(),
    text: `[${fileKey}]`,
  },
  {
    route: 'PUT /connector-plugins/{plugin}/config/validate',
    path: '/connector-plugins/FileStreamSink/config/validate',
    body: { 'connector.class': 'org.apache.kafka.connect.file.FileStreamSinkConnector' },
    status: 200,
    shape: configInfos,
    text: `{"name":"FileStreamSink","error_count":1,"groups":["Common"],"configs":[{"definition":null,"value":{"name":"who.knows","value":null,"recommended_values":[],"errors":["why"],"visible":true}},{"definition":${fileKey},"value":{"name":"file","value":"x","recommended_values":["a"],"errors":[],"visible":true}}]}`,
  },
  {
    route: 'GET /admin/loggers',
    path: '/admin/loggers',
    status: 200,
    text: '{"millrace.rest":{"level":"INFO","last_modified":null},"root":{"level":"INFO","last_modified":null}}',
  },
  {
    route: 'GET /admin/loggers/{logger}',
    path: '/admin/loggers/root',
    status: 200,
    shape: loggerLevel,
    text: '{"level":"INFO","last_modified":null}',
  },
  {
    route: 'PUT /admin/loggers/{logger}',
    path: '/admin/loggers/millrace',
    body: { level: 'debug' },
    status: 200,
    text: '["millrace","millrace.rest"]',
  },
];

describe('every route', () => {
  it.each(examples)(
    '$route answers in the shape of Kafka Connect',
    async ({ route, path, body, status, shape, text }) => {
      const method = route.split(' ')[0] ?? '';
      const answer = await rest.send(method, path, body === undefined ? {} : { body });
      expect(answer.text).toBe(text ?? '');
      expect(answer.status).toBe(status);
      expect(answer.headers['content-type']).toBe(text === undefined ? undefined : 'application/json');
      if (shape !== undefined) shape.parse(answer.json);
    },
  );

  it('has an example above and a permission', () => {
    const routes = [...connectRoutes, ...adminRoutes];
    expect(examples.map(({ route }) => route)).toEqual(routes.map(({ method, path }) => `${method} ${path}`));
    expect(routes.filter(({ permission }) => permission === undefined)).toEqual([]);
  });

  it('takes a slash at the end, and HEAD for GET', async () => {
    for (const { route, path, status } of examples.filter(({ route }) => route.startsWith('GET'))) {
      const slash = await rest.send('GET', path === '/' ? '/' : `${path}/`);
      const head = await rest.send('HEAD', path);
      expect([route, slash.status, head.status, head.text]).toEqual([route, status, status, '']);
    }
  });

  it('keeps traces and versions that are missing out of a status as Connect does', async () => {
    rest.herder.trace = 'boom\n\tat x';
    rest.herder.version = null;
    const { json } = await rest.send('GET', '/connectors/x/status');
    expect(json).toMatchObject({ connector: { version: null }, tasks: [{ trace: 'boom\n\tat x' }] });
    rest.herder.version = 'undefined';
    const { text } = await rest.send('GET', '/connectors/x/status');
    expect(text).not.toContain('version');
  });

  it('expands the list by what was asked for, and leaves out what is gone', async () => {
    const both = await rest.send('GET', '/connectors?expand=status&expand=info');
    expect(both.text).toBe(`{"x":{"status":${status('RUNNING')},"info":${info}}}`);
    expandedConnector.parse((both.json as { x: unknown }).x);
    expect((await rest.send('GET', '/connectors?expand=bogus')).text).toBe('{"x":{}}');
    const { herder } = rest;
    herder.connectors = async () => ['gone', 'x'];
    expect((await rest.send('GET', '/connectors?expand=info')).text).toBe(`{"x":{"info":${info}}}`);
  });

  it('restarts with a plan as soon as one flag is true, in any case of letters', async () => {
    const plan = await rest.send('POST', '/connectors/x/restart?includeTasks=True&onlyFailed=False');
    expect([plan.status, plan.text]).toEqual([202, status('RESTARTING')]);
    expect((await rest.send('POST', '/connectors/x/restart?onlyFailed=true')).status).toBe(202);
    expect((await rest.send('POST', '/connectors/x/restart?includeTasks=maybe')).status).toBe(204);
    expect((await rest.send('POST', '/connectors/x/restart?includeTasks=')).status).toBe(204);
    expect(rest.herder.calls).toEqual([
      'restartConnectorAndTasks x false true',
      'restartConnectorAndTasks x true false',
      'restartConnector x',
      'restartConnector x',
    ]);
  });

  it('lists other plugins only when asked, without versions they do not have', async () => {
    const { text } = await rest.send('GET', '/connector-plugins?connectorsOnly=false');
    expect(text).toBe(
      `[${sink},{"class":"org.apache.kafka.connect.storage.StringConverter","type":"converter"}]`,
    );
    expect((await rest.send('GET', '/connector-plugins?connectorsOnly=')).text).toBe(`[${sink}]`);
  });
});
