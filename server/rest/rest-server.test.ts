import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { codeOf, messageOf } from '../errors/connect-error.ts';
import { Loggers } from '../runtime/log.ts';
import { parseCorsRules } from './cors.ts';
import { parseListenerUrl } from './listener-url.ts';
import { parseResponseHeaders } from './response-headers.ts';
import { startRestServer } from './rest-server.ts';
import { FakeHerder } from './testing/fake-herder.ts';
import { plainSettings, type RestUnderTest, startRestUnderTest } from './testing/rest-under-test.ts';

const running: RestUnderTest[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ server }) => server.stop(500)));
});
async function start(...options: Parameters<typeof startRestUnderTest>): Promise<RestUnderTest> {
  const rest = await startRestUnderTest(...options);
  running.push(rest);
  return rest;
}
const silent = new Loggers({ write: () => undefined });

describe('REST server', () => {
  it('says which port and key are meant when the port is taken', async () => {
    const blocker = createServer();
    await new Promise<void>((done) => blocker.listen(0, '127.0.0.1', done));
    const address = blocker.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const starting = startRestServer({
      settings: {
        ...plainSettings,
        listeners: [...plainSettings.listeners, { scheme: 'http', host: '127.0.0.1', port }],
      },
      log: silent.logger('x'),
    });
    const error = await starting.catch((reason: unknown) => reason);
    expect(codeOf(error)).toBe('config');
    expect(messageOf(error)).toBe(
      `Cannot listen on http://127.0.0.1:${port} (configuration listeners): the port is in use by another program`,
    );
    blocker.close();
  });

  it('answers 503 until there is a herder, because the port is known before', async () => {
    const server = await startRestServer({ settings: plainSettings, log: silent.logger('x') });
    const url = server.urls[0] ?? '';
    const early = await fetch(`${url}/connectors`);
    expect([early.status, await early.json()]).toEqual([
      503,
      { error_code: 503, message: 'The worker is starting, try again in a moment' },
    ]);
    server.serve({ herder: new FakeHerder(), loggers: silent });
    expect((await fetch(`${url}/connectors`)).status).toBe(200);
    await server.stop(1000);
  });

  it('names the worker by what is advertised, otherwise by where it listens', async () => {
    const plain = await start();
    expect(plain.server.workerId).toBe(`127.0.0.1:${plain.port}`);
    const named = await start({ advertised: { host: 'w1.example', port: 80 } });
    expect(named.server.advertisedUrl).toBe('http://w1.example:80');
    expect(named.server.workerId).toBe('w1.example:80');
    const v6 = await start({ listeners: [{ scheme: 'http', host: '::1', port: 0 }] });
    expect(v6.server.workerId).toMatch(/^\[::1\]:\d+$/);
  });

  it('serves administration on its own listeners when there are some, and nowhere when there are none', async () => {
    const apart = await start({ adminListeners: plainSettings.listeners });
    expect((await apart.send('GET', '/admin/loggers')).status).toBe(404);
    const [url = ''] = apart.server.adminUrls;
    expect((await apart.send('GET', '/admin/loggers', { url })).status).toBe(200);
    expect((await apart.send('GET', '/connectors', { url })).status).toBe(404);
    const off = await start({ adminListeners: [] });
    expect((await off.send('GET', '/admin/loggers')).status).toBe(404);
  });

  it('lets pages of configured origins in', async () => {
    const rest = await start({ cors: parseCorsRules('http://ok.example, http://(a|b).example', 'GET,PUT') });
    const from = (origin: string) => ({ headers: { origin, 'sec-fetch-site': 'cross-site' } });
    const allowed = await rest.send('GET', '/connectors', from('http://a.example'));
    expect(allowed.headers['access-control-allow-origin']).toBe('http://a.example');
    const foreign = await rest.send('GET', '/connectors', from('http://a.example.evil'));
    expect(foreign.headers['access-control-allow-origin']).toBeUndefined();
    const preflight = await rest.send('OPTIONS', '/connectors', {
      headers: { origin: 'http://ok.example', 'access-control-request-method': 'PUT' },
    });
    expect(preflight.headers).toMatchObject({
      vary: 'Origin',
      'access-control-allow-methods': 'GET,PUT',
      'access-control-allow-headers': 'Content-Type',
    });
    rest.herder.connectorsByName.set('x', { config: {}, target: 'STARTED' });
    expect((await rest.send('PUT', '/connectors/x/pause', from('http://ok.example'))).status).toBe(202);
    expect((await rest.send('PUT', '/connectors/x/pause', from('http://evil.example'))).status).toBe(403);
  });

  it('sends the configured headers with every answer', async () => {
    const responseHeaders = parseResponseHeaders(
      'set X-Frame-Options: DENY, "add Cache-Control: no-cache, no-store", setDate Expires: 0',
    );
    const rest = await start({ responseHeaders });
    for (const path of ['/', '/nope']) {
      expect((await rest.send('GET', path)).headers).toMatchObject({
        'x-frame-options': 'DENY',
        'cache-control': 'no-cache, no-store',
        expires: 'Thu, 01 Jan 1970 00:00:00 GMT',
      });
    }
  });

  it('refuses what is no HTTP in the same form', async () => {
    const rest = await start();
    expect(await rest.sendRaw('nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*\{"error_code":400,/);
    expect(await rest.sendRaw('GET / HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    const long = `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(70_000)}\r\n\r\n`;
    expect(await rest.sendRaw(long).catch(String)).toMatch(/^HTTP\/1\.1 431 |ECONNRESET|EPIPE/);
    const both =
      'POST /connectors HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}';
    expect(await rest.sendRaw(both)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('finishes what is under way when it stops, and takes nothing new', async () => {
    const rest = await start();
    let release: (names: readonly string[]) => void = () => undefined;
    rest.herder.connectors = () => new Promise((resolve) => (release = resolve));
    const answer = fetch(`http://127.0.0.1:${rest.port}/connectors`);
    while (rest.herder.calls.length === 0 && String(release).includes('undefined')) {
      await new Promise((done) => setImmediate(done));
    }
    const stopped = rest.server.stop(5000);
    await expect(fetch(`http://127.0.0.1:${rest.port}/`)).rejects.toThrow();
    release(['x']);
    expect(await (await answer).json()).toEqual(['x']);
    await stopped;
  });

  it('cuts what does not end in time', async () => {
    const rest = await start({}, 60_000);
    rest.herder.hangs = true;
    const answer = fetch(`http://127.0.0.1:${rest.port}/connectors`).catch(() => 'cut');
    while (rest.herder.calls.length === 0) await new Promise((done) => setImmediate(done));
    await rest.server.stop(50);
    expect(await answer).toBe('cut');
  });
});

describe('listeners', () => {
  it.each([
    ['http://:8083', '', 8083],
    ['HTTP://localhost:0', 'localhost', 0],
    [' http://[::1]:80/ ', '::1', 80],
    ['http://0.0.0.0:65535', '0.0.0.0', 65535],
  ])('%s is read', (text, host, port) => {
    expect(parseListenerUrl(text, 'listeners')).toEqual({ scheme: 'http', host, port });
  });

  it.each([
    'localhost:8083',
    'http://x',
    'http://::1:80',
    'http://x:65536',
    'ftp://x:1',
    '',
    'https://x:8443',
  ])('%j is refused by name of the key', (text) => {
    expect(() => parseListenerUrl(text, 'admin.listeners')).toThrow(/configuration admin\.listeners/);
  });
});

describe('response.http.headers.config', () => {
  it.each(['set', 'put X: 1', 'set X Y', 'set X\u0000: 1', 'setDate Expires: soon'])('refuses %j', (text) => {
    expect(() => parseResponseHeaders(text)).toThrow('response.http.headers.config');
  });
});
