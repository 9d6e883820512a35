import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RestUnderTest, startRestUnderTest } from './testing/rest-under-test.ts';

let rest: RestUnderTest;
beforeEach(async () => {
  rest = await startRestUnderTest();
});
afterEach(() => rest.server.stop(1000));

const put = (name: string, body: unknown) => rest.send('PUT', `/admin/loggers/${name}`, { body });

describe('log levels', () => {
  it('change while the worker runs, and tell when they were changed', async () => {
    expect((await put('millrace.rest', { level: 'Debug', unknown: 1 })).json).toEqual(['millrace.rest']);
    expect((await put('millrace.rest', { level: 'DEBUG' })).json).toEqual([]);
    expect((await rest.send('GET', '/admin/loggers/millrace.rest')).json).toEqual({
      level: 'DEBUG',
      last_modified: expect.any(Number),
    });
    await rest.send('GET', '/connectors');
    expect(rest.logged.at(-1)).toContain('GET /connectors 200');
  });

  it('answer nothing when set for the cluster', async () => {
    const { status, text } = await put('x?scope=cluster', { level: 'INFO' });
    expect([status, text]).toEqual([204, '']);
  });

  it.each([
    [{}, 400, "Desired 'level' parameter was not specified in request."],
    [{ level: null }, 400, "Desired 'level' parameter was not specified in request."],
    ['null', 400, "Desired 'level' parameter was not specified in request."],
    [{ level: 'loud' }, 404, "invalid log level 'loud'."],
    [{ level: '' }, 404, "invalid log level ''."],
  ])('refuse %j', async (body, status, message) => {
    expect((await put('x', body)).json).toEqual({ error_code: status, message });
    expect((await rest.send('GET', '/admin/loggers/x')).json).toEqual({
      error_code: 404,
      message: 'Logger x not found.',
    });
  });
});
