import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConnectError, errorCodes } from '../errors/connect-error.ts';
import { statusByCode } from './status-table.ts';
import { type RestUnderTest, startRestUnderTest } from './testing/rest-under-test.ts';

let rest: RestUnderTest;
beforeAll(async () => {
  rest = await startRestUnderTest();
});
afterAll(() => rest.server.stop(1000));

describe('errors', () => {
  it.each(errorCodes)('with code %s become a status and a body that repeats it', async (code) => {
    rest.herder.failure = new ConnectError(code, 'Request timed out: why');
    const { status, json } = await rest.send('GET', '/connectors');
    expect(status).toBe(statusByCode[code]);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(json).toEqual({ error_code: status, message: 'Request timed out: why' });
  });

  it('of no known kind are 500, and logged with their stack', async () => {
    rest.logged.length = 0;
    rest.herder.failure = new TypeError('x is not a function');
    const { status, json } = await rest.send('GET', '/connectors');
    expect([status, json]).toEqual([500, { error_code: 500, message: 'x is not a function' }]);
    expect(rest.logged.join('')).toContain('TypeError: x is not a function\n    at ');
  });

  it('of time name the stage the worker is in', async () => {
    rest.herder.failure = new ConnectError('timeout', 'too slow', {
      details: { stage: 'reading to the end of the config topic' },
    });
    expect((await rest.send('GET', '/connectors')).json).toEqual({
      error_code: 500,
      message: 'Request timed out. The worker is currently reading to the end of the config topic.',
    });
  });
});
