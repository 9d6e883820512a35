import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { codeOf, isConnectError, messageOf } from '../../errors/connect-error.ts';
import { waitFor } from '../../testing/wait.ts';
import { Cluster } from '../cluster/cluster.ts';
import type { DeliveredBatch, Producer, ProducerRecord } from '../ports/producer.ts';
import type { Properties } from '../ports/properties.ts';
import { FakeProduceDesk, type HeldRequest } from './fake-produce-desk.ts';
import { KafkaProducer } from './kafka-producer.ts';

let desk: FakeProduceDesk;
let clusters: Cluster[] = [];
let producers: Producer<number>[] = [];
let delivered: DeliveredBatch<number>[] = [];

beforeEach(async () => {
  desk = await FakeProduceDesk.start();
  desk.topics.set('t', [1]);
  delivered = [];
});

afterEach(async () => {
  for (const producer of producers) await producer.close(0);
  for (const cluster of clusters) await cluster.close();
  producers = [];
  clusters = [];
  await desk.broker.stop();
});

/** As Connect sets its producers: one request in flight, no idempotence, no end to retries. */
const connectDefaults: Properties = {
  'enable.idempotence': 'false',
  'max.in.flight.requests.per.connection': '1',
  'linger.ms': '0',
};

function createProducer(properties: Properties = {}): Producer<number> {
  const all = {
    'bootstrap.servers': desk.broker.bootstrap,
    'retry.backoff.ms': '5',
    'retry.backoff.max.ms': '20',
    'reconnect.backoff.ms': '5',
    ...connectDefaults,
    ...properties,
  };
  const cluster = new Cluster({ properties: all });
  clusters.push(cluster);
  const producer = new KafkaProducer<number>(cluster, {
    properties: all,
    onDelivered: (batch) => delivered.push(batch),
  });
  producers.push(producer);
  return producer;
}

async function send(
  producer: Producer<number>,
  record: Partial<ProducerRecord>,
  token: number,
): Promise<void> {
  const whole = { topic: 't', key: null, value: null, ...record };
  while (!producer.append(whole, token)) await producer.ready();
}

/** The next produce request that arrives. */
async function next(): Promise<HeldRequest> {
  await waitFor('a produce request', () => desk.held.length > 0);
  return desk.held.shift() as HeldRequest;
}

async function sendAll(producer: Producer<number>, values: readonly string[]): Promise<void> {
  for (const [i, value] of values.entries()) await send(producer, { value }, i);
}

function valuesIn(request: HeldRequest): (readonly string[])[] {
  return request.batches.map(({ values }) => values);
}

function caught(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('the producer', () => {
  test('tells of each batch once it is stored, with its tokens in order', async () => {
    const producer = createProducer();
    await sendAll(producer, ['a', 'b', 'c']);
    const request = await next();
    expect(valuesIn(request)).toEqual([['a', 'b', 'c']]);
    expect(delivered).toEqual([]);
    request.answer();
    await producer.flush();
    expect(delivered).toEqual([
      { topic: 't', partition: 0, baseOffset: 0, timestamp: -1, tokens: [0, 1, 2], error: null },
    ]);
    expect(producer.bufferedBytes).toBe(0);
  });

  test('gathers what comes while a request is under way into one larger batch', async () => {
    const producer = createProducer({ 'batch.size': '1000', 'batch.growth.max.bytes': '5000' });
    await send(producer, { value: 'first' }, 0);
    const first = await next();
    const values = Array.from({ length: 12 }, (_, i) => `${i} `.padEnd(400, 'x'));
    await sendAll(producer, values);
    first.answer();
    const second = await next();
    expect(valuesIn(second)).toEqual([values.slice(0, 12)]);
    expect(second.batches[0]?.bytes).toBeLessThanOrEqual(5000);
    second.answer();
  });

  test('keeps to batch.size when growing is off', async () => {
    const producer = createProducer({ 'batch.size': '1000', 'batch.growth.max.bytes': '0' });
    const values = Array.from({ length: 7 }, (_, i) => `${i} `.padEnd(400, 'x'));
    await sendAll(producer, values);
    const sizes: number[] = [];
    const got: string[] = [];
    while (got.length < values.length) {
      const request = await next();
      for (const batch of request.batches) {
        sizes.push(batch.bytes);
        got.push(...batch.values);
      }
      request.answer();
    }
    expect(got).toEqual(values);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1000);
  });

  test('waits for linger.ms before it sends a batch that is not full, and not at all when flushed', async () => {
    const producer = createProducer({ 'linger.ms': '60000' });
    await send(producer, { value: 'a' }, 0);
    await send(producer, { value: 'b' }, 1);
    expect(desk.held).toEqual([]);
    const flushed = producer.flush();
    const request = await next();
    expect(valuesIn(request)).toEqual([['a', 'b']]);
    request.answer();
    await flushed;

    const hasty = createProducer({ 'linger.ms': '20' });
    await send(hasty, { value: 'c' }, 2);
    (await next()).answer();
  });

  test('puts batches of several partitions into one request, within max.request.size', async () => {
    desk.topics.set('t', [1, 1, 1]);
    const producer = createProducer({ 'batch.size': '2000', 'max.request.size': '4200' });
    const value = 'x'.repeat(1500);
    for (const partition of [0, 1, 2]) await send(producer, { partition, value }, partition);
    const first = await next();
    expect(first.batches).toHaveLength(2);
    first.answer();
    const second = await next();
    second.answer();
    const partitions = [...first.batches, ...second.batches].map(({ partition }) => partition);
    expect(partitions.toSorted()).toEqual([0, 1, 2]);
  });

  test('refuses records beyond buffer.memory until batches have ended', async () => {
    const producer = createProducer({ 'batch.size': '4096', 'buffer.memory': '8192', 'linger.ms': '60000' });
    await send(producer, { value: 'warm' }, -1);
    const flushed = producer.flush();
    (await next()).answer();
    await flushed;
    const record = { topic: 't', key: null, value: 'x'.repeat(900) };
    let taken = 0;
    while (producer.append(record, taken)) taken++;
    expect(taken).toBeGreaterThan(4);
    expect(producer.bufferedBytes).toBeLessThanOrEqual(8192);
    const ready = producer.ready();
    (await next()).answer();
    await ready;
    expect(producer.append(record, taken)).toBe(true);
  });

  test('gives up waiting for memory after max.block.ms', async () => {
    const producer = createProducer({ 'batch.size': '1000', 'buffer.memory': '1200', 'max.block.ms': '50' });
    await send(producer, { value: 'a' }, 0);
    await next();
    expect(producer.append({ topic: 't', key: null, value: 'x'.repeat(900) }, 1)).toBe(false);
    const error = await producer.ready().catch((reason: unknown) => reason);
    expect(codeOf(error)).toBe('timeout');
    expect(messageOf(error)).toContain('max.block.ms');
  });

  test('sends and forgets with acks=0', async () => {
    const producer = createProducer({ acks: '0' });
    await send(producer, { value: 'a' }, 7);
    await producer.flush();
    expect(delivered).toMatchObject([{ tokens: [7], baseOffset: -1, error: null }]);
    expect((await next()).acks).toBe(0);
  });

  test('compresses batches', async () => {
    const producer = createProducer({ 'compression.type': 'lz4' });
    const value = 'again and '.repeat(500);
    await send(producer, { value }, 0);
    const request = await next();
    expect(valuesIn(request)).toEqual([[value]]);
    expect(request.batches[0]?.bytes).toBeLessThan(500);
    request.answer();
  });
});

describe('the producer chooses partitions', () => {
  test('by the hash of the key, as text or as bytes', async () => {
    desk.topics.set(
      't',
      Array.from({ length: 7 }, () => 1),
    );
    const producer = createProducer();
    await send(producer, { key: 'order-4711', value: 'text' }, 0);
    await send(producer, { key: Buffer.from('order-4711'), value: 'bytes' }, 1);
    const request = await next();
    expect(request.batches).toMatchObject([{ partition: 1584983611 % 7, values: ['text', 'bytes'] }]);
    request.answer();
  });

  test('one after another for records without a key, a batch at a time', async () => {
    desk.topics.set('t', [1, -1, 1, 1]);
    const producer = createProducer({ 'batch.size': '500', 'batch.growth.max.bytes': '0' });
    const partitions = new Set<number>();
    for (let i = 0; i < 400; i++) await send(producer, { value: 'x'.repeat(90) }, i);
    const flushed = producer.flush();
    for (let got = 0; got < 400; ) {
      const request = await next();
      for (const { partition, values } of request.batches) {
        partitions.add(partition);
        got += values.length;
      }
      request.answer();
    }
    await flushed;
    expect([...partitions].toSorted()).toEqual([0, 2, 3]);
  });

  test('that metadata does not know only after asking for it again', async () => {
    const producer = createProducer();
    await send(producer, { value: 'a' }, 0);
    (await next()).answer();
    desk.topics.set('t', [1, 1]);
    const record = { topic: 't', partition: 1, key: null, value: 'b' };
    expect(producer.append(record, 1)).toBe(false);
    await producer.ready();
    expect(producer.append(record, 1)).toBe(true);
    (await next()).answer();
    expect(producer.append({ ...record, partition: 9 }, 2)).toBe(false);
    await producer.ready();
    const error = caught(() => producer.append({ ...record, partition: 9 }, 2));
    expect(codeOf(error)).toBe('not-found');
    expect(messageOf(error)).toContain('Partition 9 of topic t');
  });
});

describe('the producer refuses what can never be sent', () => {
  test.each([
    ['a record beyond max.request.size', { value: 'x'.repeat(2000) }, /max\.request\.size/],
    ['a negative partition', { partition: -2 }, /Invalid partition: -2/],
    ['a negative timestamp', { timestamp: -5 }, /Invalid timestamp: -5/],
    ['a topic name with a slash', { topic: 'a/b' }, /Topic name is invalid: 'a\/b'/],
  ])('%s', async (_what, record, message) => {
    const producer = createProducer({ 'max.request.size': '1500' });
    await send(producer, { value: 'fine' }, 0);
    const error = caught(() => producer.append({ topic: 't', key: null, value: null, ...record }, 1));
    expect(codeOf(error)).toBe('bad-request');
    expect(messageOf(error)).toMatch(message);
    const request = await next();
    expect(valuesIn(request)).toEqual([['fine']]);
    request.answer();
  });

  test('a topic that it may not write to', async () => {
    desk.topics.set('secret', 'TOPIC_AUTHORIZATION_FAILED');
    const producer = createProducer();
    const error = await send(producer, { topic: 'secret' }, 0).catch((reason: unknown) => reason);
    expect(codeOf(error)).toBe('forbidden');
  });

  test('a topic that does not come into being within max.block.ms', async () => {
    const producer = createProducer({ 'max.block.ms': '80' });
    const error = await send(producer, { topic: 'nowhere' }, 0).catch((reason: unknown) => reason);
    expect(codeOf(error)).toBe('timeout');
    expect(messageOf(error)).toContain('Topic nowhere not present in metadata after 80 ms');
  });

  test('a record after it was closed', async () => {
    const producer = createProducer();
    await producer.close(100);
    expect(codeOf(caught(() => producer.append({ topic: 't', key: null, value: null }, 0)))).toBe(
      'cancelled',
    );
  });
});

describe('after a failure the producer', () => {
  test('sends again what failed for now, in order', async () => {
    const producer = createProducer();
    await send(producer, { value: 'a' }, 0);
    const first = await next();
    await send(producer, { value: 'b' }, 1);
    first.answer('NOT_LEADER_OR_FOLLOWER');
    const again = await next();
    expect(valuesIn(again)).toEqual([['a']]);
    again.answer('NOT_ENOUGH_REPLICAS');
    const third = await next();
    expect(valuesIn(third)).toEqual([['a']]);
    third.answer();
    const last = await next();
    expect(valuesIn(last)).toEqual([['b']]);
    last.answer();
    await producer.flush();
    expect(delivered.map(({ tokens, error }) => [tokens, error])).toEqual([
      [[0], null],
      [[1], null],
    ]);
  });

  test('sends again when the connection was lost', async () => {
    const producer = createProducer();
    await send(producer, { value: 'a' }, 0);
    (await next()).hangUp();
    const again = await next();
    expect(valuesIn(again)).toEqual([['a']]);
    again.answer();
    await producer.flush();
    expect(delivered).toHaveLength(1);
  });

  test('waits for a partition to have a leader', async () => {
    desk.topics.set('t', [-1]);
    const producer = createProducer();
    await send(producer, { value: 'a' }, 0);
    desk.topics.set('t', [1]);
    (await next()).answer();
    await producer.flush();
    expect(delivered).toMatchObject([{ error: null }]);
  });

  test('tells of one that is for good, by its name, and goes on', async () => {
    const producer = createProducer();
    await send(producer, { value: 'a' }, 0);
    (await next()).answer('INVALID_RECORD');
    await send(producer, { value: 'b' }, 1);
    (await next()).answer();
    await producer.flush();
    const error = delivered[0]?.error;
    expect(isConnectError(error) && error.details.kafkaError).toBe('INVALID_RECORD');
    expect(delivered[1]).toMatchObject({ tokens: [1], error: null });
  });

  test('stops trying after the number of retries', async () => {
    const producer = createProducer({ retries: '2' });
    await send(producer, { value: 'a' }, 0);
    for (let i = 0; i < 3; i++) (await next()).answer('NOT_ENOUGH_REPLICAS');
    await producer.flush();
    expect(delivered).toMatchObject([{ tokens: [0], error: { code: 'kafka' } }]);
  });

  test('fails what could not be delivered within delivery.timeout.ms', async () => {
    const producer = createProducer({ 'delivery.timeout.ms': '120', 'request.timeout.ms': '100' });
    desk.topics.set('t', [-1]);
    await send(producer, { value: 'a' }, 0);
    await producer.flush();
    expect(delivered).toHaveLength(1);
    expect(codeOf(delivered[0]?.error)).toBe('timeout');
    expect(messageOf(delivered[0]?.error)).toContain('delivery.timeout.ms');
  });

  test('splits a batch that the broker finds too large, and sends smaller ones from then on', async () => {
    const producer = createProducer({ 'batch.size': '1000' });
    await send(producer, { value: 'first' }, -1);
    const first = await next();
    const values = Array.from({ length: 8 }, (_, i) => `${i} `.padEnd(400, 'x'));
    await sendAll(producer, values);
    first.answer();
    const large = await next();
    expect(large.batches[0]?.bytes).toBeGreaterThan(3000);
    large.answer('MESSAGE_TOO_LARGE');
    const got: string[] = [];
    while (got.length < values.length) {
      const request = await next();
      expect(request.batches[0]?.bytes).toBeLessThanOrEqual(1000);
      got.push(...(request.batches[0]?.values ?? []));
      request.answer();
    }
    expect(got).toEqual(values);
    await producer.flush();
    expect(delivered.flatMap(({ tokens }) => tokens)).toEqual([-1, 0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('fails what is left when it is closed', async () => {
    const producer = createProducer();
    await send(producer, { value: 'a' }, 0);
    await next();
    await send(producer, { value: 'b' }, 1);
    await producer.close(20);
    expect(delivered.map(({ tokens, error }) => [tokens, codeOf(error)])).toEqual([
      [[0], 'cancelled'],
      [[1], 'cancelled'],
    ]);
    expect(producer.bufferedBytes).toBe(0);
  });
});

test('sends again after it was idle for longer than a connection is trusted', {
  timeout: 10_000,
}, async () => {
  const producer = createProducer();
  await send(producer, { value: 'before' }, 0);
  (await next()).answer();
  await waitFor('the first delivery', () => delivered.length === 1);
  const now = performance.now.bind(performance);
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + 60_000);
  try {
    await send(producer, { value: 'after' }, 1);
    const request = await next();
    expect(valuesIn(request)).toEqual([['after']]);
    request.answer();
    await waitFor('the second delivery', () => delivered.length === 2);
  } finally {
    clock.mockRestore();
  }
});
