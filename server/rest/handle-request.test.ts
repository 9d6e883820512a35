import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RestUnderTest, startRestUnderTest } from './testing/rest-under-test.ts';

let rest: RestUnderTest;
beforeAll(async () => {
  rest = await startRestUnderTest();
});
afterAll(() => rest.server.stop(1000));
beforeEach(() => {
  rest.herder.calls.length = 0;
  rest.herder.connectorsByName.clear();
});

const get = (path: string, headers: Record<string, string> = {}) => rest.send('GET', path, { headers });
const message = (answer: { json: unknown }) => (answer.json as { message: string }).message;

describe('paths', () => {
  it.each([
    ['/connectors/a%2Fb', 400],
    ['/connectors/a%2fb', 400],
    ['/connectors/100%25', 400],
    ['/connectors/a%5Cb', 400],
    ['/connectors/%2E', 400],
    ['/connectors/%2e%2E', 400],
    ['/connectors/%00', 400],
    ['/connectors/a%0d%0ab', 400],
    ['/connectors/%7F', 400],
    ['/connectors/%ff', 400],
    ['/connectors/%zz', 400],
    ['/connectors/a%u0041', 400],
    ['/connectors//x', 400],
    ['/../connectors', 400],
    ['*', 404],
    ['//connectors', 400],
    ['/connectors/a>b', 400],
    ['/connectors/a|b', 400],
    ['/nope', 404],
    ['/Connectors', 404],
    ['/%63onnectors', 404],
    ['/connectors/x/tasks-config', 404],
    ['/connectors/../connectors', 404],
    ['/connectors/x/tasks/1.0/status', 404],
    ['/connectors/x/tasks/0x0/status', 404],
    ['/connectors/x/tasks/2147483648/status', 404],
    [`/connectors/${'a'.repeat(9000)}`, 414],
  ])('%s is refused', async (path, status) => {
    const answer = await get(path);
    expect(answer.status).toBe(status);
    expect(answer.json).toEqual({ error_code: status, message: expect.any(String) });
    expect(rest.herder.calls).toEqual([]);
  });

  it.each([
    ['/connectors/a;b=c', 'a'],
    ['/connectors/a%3Bb', 'a;b'],
    ['/connectors/a+b', 'a+b'],
    ['/connectors/a%2Eb', 'a.b'],
    ['/connectors/%20', ' '],
    ['/connectors/%C2%85', '\u0085'],
    ['/connectors/a%3Fexpand=status', 'a?expand=status'],
    ['/connectors/-%3E%C3%BC', '->ü'],
    ['/connectors/..', '..'],
    [`/connectors/${'a'.repeat(3000)}`, 'a'.repeat(3000)],
  ])('%s addresses a connector, decoded once', async (path, name) => {
    expect(message(await get(path))).toBe(`Connector ${name} not found`);
  });

  it('may be absolute, and unknown query parameters are ignored', async () => {
    expect((await get('http://elsewhere.example/connectors?x=%zz&forward=false')).status).toBe(200);
  });
});

describe('methods', () => {
  it.each(['PUT', 'DELETE', 'TRACE', 'MKCOL'])('%s on the list of connectors is 405', async (method) => {
    const answer = await rest.send(method, '/connectors');
    expect(answer.json).toEqual({ error_code: 405, message: 'HTTP 405 Method Not Allowed' });
    expect(answer.headers.allow).toBe('HEAD,GET,POST,OPTIONS');
  });

  it('OPTIONS names what is allowed', async () => {
    const plain = await rest.send('OPTIONS', '/connectors/x/config', { headers: { accept: 'text/plain' } });
    expect([plain.status, plain.text]).toEqual([200, 'HEAD, GET, PUT, PATCH, OPTIONS']);
    const other = await rest.send('OPTIONS', '/connectors/x/config', { headers: { accept: '*/*' } });
    expect([other.text, other.headers.allow]).toEqual(['', 'HEAD,GET,PUT,PATCH,OPTIONS']);
    expect((await rest.send('OPTIONS', '/nope')).status).toBe(404);
  });

  it('HEAD where there is no GET is 405', async () => {
    expect((await rest.send('HEAD', '/connectors/x/restart')).status).toBe(405);
  });
});

describe('content types', () => {
  it.each([
    ['text/plain', 415],
    ['application/merge-patch+json', 415],
    ['multipart/form-data; boundary=x', 415],
    ['application/json; charset=utf-7', 415],
    ['garbage', 400],
    ['application/json', 200],
    ['APPLICATION/JSON;charset="UTF-8"', 200],
    ['*/*', 200],
  ])('a request of type %s is answered %i, even without a body', async (type, status) => {
    expect((await get('/connectors', { 'content-type': type })).status).toBe(status);
  });

  it('a body without a type is 415, no body needs none', async () => {
    const raw = 'POST /connectors HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}';
    expect(await rest.sendRaw(raw)).toMatch(/^HTTP\/1\.1 415 /);
    expect(message(await rest.send('POST', '/connectors/x/restart'))).toBe('Connector x not found');
  });

  it('a compressed body is 415', async () => {
    const headers = { 'content-encoding': 'gzip' };
    expect((await rest.send('PUT', '/connectors/x/config', { body: {}, headers })).status).toBe(415);
  });

  it.each([
    ['text/html', 406],
    ['application/xml', 406],
    ['application/vnd.x+json', 406],
    ['garbage', 406],
    ['', 200],
    ['*/*', 200],
    ['text/html,application/xml;q=0.9,*/*;q=0.8', 200],
    ['application/json;q=0', 200],
    ['text/plain, application/json', 200],
  ])('who accepts "%s" is answered %i', async (accept, status) => {
    expect((await get('/connectors', { accept })).status).toBe(status);
  });

  it('are judged after path and method, and before the connector is looked up', async () => {
    const headers = { accept: 'text/html', 'content-type': 'text/plain' };
    expect((await get('/nope', headers)).status).toBe(404);
    expect((await rest.send('PUT', '/connectors', { headers })).status).toBe(405);
    expect((await rest.send('PUT', '/connectors/x/config', { headers, body: 'x' })).status).toBe(415);
    expect((await get('/connectors/x', { accept: 'text/html' })).status).toBe(406);
  });
});

describe('bodies', () => {
  it('that a resource does not take are ignored, whatever they hold', async () => {
    rest.herder.connectorsByName.set('x', { config: {}, target: 'STARTED' });
    for (const body of ['null', '""', '{"a"']) {
      expect((await rest.send('PUT', '/connectors/x/pause', { body })).status).toBe(202);
      expect((await rest.send('POST', '/connectors/x/restart', { body })).status).toBe(204);
    }
  });

  it('that are not UTF-8 are 400', async () => {
    const head =
      'PUT /connectors/x/config HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n';
    const body = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    const answer = await rest.sendRaw(Buffer.concat([Buffer.from(`${head}Content-Length: 7\r\n\r\n`), body]));
    expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*not valid UTF-8/);
  });

  it('that are too large are 413, with and without their length', async () => {
    const body = `{"k":"${'v'.repeat(4 * 1024 * 1024)}"}`;
    const { status, json } = await rest.send('PUT', '/connectors/x/config', { body });
    expect([status, json]).toEqual([
      413,
      { error_code: 413, message: 'The request body is larger than 4194304 bytes' },
    ]);
    const chunked = { 'transfer-encoding': 'chunked' };
    const again = await rest.send('PUT', '/connectors/x/config', { body, headers: chunked }).catch(String);
    expect(typeof again === 'string' ? again : again.status).toSatisfy(
      (seen: unknown) => seen === 413 || /ECONNRESET|EPIPE/.test(String(seen)),
    );
  });

  it('of two megabytes are read', async () => {
    const body = { k: 'v'.repeat(2 * 1024 * 1024) };
    expect((await rest.send('PUT', '/connectors/x/config', { body })).status).toBe(201);
  });
});

describe('callers', () => {
  it('that ask for HTTP/2 in clear text are answered in HTTP/1.1, bodies included', async () => {
    const body = '{"name":"x","config":{}}';
    const answer = await rest.sendRaw(
      `POST /connectors HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAA\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 201 [\s\S]*"name":"x"/);
  });

  it('that send credentials nobody asked for are let in', async () => {
    for (const authorization of ['Basic Og==', 'Bearer x', 'nonsense']) {
      expect((await get('/connectors', { authorization })).status).toBe(200);
    }
  });

  it('that are pages of another origin may not change anything', async () => {
    const headers = { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' };
    expect((await rest.send('POST', '/connectors/x/restart', { headers })).status).toBe(403);
    expect(rest.herder.calls).toEqual([]);
  });

  it('learn in time that the worker does not answer', async () => {
    const slow = await startRestUnderTest({}, 50);
    slow.herder.hangs = true;
    const { status, json } = await slow.send('GET', '/connectors');
    expect([status, json]).toEqual([500, { error_code: 500, message: 'Request timed out' }]);
    await slow.server.stop(100);
  });
});
