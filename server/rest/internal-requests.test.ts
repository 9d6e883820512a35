import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConnectError, codeOf, messageOf } from '../errors/connect-error.ts';
import { sendInternalRequest } from './send-internal-request.ts';
import { type RestUnderTest, startRestUnderTest } from './testing/rest-under-test.ts';

let rest: RestUnderTest;
beforeEach(async () => {
  rest = await startRestUnderTest();
  rest.herder.connectorsByName.set('x y', { config: {}, target: 'STARTED' });
});
afterEach(() => rest.server.stop(1000));

const signature = { 'X-Connect-Authorization': 'AA==', 'X-Connect-Request-Signature-Algorithm': 'HmacSHA1' };

describe('requests between workers', () => {
  it('arrive with the exact body that was signed', async () => {
    const body = '[ {"a":"ü","n": 1.50} ]';
    await sendInternalRequest({
      url: `${rest.server.advertisedUrl}/`,
      method: 'POST',
      path: '/connectors/x%20y/tasks',
      body,
      headers: signature,
      signal: AbortSignal.timeout(20_000),
    });
    expect(rest.herder.calls.at(-1)).toBe('putTaskConfigs x y [{"a":"ü","n":"1.5"}]');
    expect(rest.herder.received).toEqual({ body, signature: 'AA==', algorithm: 'HmacSHA1' });
  });

  it('for fencing are signed as empty ones', async () => {
    const { status } = await rest.send('PUT', '/connectors/x%20y/fence', {
      body: 'null',
      headers: signature,
    });
    expect(status).toBe(204);
    expect(rest.herder.received).toEqual({ body: '', signature: 'AA==', algorithm: 'HmacSHA1' });
    await rest.send('PUT', '/connectors/x%20y/fence');
    expect(rest.herder.received).toEqual({ body: '', signature: null, algorithm: null });
  });

  it.each([
    ['{}', 'The request body must be a JSON list of task configs'],
    ['[{"a":{}}]', 'Task config 0: value of "a" must be a text'],
    ['[{},{"a":null}]', 'Task config 1: value of "a" must not be null'],
    ['[1]', 'Task config 0 must be a JSON object of settings'],
    ['[', 'The request body is not valid JSON'],
    ['', 'The request has no body'],
  ])('with the body %s are refused before the signature is looked at', async (body, message) => {
    const { status, text } = await rest.send('POST', '/connectors/x%20y/tasks', { body });
    expect([status, JSON.parse(text).message]).toEqual([400, expect.stringContaining(message)]);
    expect(rest.herder.received).toBeNull();
  });

  it.each(['bad-request', 'forbidden', 'not-found', 'conflict', 'unavailable'] as const)(
    'that are refused with %s fail with the same code at the sender',
    async (code) => {
      rest.herder.failure = new ConnectError(code, 'for a reason');
      const sending = sendInternalRequest({
        url: rest.server.advertisedUrl,
        method: 'PUT',
        path: '/connectors/x/fence',
        body: null,
        headers: signature,
        signal: AbortSignal.timeout(20_000),
      });
      const error = await sending.catch((reason: unknown) => reason);
      expect(codeOf(error)).toBe(code);
      expect(messageOf(error)).toMatch(
        /^The worker at .* refused PUT \/connectors\/x\/fence with .*: for a reason$/,
      );
    },
  );
});
