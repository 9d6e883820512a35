import { afterAll, beforeAll, expect, test } from 'vitest';
import { fakeCatalogue, tableSink } from '../../../e2e/support/fake-plugins.ts';
import { call, installFakeWorker } from '../../../e2e/support/fake-worker.ts';
import { pluginDetail, pluginList } from '../../entities/console-plugin.ts';
import { getWorkerHandle, setWorkerHandle } from '../../runtime/worker-handle.ts';

beforeAll(() => {
  installFakeWorker();
  const handle = getWorkerHandle();
  if (handle !== null) setWorkerHandle({ ...handle, catalogue: fakeCatalogue });
});
afterAll(() => setWorkerHandle(null));

test('the list has each connector once in its newest version, other plugins apart, and what is broken', async () => {
  const list = pluginList.parse((await call('/plugins')).json);
  expect(list.plugins.filter(({ className }) => className === tableSink.className)).toMatchObject([
    { version: '0.2.0', versions: ['0.2.0', '0.1.0'], location: '/opt/connect/plugins/jdbc-sink-0.2.0' },
  ]);
  expect(list.plugins.find(({ title }) => title === 'Weather station source')?.icon).toMatchObject({
    svg: expect.stringMatching(/^<svg /),
  });
  expect(list.plugins.find(({ title }) => title === 'FileStream sink')).toMatchObject({
    location: null,
    icon: { name: 'file' },
  });
  expect(new Set(list.others.map(({ type }) => type))).toEqual(
    new Set(['converter', 'header_converter', 'transformation', 'predicate']),
  );
  expect(list.broken.map(({ name, version }) => [name, version])).toEqual([
    ['old-queue', '3.1.0'],
    ['hasty', null],
  ]);
});

test('a class that is a converter and a header converter is described as either', async () => {
  const path = '/plugins/org.apache.kafka.connect.json.JsonConverter';
  for (const type of ['converter', 'header_converter']) {
    const detail = pluginDetail.parse((await call(`${path}?type=${type}`)).json);
    expect(detail.type).toBe(type);
    expect(detail.fields.every(({ own }) => own)).toBe(true);
  }
});

test('a version is described when it is asked for, and one that is not there is refused', async () => {
  const path = `/plugins/${tableSink.className}`;
  expect((await call(`${path}?version=0.1.0`)).json).toMatchObject({ version: '0.1.0', location: null });
  expect((await call(path)).json).toMatchObject({ version: '0.2.0' });
  const refusal = await call(`${path}?version=7`);
  expect(refusal.status).toBe(400);
  expect(refusal.text).toContain('available versions: [0.1.0, 0.2.0]');
});

test('documentation is made from the declared keys, as Markdown', async () => {
  const { response, text } = await call(`/plugins/${tableSink.className}/documentation?version=0.1.0`);
  expect(response.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
  expect(text).toMatch(/^# JDBC sink\n\nWrites records/);
  expect(text).toContain('- Version: 0.1.0\n');
  expect(text).toMatch(/\| `connection\.url` +\| string +\| \*\*required\*\*/);
});
