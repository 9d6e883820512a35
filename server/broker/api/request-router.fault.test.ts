import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { isConnectError } from '../../errors/connect-error.ts';
import { apiVersionsApi } from '../../kafka/protocol/generated/api-versions.js';
import { metadataApi } from '../../kafka/protocol/generated/metadata.js';
import { produceApi } from '../../kafka/protocol/generated/produce.js';
import { ProtocolWriter } from '../../kafka/protocol/writer.ts';
import type { ConnectionOptions } from '../network/broker-connection.ts';
import { SampleClient } from '../network/sample-client.ts';
import { sampleDataDir, startSampleBroker } from '../sample-broker.ts';
import { openSampleState } from '../sample-state.ts';
import { BrokerConfigs } from '../topics/broker-configs.ts';
import { createRequestRouter } from './request-router.ts';

/** Frames that Java's tools sent: their size, header and body, as base64. */
const recorded = (
  JSON.parse(readFileSync(new URL('recorded-frames.json', import.meta.url), 'utf8')) as readonly string[]
).map((text) => Buffer.from(text, 'base64'));

type Change =
  | { readonly kind: 'byte'; readonly at: number; readonly value: number }
  | { readonly kind: 'number'; readonly at: number; readonly value: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'copy'; readonly from: number; readonly length: number; readonly at: number };

const position = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('byte' as const), at: position, value: fc.nat(255) }),
  fc.record({
    kind: fc.constant('number' as const),
    at: position,
    value: fc.constantFrom(-1, 0, 1, 0x7fff, 0x7fffffff, -0x80000000, 0x00ffffff),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: position }),
  fc.record({ kind: fc.constant('copy' as const), from: position, length: fc.nat(40), at: position }),
);

function apply(frame: Buffer, changes: readonly Change[]): Buffer {
  let bytes = Buffer.from(frame);
  for (const it of changes) {
    const at = Math.floor(it.at * bytes.length);
    if (it.kind === 'byte' && at < bytes.length) bytes[at] = it.value;
    if (it.kind === 'number' && at + 4 <= bytes.length) bytes.writeInt32BE(it.value, at);
    if (it.kind === 'cut') bytes = bytes.subarray(0, at);
    if (it.kind === 'copy') {
      const from = Math.floor(it.from * bytes.length);
      const piece = Buffer.from(bytes.subarray(from, from + it.length));
      bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
    }
  }
  return bytes;
}

describe('recorded frames of real clients', () => {
  it('are answered', async () => {
    const { port } = await startSampleBroker();
    expect(recorded.length).toBeGreaterThan(25);
    for (const frame of recorded) {
      // Whoever waits for a group or records waits on a connection of its own.
      const client = await SampleClient.connect(port);
      client.sendRaw(frame);
      const { correlationId } = await client.receive();
      expect(correlationId).toBe(frame.readInt32BE(4));
    }
  });
});

describe('the request router', () => {
  const wanderers = new AbortController();
  afterAll(() => wanderers.abort());

  function openRouter(): {
    readonly handle: ReturnType<ConnectionOptions['open']>;
    readonly logged: string[];
  } {
    const dataDir = sampleDataDir();
    const state = openSampleState(dataDir);
    const open = createRequestRouter({
      ...state,
      nodeId: 1,
      clusterId: 'AAAAAAAAAAAAAAAAAAAAAA',
      host: '127.0.0.1',
      port: 1,
      configs: new BrokerConfigs(),
      users: null,
      dataDir,
      log: (_level, line) => state.logged.push(line),
    });
    const handle = open({
      clientHost: '/127.0.0.1',
      signal: wanderers.signal,
      limitRequests: () => undefined,
      answerBytesLeft: () => 100_000_000,
    });
    return { handle, logged: state.logged };
  }

  it('answers or refuses whatever becomes of them, at once and without a fault of its own', async () => {
    const { handle, logged } = openRouter();
    const allocated: number[] = [];
    const ask = (frame: Buffer): void => {
      const writer = new ProtocolWriter();
      try {
        const outcome = handle(frame, writer, (bytes) => {
          allocated.push(bytes);
          return Buffer.allocUnsafe(bytes);
        });
        if (!(outcome instanceof Promise)) return;
        // Long waits are fine; they end with their connection.
        outcome.catch((error: unknown) => logged.push(faultOf(error)));
      } catch (error) {
        logged.push(faultOf(error));
      }
    };
    for (const frame of recorded) ask(frame);
    fc.assert(
      fc.property(fc.constantFrom(...recorded), fc.array(change, { maxLength: 6 }), (frame, changes) => {
        const startedAt = performance.now();
        ask(apply(frame, changes));
        expect(performance.now() - startedAt).toBeLessThan(2000);
      }),
      { numRuns: 5000 },
    );
    await new Promise((done) => setImmediate(done));
    expect(logged.filter((line) => /TypeError|RangeError|ReferenceError|no ConnectError/.test(line))).toEqual(
      [],
    );
    expect(Math.max(0, ...allocated)).toBeLessThan(1_000_000);
  });

  /** A refusal of malformed input is right; any other error is a fault. */
  function faultOf(error: unknown): string {
    if (isConnectError(error) || (error instanceof Error && error.name === 'AbortError')) return '';
    return `no ConnectError: ${error instanceof Error ? error.stack : String(error)}`;
  }

  it('takes large requests only from producers', () => {
    const { handle } = openRouter();
    const large = (apiKey: number): Buffer => {
      const frame = Buffer.alloc(9_000_000);
      frame.writeInt16BE(apiKey);
      frame.writeInt16BE(9, 2);
      return frame;
    };
    for (const apiKey of [1, 3, 8, 11, 19]) {
      expect(() => handle(large(apiKey), new ProtocolWriter(), Buffer.alloc)).toThrow(
        `a request of API ${apiKey} has 9000000 bytes`,
      );
    }
    expect(() => handle(large(produceApi.key), new ProtocolWriter(), Buffer.alloc)).toThrow('malformed');
  });
});

describe('any bytes behind any header', () => {
  it('end their connection at most', async () => {
    const { port } = await startSampleBroker({ settings: { 'socket.request.max.bytes': '1000000' } });
    const first = await SampleClient.connect(port);
    const { apiKeys } = await first.request(apiVersionsApi, 0, {});
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...apiKeys.map(({ apiKey }) => apiKey)),
        fc.nat(13),
        fc.uint8Array({ maxLength: 200 }),
        async (key, version, body) => {
          const hostile = await SampleClient.connect(port);
          const head = Buffer.alloc(10);
          head.writeInt16BE(key, 0);
          head.writeInt16BE(version, 2);
          head.writeInt16BE(-1, 8);
          hostile.sendRaw(Buffer.concat([head, body]));
          hostile.socket.end();
          await hostile.closed();
        },
      ),
      { numRuns: 150 },
    );
    expect((await first.request(metadataApi, 12, { topics: null })).brokers).toHaveLength(1);
  });
});
