import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { wantedBrokers } from '../testing/brokers.ts';
import type { Direction, FaultProxy } from '../testing/fault-proxy.ts';
import { type ProxiedBroker, startProxiedBroker } from '../testing/proxied-broker.ts';
import { openKafkaClient } from './open-kafka-client.ts';
import type { KafkaClient } from './ports/kafka-client.ts';
import { NumberSequence } from './testing/number-sequence.ts';

/** What becomes of a chunk; `last` passes, then the connection ends. */
type Change = (chunk: Buffer) => Buffer | { readonly last: Buffer };

/** Changes one chunk in `chunksBetween`, of those that `isFit` lets be changed. */
function changeOften(
  proxy: FaultProxy,
  direction: Direction,
  chunksBetween: number,
  change: Change,
  isFit: (chunk: Buffer) => boolean = () => true,
): void {
  let left = chunksBetween;
  proxy.inject(direction, {
    rewrite(chunk) {
      left--;
      if (left > 0 || !isFit(chunk)) return chunk;
      left = chunksBetween;
      return change(chunk);
    },
  });
}

/** Ends the connection with one chunk in `chunksBetween`, of which `passed` still passes. */
function cutOften(
  proxy: FaultProxy,
  direction: Direction,
  chunksBetween: number,
  passed: (chunk: Buffer) => Buffer = () => Buffer.alloc(0),
): void {
  changeOften(proxy, direction, chunksBetween, (chunk) => ({ last: passed(chunk) }));
}

/**
 * Changes one frame in `framesBetween`. Only whole frames: what is changed in the midst of one is for checksums to
 * find, and is reported as damage that stays.
 */
function spoil(
  proxy: FaultProxy,
  direction: Direction,
  framesBetween: number,
  change: (frame: Buffer) => Buffer,
): void {
  const isFrame = (chunk: Buffer): boolean => chunk.length >= 4 && chunk.readInt32BE(0) === chunk.length - 4;
  changeOften(proxy, direction, framesBetween, change, isFrame);
}

function withLength(length: number): (chunk: Buffer) => Buffer {
  return (frame) => {
    const copy = Buffer.from(frame);
    copy.writeInt32BE(length, 0);
    return copy;
  };
}

const half = (chunk: Buffer): Buffer => chunk.subarray(0, Math.ceil(chunk.length / 2));
const twice = (chunk: Buffer): Buffer => Buffer.concat([chunk, chunk]);

const faults: Readonly<Record<string, (proxy: FaultProxy) => void>> = {
  'requests are cut off': (proxy) => cutOften(proxy, 'to broker', 15),
  'answers are cut off': (proxy) => cutOften(proxy, 'to client', 15),
  'everything is 150 ms late': (proxy) => {
    proxy.inject('to broker', { delayMs: 75 });
    proxy.inject('to client', { delayMs: 75 });
  },
  'answers get lost on connections that stay open': (proxy) => proxy.inject('to client', { isSilent: true }),
  'requests get lost on connections that stay open': (proxy) => proxy.inject('to broker', { isSilent: true }),
  'requests are cut off in the middle': (proxy) => cutOften(proxy, 'to broker', 15, half),
  'answers are cut off in the middle': (proxy) => cutOften(proxy, 'to client', 15, half),
  'bytes are sent twice to the broker': (proxy) => spoil(proxy, 'to broker', 20, twice),
  'bytes are sent twice to the client': (proxy) => spoil(proxy, 'to client', 20, twice),
  'answers announce two gigabytes': (proxy) => spoil(proxy, 'to client', 20, withLength(0x7fffffff)),
  'answers announce a negative length': (proxy) => spoil(proxy, 'to client', 20, withLength(-2)),
  'requests announce two gigabytes': (proxy) => spoil(proxy, 'to broker', 20, withLength(0x7fffffff)),
  'connections are refused': (proxy) => proxy.refuse(),
};

describe.each(wantedBrokers())('a client and the %s behind a bad network', (name) => {
  let broker: ProxiedBroker;
  let client: KafkaClient;

  beforeAll(async () => {
    broker = await startProxiedBroker(name);
    client = openKafkaClient({ properties: { 'bootstrap.servers': broker.bootstrap } });
  }, 90_000);

  afterEach(() => broker.proxy.heal());

  afterAll(async () => {
    await client.close();
    await broker.stop();
  });

  test.each(Object.entries(faults))(
    'nothing is lost, doubled or out of order while %s',
    async (_, begin) => {
      const sequence = new NumberSequence(client);
      await sequence.start(3000);
      const before = process.memoryUsage().rss;
      begin(broker.proxy);
      await sleep(4000);
      expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
      broker.proxy.heal();
      await sequence.settle();
      sequence.expectComplete();
    },
    120_000,
  );
});
