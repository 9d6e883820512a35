import { afterEach, describe, expect, it } from 'vitest';
import { type RestUnderTest, startRestUnderTest } from './testing/rest-under-test.ts';

const running: RestUnderTest[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((rest) => rest.server.stop(1_000)));
});

async function start(...options: Parameters<typeof startRestUnderTest>): Promise<RestUnderTest> {
  const rest = await startRestUnderTest(...options);
  running.push(rest);
  rest.herder.metricGroups = [
    {
      domain: 'kafka.connect',
      type: 'connect-worker-metrics',
      tags: {},
      attributes: { 'connector-count': 2, 'task-startup-success-percentage': Number.NaN },
    },
  ];
  return rest;
}

describe('GET /metrics', () => {
  it.each([
    undefined,
    '*/*',
    'text/plain',
    'application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
  ])('is Prometheus text for who accepts %s', async (accept) => {
    const rest = await start();
    const answer = await rest.send('GET', '/metrics', { headers: accept === undefined ? {} : { accept } });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.text).toContain('\nkafka_connect_connect_worker_metrics_connector_count 2\n');
    expect(answer.text).toContain('_task_startup_success_percentage NaN\n');
  });

  it('is JSON for who asks for that, with null for what is not a number', async () => {
    const rest = await start();
    const answer = await rest.send('GET', '/metrics', { headers: { accept: 'application/json' } });
    expect([answer.status, answer.json]).toEqual([
      200,
      [
        {
          domain: 'kafka.connect',
          type: 'connect-worker-metrics',
          tags: {},
          attributes: { 'connector-count': 2, 'task-startup-success-percentage': null },
        },
      ],
    ]);
  });

  it('refuses other media types, and text where there is none', async () => {
    const rest = await start();
    expect((await rest.send('GET', '/metrics', { headers: { accept: 'image/png' } })).status).toBe(406);
    expect((await rest.send('GET', '/connectors', { headers: { accept: 'text/plain' } })).status).toBe(406);
  });

  it('is on the admin listener too', async () => {
    const rest = await start({ adminListeners: [{ scheme: 'http', host: '127.0.0.1', port: 0 }] });
    const url = rest.server.adminUrls[0] ?? '';
    for (const each of [url, rest.server.urls[0] ?? '']) {
      const answer = await rest.send('GET', '/metrics', { url: each });
      expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('connector_count 2')]);
    }
    expect((await rest.send('POST', '/metrics', { url })).status).toBe(405);
  });
});
