import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConnectError } from '../errors/connect-error.ts';
import { elsewhere } from '../runtime/elsewhere.ts';
import { type RestUnderTest, startRestUnderTest } from './testing/rest-under-test.ts';

interface Seen {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let rest: RestUnderTest;
let other: Server;
let otherUrl: string;
let seen: Seen[];
let answer: (response: ServerResponse) => void;

beforeEach(async () => {
  rest = await startRestUnderTest();
  seen = [];
  answer = (response) => response.writeHead(204).end();
  other = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
    answer(response);
  });
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  const address = other.address();
  otherUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`;
  rest.herder.failure = elsewhere('do this', otherUrl);
});

afterEach(async () => {
  await rest.server.stop(500);
  other.closeAllConnections();
  await new Promise((done) => other.close(done));
});

function answerJson(status: number, body: unknown) {
  answer = (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const info = { name: 'x', config: { name: 'x' }, tasks: [], type: 'source' };

describe('a request that another worker must serve', () => {
  it.each([
    ['POST', '/connectors', { name: 'x', config: { n: 1 } }],
    ['DELETE', '/connectors/x', undefined],
    ['PUT', '/connectors/x/config', { 'connector.class': 'C' }],
    ['PATCH', '/connectors/x/config', { n: null }],
    ['POST', '/connectors/x/restart', undefined],
    ['PUT', '/connectors/x/stop', undefined],
    ['POST', '/connectors/x/tasks/0/restart', undefined],
    ['PATCH', '/connectors/x/offsets', { offsets: [{ partition: { p: 1 }, offset: { o: 9 } }] }],
    ['DELETE', '/connectors/x/offsets', undefined],
    ['POST', '/connectors/x/tasks', [{ n: '1' }]],
    ['PUT', '/connectors/x/fence', undefined],
  ])('goes there: %s %s', async (method, path, body) => {
    const { status, text } = await rest.send(method, path, body === undefined ? {} : { body });
    expect([status, text]).toEqual([204, '']);
    expect(seen.map(({ line }) => line)).toEqual([`${method} ${path}?forward=true`]);
    expect(seen[0]?.body).toBe(body === undefined ? '' : JSON.stringify(body));
  });

  it('takes its name and query along as they were', async () => {
    await rest.send('POST', '/connectors/a%20%C3%BC%3F/restart?includeTasks=true&onlyFailed=false');
    expect(seen[0]?.line).toBe(
      'POST /connectors/a%20%C3%BC%3F/restart?includeTasks=true&onlyFailed=false&forward=true',
    );
  });

  it('takes its login along, and no other header', async () => {
    const headers = {
      authorization: 'Basic YTpi',
      cookie: 'c=1',
      'x-connect-authorization': 'AA==',
      'x-connect-request-signature-algorithm': 'HmacSHA256',
    };
    await rest.send('PUT', '/connectors/x/stop', { headers });
    expect(seen[0]?.headers).toEqual({
      authorization: 'Basic YTpi',
      accept: 'application/json',
      'user-agent': 'kafka-connect',
      'content-length': '0',
      connection: 'close',
      host: new URL(otherUrl).host,
    });
  });

  it('goes on once more when another worker sent it, and no further', async () => {
    await rest.send('PUT', '/connectors/x/stop?forward=true');
    expect(seen[0]?.line).toBe('PUT /connectors/x/stop?forward=false');
    for (const hop of ['false', 'bogus']) {
      const { status, json } = await rest.send('PUT', `/connectors/x/stop?forward=${hop}`);
      expect([status, json]).toEqual([
        409,
        {
          error_code: 409,
          message: 'Cannot complete request because of a conflicting operation (e.g. worker rebalance)',
        },
      ]);
    }
    await rest.send('PUT', '/connectors/x/stop?forward=');
    expect(seen.map(({ line }) => line).slice(1)).toEqual(['PUT /connectors/x/stop?forward=true']);
  });

  it('ends after two hops even if two workers point at each other', async () => {
    const back = await startRestUnderTest();
    rest.herder.failure = elsewhere('do this', back.server.advertisedUrl);
    back.herder.failure = elsewhere('do this', rest.server.advertisedUrl);
    expect((await rest.send('PUT', '/connectors/x/stop')).status).toBe(409);
    expect([rest.herder.calls.length, back.herder.calls.length]).toEqual([2, 1]);
    await back.server.stop(500);
  });

  it('is refused when nobody knows where to', async () => {
    rest.herder.failure = elsewhere('do this', null);
    const { status, json } = await rest.send('PUT', '/connectors/x/stop');
    expect([status, json]).toEqual([
      409,
      {
        error_code: 409,
        message:
          'Cannot complete request momentarily due to no known leader URL, likely because a rebalance was underway.',
      },
    ]);
  });

  it('stays here when the conflict is of another kind', async () => {
    rest.herder.failure = new ConnectError('conflict', 'a newer request is under way');
    const { status, json } = await rest.send('PUT', '/connectors/x/stop');
    expect([status, json]).toEqual([409, { error_code: 409, message: 'a newer request is under way' }]);
    expect(seen).toEqual([]);
  });
});

describe('the answer of the other worker', () => {
  it('is handed on, with a location under the address that was asked', async () => {
    answerJson(201, { ...info, name: 'a b' });
    const { status, json, headers } = await rest.send('POST', '/connectors', {
      body: { name: 'a b', config: {} },
    });
    expect([status, json]).toEqual([201, { ...info, name: 'a b' }]);
    expect(headers.location).toBe(`http://127.0.0.1:${rest.port}/connectors/a%20b`);
    answerJson(200, info);
    const updated = await rest.send('PUT', '/connectors/x/config', { body: {} });
    expect([updated.status, updated.json, updated.headers.location]).toEqual([200, info, undefined]);
    answer = (response) => response.writeHead(202, { 'content-length': 0 }).end();
    expect((await rest.send('PUT', '/connectors/x/stop')).status).toBe(202);
  });

  it('is handed on when it is a refusal, with its own code', async () => {
    answerJson(404, { error_code: 40401, message: 'Connector x not found', url: '/secret' });
    const { status, json } = await rest.send('DELETE', '/connectors/x');
    expect([status, json]).toEqual([404, { error_code: 40401, message: 'Connector x not found' }]);
  });

  it.each([
    ['a page', 200, '<html>', 'the other worker did not answer in JSON: The request body is not valid JSON'],
    ['a list', 200, '[]', 'the other worker did not answer with a JSON object'],
    ['a refusal without a message', 500, '{"error":1}', 'the other worker refused without an error_code'],
    ['a refusal that is a page', 502, 'Bad Gateway', 'the other worker did not answer in JSON'],
    ['a redirect', 302, '', 'Unexpected status code when handling forwarded request: 302'],
  ])('is an error of the way there when it is %s', async (_what, status, text, message) => {
    answer = (response) => response.writeHead(status, { location: '/elsewhere' }).end(text);
    const got = await rest.send('PUT', '/connectors/x/stop');
    expect([got.status, String(got.json && JSON.stringify(got.json))]).toEqual([
      500,
      expect.stringContaining(`IO Error trying to forward REST request: ${message}`),
    ]);
    expect(seen).toHaveLength(1);
  });

  it('is given up when it does not end', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const piece = Buffer.alloc(1024 * 1024, ' ');
      const more = () => {
        while (!response.destroyed && response.write(piece));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };
    const { status, text } = await rest.send('PUT', '/connectors/x/stop');
    expect([status, text]).toEqual([
      500,
      expect.stringContaining('the answer is larger than 16777216 bytes'),
    ]);
  });

  it('may fail to come: the worker is gone', async () => {
    rest.herder.failure = elsewhere('do this', 'http://127.0.0.1:1');
    const { status, text } = await rest.send('PUT', '/connectors/x/stop');
    expect([status, text]).toEqual([
      500,
      expect.stringContaining('IO Error trying to forward REST request: connect ECONNREFUSED'),
    ]);
  });

  it('may fail to come: the worker goes away in the middle', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{"name"');
      setImmediate(() => response.destroy());
    };
    const { status, text } = await rest.send('PUT', '/connectors/x/stop');
    expect([status, text]).toEqual([500, expect.stringContaining('IO Error trying to forward REST request')]);
  });

  it('may fail to come: only https is offered, or nothing that is a URL', async () => {
    for (const [url, reason] of [
      ['https://leader:8443/', 'only http is supported between workers so far'],
      ['leader', 'which is not a URL'],
    ] as const) {
      rest.herder.failure = elsewhere('do this', url);
      const { status, text } = await rest.send('PUT', '/connectors/x/stop');
      expect([status, text]).toEqual([500, expect.stringContaining(reason)]);
    }
  });

  it('may fail to come in time: the caller learns what was waited for', async () => {
    const hasty = await startRestUnderTest({}, 300);
    hasty.herder.failure = elsewhere('do this', otherUrl);
    answer = () => undefined;
    const { status, json } = await hasty.send('PUT', '/connectors/x/stop');
    expect([status, json]).toEqual([
      500,
      {
        error_code: 500,
        message: `Request timed out. The worker is currently waiting for the worker at ${otherUrl} to answer PUT /connectors/x/stop?forward=true.`,
      },
    ]);
    await hasty.server.stop(500);
  });
});
