import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isConnectError } from '../../errors/connect-error.ts';
import { STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import { FaultProxy } from '../../testing/fault-proxy.ts';
import {
  type RegistryFault,
  startTestRegistry,
  type TestRegistry,
} from '../../testing/schema-registry/registry-server.ts';
import { RegistryConverter } from './registry-converter.ts';
import { registryConfig } from './registry-keys.ts';
import { TextFormat } from './testing/text-format.ts';
import { failureOf, whenKnown } from './testing/when-known.ts';

let registry: TestRegistry;
const converters: RegistryConverter[] = [];
const registries: TestRegistry[] = [];

beforeEach(async () => {
  registry = await startOne();
});

afterEach(async () => {
  for (const converter of converters.splice(0)) converter.close();
  for (const one of registries.splice(0)) await one.stop();
});

async function startOne(
  options: Parameters<typeof startTestRegistry>[0] = { firstId: 7 },
): Promise<TestRegistry> {
  const started = await startTestRegistry(options);
  registries.push(started);
  return started;
}

function create(settings: Record<string, string> = {}): RegistryConverter {
  const converter = new RegistryConverter({ config: registryConfig, createFormat: () => new TextFormat() });
  converter.configure({
    'converter.type': 'value',
    'schema.registry.url': registry.url,
    'max.retries': '0',
    'retries.wait.ms': '1',
    'retries.max.wait.ms': '1',
    ...settings,
  });
  converters.push(converter);
  return converter;
}

const write = (converter: RegistryConverter) =>
  whenKnown(() => converter.fromConnectData('t', STRING_SCHEMA, 'v', null));
const writeFailure = (converter: RegistryConverter) =>
  failureOf(() => converter.fromConnectData('t', STRING_SCHEMA, 'v', null));
const readFailure = (converter: RegistryConverter) =>
  failureOf(() => converter.toConnectData('t', Buffer.from('\0\0\0\0\x07v'), null));

const written = Buffer.from('\0\0\0\0\x07v');

describe('failures that may pass', () => {
  const passing: readonly (readonly [what: string, fault: RegistryFault])[] = [
    [
      'an error of the registry',
      { status: 500, body: '{"error_code":50001,"message":"Error in the backend data store"}' },
    ],
    ['an error without words', { status: 500, body: '<html>' }],
    ['a gateway without a registry', { status: 502, body: 'Bad Gateway' }],
    ['a registry without a leader', { status: 503 }],
    ['a time-out at the registry', { status: 504 }],
    ['a request that took too long', { status: 408 }],
    ['too many requests', { status: 429, headers: { 'Retry-After': '0' } }],
    ['a connection that is reset before the answer', { cutAfterBytes: 0 }],
    ['an answer cut short', { cutAfterBytes: 5 }],
  ];

  it.each(passing)('takes %s for retriable, and asks again for the next record', async (_what, fault) => {
    const converter = create();
    registry.fault = () => fault;
    for (const failure of [await writeFailure(converter), await readFailure(converter)]) {
      expect(failure).toMatchObject({ code: 'retriable', retriable: true });
    }
    registry.fault = null;
    expect(await write(converter)).toEqual(written);
  });

  it.each(passing)('gets over %s by itself as often as max.retries says', async (_what, fault) => {
    const converter = create({ 'max.retries': '2' });
    let left = 2;
    registry.fault = () => (left-- > 0 ? fault : null);
    expect(await write(converter)).toEqual(written);
    expect(registry.requests).toHaveLength(3);
  });

  it('takes a registry that is down for retriable, and names it', async () => {
    const { url } = registry;
    const converter = create();
    await registry.stop();
    expect(await writeFailure(converter)).toMatchObject({
      code: 'retriable',
      message: expect.stringMatching(
        new RegExp(
          `register a schema for subject t-value: the schema registry at ${url} cannot be used: .*ECONNREFUSED`,
        ),
      ),
    });
  });

  it('goes on when a registry that was down comes back', async () => {
    const proxy = await FaultProxy.listen();
    proxy.forwardTo(`127.0.0.1:${registry.port}`);
    const converter = create({ 'schema.registry.url': `http://${proxy.address}` });
    proxy.refuse();
    expect(await writeFailure(converter)).toMatchObject({ retriable: true });
    proxy.heal();
    expect(await write(converter)).toEqual(written);
    await proxy.close();
  });

  it('takes no answer in time for retriable', async () => {
    const converter = create({ 'http.read.timeout.ms': '200' });
    registry.fault = () => ({ isSilent: true });
    expect(await writeFailure(converter)).toMatchObject({
      code: 'retriable',
      message: expect.stringContaining('gave no answer within 200 ms'),
    });
  });

  it('takes no whole answer in time for retriable', async () => {
    const server = await listen((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{');
    });
    const converter = create({ 'schema.registry.url': server.url, 'http.read.timeout.ms': '200' });
    expect(await writeFailure(converter)).toMatchObject({ code: 'retriable' });
    await server.stop();
  });
});

describe('failures that stay', () => {
  it.each([
    ['no login', 401, '{"error_code":401,"message":"Unauthorized"}', 'forbidden', /basic\.auth\.user\.info/],
    ['no right', 403, '{"error_code":40301,"message":"Forbidden"}', 'forbidden', /not allowed/],
    ['a request the registry does not serve', 501, '', 'data', /answered 501/],
    ['no such schema', 404, '{"error_code":40403,"message":"Schema not found"}', 'data', /40403/],
    ['no such path', 404, '<html>', 'data', /is the path of schema\.registry\.url right/],
    ['an incompatible schema', 409, '{"error_code":409,"message":"incompatible"}', 'data', /not compatible/],
    [
      'an invalid schema',
      422,
      '{"error_code":42201,"message":"Invalid schema"}',
      'data',
      /42201: Invalid schema/,
    ],
    [
      'an operation that is not permitted',
      422,
      '{"error_code":42205,"message":"READONLY mode"}',
      'data',
      /READONLY/,
    ],
  ])('takes %s for final, and does not ask again at once', async (_what, status, body, code, message) => {
    const converter = create({ 'max.retries': '5' });
    registry.fault = () => ({ status, body });
    for (let i = 0; i < 20; i++) {
      expect(await writeFailure(converter)).toMatchObject({
        code,
        retriable: false,
        message: expect.stringMatching(message),
      });
    }
    expect(registry.requests).toHaveLength(1);
  });

  it.each([
    ['a login page', '<html>please log in</html>'],
    ['nothing', ''],
    ['damaged JSON', '{"id":'],
    ['JSON of something else', '[1,2,3]'],
    ['an id that is none', '{"id":"7"}'],
    ['an id beyond 32 bits', '{"id":4294967296}'],
    ['prototype names', '{"__proto__":{"id":7}}'],
  ])('takes %s for no answer of a registry', async (_what, body) => {
    const converter = create({ 'max.retries': '5' });
    registry.fault = () => ({ status: 200, body });
    expect(await writeFailure(converter)).toMatchObject({
      code: 'data',
      retriable: false,
      message: expect.stringMatching(/no answer of a schema registry.*is schema\.registry\.url right/),
    });
    expect(registry.requests).toHaveLength(1);
  });

  it.each([
    ['no schema', '{}'],
    ['a schema that is no text', '{"schema":{}}'],
    ['an unknown type', '{"schema":"x","schemaType":"XML"}'],
    ['damaged references', '{"schema":"x","references":[{"name":"a"}]}'],
  ])('takes %s for no answer when reading', async (_what, body) => {
    registry.fault = () => ({ status: 200, body });
    expect(await readFailure(create())).toMatchObject({ code: 'data', retriable: false });
  });

  it('gives up a schema that imports itself without end', async () => {
    registry.fault = ({ url }) => ({
      status: 200,
      body: JSON.stringify({
        schema: '"string"',
        version: 1,
        references: [{ name: `r${registry.requests.length}${url.length}`, subject: 's', version: 1 }],
      }),
    });
    expect(await readFailure(create())).toMatchObject({
      code: 'data',
      message: expect.stringContaining('imports more than can be resolved'),
    });
  });

  it('reads no answer larger than any schema', async () => {
    registry.fault = () => ({ status: 200, body: `{"schema":"${'x'.repeat(17 * 1024 * 1024)}"}` });
    expect(await readFailure(create())).toMatchObject({
      retriable: false,
      message: expect.stringContaining('an answer of more than 16777216 bytes'),
    });
  });

  it('refuses a schema whose rules it would have to run', async () => {
    const ruleSet = {
      domainRules: [{ name: 'encryptPii', kind: 'TRANSFORM', type: 'ENCRYPT', mode: 'WRITEREAD' }],
    };
    registry.fault = () => ({ status: 200, body: JSON.stringify({ id: 7, schema: '"string"', ruleSet }) });
    for (const failure of [await readFailure(create()), await writeFailure(create())]) {
      expect(failure).toMatchObject({
        code: 'data',
        message: expect.stringContaining('encryptPii (ENCRYPT)'),
      });
    }
    const disabled = { domainRules: [{ ...ruleSet.domainRules[0], disabled: true }] };
    registry.fault = () => ({
      status: 200,
      body: JSON.stringify({ id: 7, schema: '"string"', ruleSet: disabled }),
    });
    expect(await write(create())).toEqual(written);
  });

  it('cuts what the registry says, and takes line ends out of it', async () => {
    const message = `first\nsecond\u0000${'x'.repeat(100_000)}`;
    registry.fault = () => ({ status: 422, body: JSON.stringify({ error_code: 42201, message }) });
    const failure = await writeFailure(create());
    expect(isConnectError(failure) && failure.message.length < 1_000).toBe(true);
    expect(failure).toMatchObject({ message: expect.stringContaining('first second') });
  });

  it('reads without the version where the registry does not know the path for it', async () => {
    registry.store.register('t-value', { schemaType: 'AVRO', schema: '"string"', references: [] }, false);
    registry.fault = ({ url }) => (url.endsWith('/versions') ? { status: 404, body: '' } : null);
    const converter = create();
    expect(await whenKnown(() => converter.toConnectData('t', written, null))).toMatchObject({ value: 'v' });
  });
});

describe('several URLs', () => {
  it.each<[string, RegistryFault]>([
    ['fails', { status: 500 }],
    ['answers garbage', { status: 200, body: '<html>' }],
    ['breaks off', { cutAfterBytes: 3 }],
  ])('asks the next when one %s, and stays with it', async (_what, fault) => {
    const second = await startOne({ firstId: 7 });
    registry.fault = () => fault;
    const converter = create({ 'schema.registry.url': `${registry.url} , ${second.url}/` });
    expect(await write(converter)).toEqual(written);
    await whenKnown(() => converter.fromConnectData('u', STRING_SCHEMA, 'v', null));
    expect([registry.requests.length, second.requests.length]).toEqual([1, 2]);
  });

  it('asks the next when one is down, and says that all are', async () => {
    const second = await startOne({ firstId: 7 });
    const converter = create({ 'schema.registry.url': `${registry.url},${second.url}` });
    await registry.stop();
    expect(await write(converter)).toEqual(written);
    await second.stop();
    expect(await failureOf(() => converter.fromConnectData('u', STRING_SCHEMA, 'v', null))).toMatchObject({
      code: 'retriable',
    });
  });

  it('does not ask another for what one has refused', async () => {
    const second = await startOne();
    registry.fault = () => ({ status: 409, body: '{"error_code":409,"message":"incompatible"}' });
    const converter = create({ 'schema.registry.url': `${registry.url},${second.url}` });
    expect(await writeFailure(converter)).toMatchObject({ retriable: false });
    expect(second.requests).toEqual([]);
  });
});

describe('redirects', () => {
  it('follows one on the same host, with the body', async () => {
    registry.fault = ({ url }) =>
      url.startsWith('/moved') ? null : { status: 307, headers: { Location: `/moved${url}` } };
    const moved = registry.requests;
    const converter = create();
    expect(await writeFailure(converter)).toMatchObject({ code: 'data' });
    expect(moved.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /subjects/t-value/versions',
      'POST /moved/subjects/t-value/versions',
    ]);
    expect(moved[1]?.body).toBe(moved[0]?.body);
  });

  it('does not go round for ever', async () => {
    registry.fault = ({ url }) => ({ status: 308, headers: { Location: url } });
    expect(await writeFailure(create())).toMatchObject({
      code: 'data',
      message: expect.stringContaining('more than 5 redirects'),
    });
  });

  it('hands nothing to another host', async () => {
    const other = await startOne();
    registry.fault = ({ url }) => ({ status: 302, headers: { Location: `${other.url}${url}` } });
    const converter = create({
      'basic.auth.credentials.source': 'USER_INFO',
      'basic.auth.user.info': 'me:secret',
    });
    expect(await writeFailure(converter)).toMatchObject({
      code: 'data',
      message: expect.stringContaining(`a redirect to ${other.url}, which is not followed`),
    });
    expect(other.requests).toEqual([]);
  });
});

describe('ids that change', () => {
  it('keeps what it knows, and asks anew after a restart', async () => {
    const converter = create();
    expect(await write(converter)).toEqual(written);
    registry.store.renumber(1_000);
    expect(await write(converter)).toEqual(written);
    expect(await write(create())).toEqual(Buffer.from('\0\0\0\x03\xe8v', 'latin1'));
  });
});

async function listen(
  onConnection: (socket: Socket) => void,
): Promise<{ url: string; stop(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => onConnection(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
