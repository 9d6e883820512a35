import { performance as hooks } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isConnectError } from '../../errors/connect-error.ts';
import { waitFor } from '../../testing/wait.ts';
import { Cluster } from '../cluster/cluster.ts';
import type { DeliveredBatch } from '../ports/producer.ts';
import type { Properties } from '../ports/properties.ts';
import { metadataApi } from '../protocol/generated/metadata.js';
import { FakeProduceDesk, type HeldRequest } from './fake-produce-desk.ts';
import { KafkaProducer } from './kafka-producer.ts';

const { nodeTiming } = hooks;

let desk: FakeProduceDesk;
let cluster: Cluster;
let producer: KafkaProducer<string>;
let delivered: DeliveredBatch<string>[];
const open: (() => Promise<void>)[] = [];

beforeEach(async () => {
  desk = await FakeProduceDesk.start();
  desk.topics.set('t', [1]);
  delivered = [];
});

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
  await desk.broker.stop();
});

/** Idempotent, with batches of one record unless the properties say otherwise. */
function createProducer(extra: Properties = {}): void {
  const properties = {
    'bootstrap.servers': desk.broker.bootstrap,
    'retry.backoff.ms': '5',
    'retry.backoff.max.ms': '20',
    'reconnect.backoff.ms': '5',
    'reconnect.backoff.max.ms': '20',
    'linger.ms': '0',
    'batch.size': '0',
    ...extra,
  };
  const made = new Cluster({ properties });
  cluster = made;
  producer = new KafkaProducer(made, { properties, onDelivered: (batch) => delivered.push(batch) });
  const closing = producer;
  open.push(
    () => made.close(),
    () => closing.close(0),
  );
}

async function send(value: string, topic = 't', partition = 0): Promise<void> {
  while (!producer.append({ topic, partition, key: null, value }, value)) await producer.ready();
}

/** Has the broker store a first batch, 0/0: only then are several sent at once. */
async function introduce(): Promise<void> {
  await send('first');
  (await next()).answer();
  await producer.flush();
  delivered.length = 0;
}

async function next(from = desk): Promise<HeldRequest> {
  return await waitFor('a produce request', () => from.held.shift());
}

function told({ batches }: HeldRequest): string {
  return batches
    .map(({ topic, values, epoch, sequence }) => `${topic} ${values}@${epoch}/${sequence}`)
    .join(' ');
}

function outcome(): string[] {
  return delivered.map(({ tokens, error }) => {
    if (error === null) return `${tokens}`;
    return `${tokens} ${isConnectError(error) ? (error.details.kafkaError ?? error.code) : error.message}`;
  });
}

describe('the producer sends a batch again, with the same numbers and before those behind it, after', () => {
  test.each([
    'CORRUPT_MESSAGE',
    'UNKNOWN_TOPIC_OR_PARTITION',
    'LEADER_NOT_AVAILABLE',
    'NOT_LEADER_OR_FOLLOWER',
    'REQUEST_TIMED_OUT',
    'NETWORK_EXCEPTION',
    'NOT_ENOUGH_REPLICAS',
    'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
    'KAFKA_STORAGE_ERROR',
    'FENCED_LEADER_EPOCH',
    'COORDINATOR_LOAD_IN_PROGRESS',
    'CONCURRENT_TRANSACTIONS',
  ] as const)('%s', async (name) => {
    createProducer();
    await introduce();
    await send('a');
    const a = await next();
    await send('b');
    const b = await next();
    a.answer(name);
    b.answer('OUT_OF_ORDER_SEQUENCE_NUMBER');
    const again = await next();
    expect(told(again)).toBe('t a@0/1');
    again.answer();
    const behind = await next();
    expect(told(behind)).toBe('t b@0/2');
    behind.answer();
    await producer.flush();
    expect(outcome()).toEqual(['a', 'b']);
  });

  test('no answer within request.timeout.ms', async () => {
    createProducer({ 'request.timeout.ms': '100' });
    await send('a');
    await next();
    const again = await next();
    expect(told(again)).toBe('t a@0/0');
    again.answer();
    await producer.flush();
    expect(outcome()).toEqual(['a']);
  });

  test('the broker was out of reach for a while', async () => {
    createProducer();
    await send('a');
    (await next()).answer();
    await producer.flush();
    const { port } = desk.broker;
    await desk.broker.stop();
    await send('b');
    await send('c');
    await waitFor('attempts to connect', () => cluster.topic('t') !== undefined);
    desk = await FakeProduceDesk.start(port);
    desk.topics.set('t', [1]);
    for (const expected of ['t b@0/1', 't c@0/2']) {
      const request = await next();
      expect(told(request)).toBe(expected);
      request.answer();
    }
    await producer.flush();
    expect(outcome()).toEqual(['a', 'b', 'c']);
  });
});

describe('the producer', () => {
  test('follows a partition to its new leader, in order', async () => {
    const peer = await FakeProduceDesk.start();
    open.push(() => peer.broker.stop());
    desk.peers.set(2, peer);
    createProducer();
    await introduce();
    await send('a');
    const a = await next();
    await send('b');
    const b = await next();
    desk.topics.set('t', [2]);
    a.answer('NOT_LEADER_OR_FOLLOWER');
    b.answer('NOT_LEADER_OR_FOLLOWER');
    const again = await next(peer);
    expect(told(again)).toBe('t a@0/1');
    again.answer();
    const behind = await next(peer);
    expect(told(behind)).toBe('t b@0/2');
    behind.answer();
    await producer.flush();
    expect(outcome()).toEqual(['a', 'b']);
    expect(desk.held).toEqual([]);
  });

  test('fails the records of a topic it may not write to, and no others', async () => {
    desk.topics.set('other', [1]);
    createProducer({ 'batch.size': '1000', 'linger.ms': '30' });
    await send('a');
    await send('b', 'other');
    const request = await next();
    expect(request.batches).toHaveLength(2);
    request.answer({ other: 'TOPIC_AUTHORIZATION_FAILED' });
    await producer.flush();
    expect(outcome().toSorted()).toEqual(['a', 'b TOPIC_AUTHORIZATION_FAILED']);
    await send('c');
    (await next()).answer();
    await producer.flush();
    expect(outcome()).toContain('c');
  });

  test('begins a new epoch after an error that may have stored the batch', async () => {
    desk.topics.set('t', [1, 1]);
    createProducer();
    await send('a');
    const request = await next();
    request.answer({ 0: 'UNKNOWN_SERVER_ERROR' });
    await producer.flush();
    expect(outcome()).toEqual(['a UNKNOWN_SERVER_ERROR']);
    await send('b');
    const b = await next();
    expect(told(b)).toBe('t b@1/0');
    b.answer();
    await producer.flush();
  });

  test('names topics by their ids where metadata tells them, and finds a topic that was made anew', async () => {
    const [before, after] = ['MDEyMzQ1Njc4OWFiY2RlZg', 'ZmVkY2JhOTg3NjU0MzIxMA'];
    desk.topicIds.set('t', before);
    createProducer();
    await send('a');
    const a = await next();
    expect([a.version, told(a)]).toEqual([13, 't a@0/0']);
    a.answer();
    await send('b');
    const b = await next();
    desk.topicIds.set('t', after);
    b.answer('UNKNOWN_TOPIC_ID');
    let again = await next();
    for (; again.batches[0]?.topic !== 't'; again = await next()) again.answer('UNKNOWN_TOPIC_ID');
    expect(told(again)).toBe('t b@0/1');
    again.answer();
    await producer.flush();
    expect(outcome()).toEqual(['a', 'b']);
  });

  test('names topics by their names to brokers without ids', async () => {
    createProducer();
    await send('a');
    const a = await next();
    expect([a.version, told(a)]).toEqual([12, 't a@0/0']);
    a.answer();
    await producer.flush();
  });

  test('forgets a topic after metadata.max.idle.ms, but not where its partitions are', async () => {
    desk.topics.set('other', [1]);
    createProducer({ 'metadata.max.idle.ms': '5000', 'metadata.max.age.ms': '1' });
    await send('a');
    (await next()).answer();
    await producer.flush();
    const metadataOf = (topic: string) => cluster.topic(topic);
    const now = performance.now.bind(performance);
    let skipped = 0;
    performance.now = () => now() + skipped;
    try {
      await cluster.refresh();
      expect(metadataOf('t')).toBeDefined();
      skipped = 6000;
      await cluster.refresh();
      expect(metadataOf('t')).toBeUndefined();
      const asked = desk.broker.count(metadataApi.key);
      await send('b');
      expect(desk.broker.count(metadataApi.key)).toBeGreaterThan(asked);
      const b = await next();
      expect(told(b)).toBe('t b@0/1');
      b.answer();
      await producer.flush();
    } finally {
      performance.now = now;
    }
  });
});

describe('the producer leaves the processor alone while', () => {
  /** Looking at the clock takes some thirty turns of the event loop; a busy producer takes hundreds. */
  async function expectRest(): Promise<void> {
    const turns = (): number => nodeTiming.uvMetricsInfo.loopCount;
    const [before, from] = [turns(), performance.now()];
    await waitFor('some time to pass', () => performance.now() - from > 400);
    expect(turns() - before).toBeLessThan(120);
  }

  test('there is nothing to send', async () => {
    createProducer();
    await send('a');
    (await next()).answer();
    await producer.flush();
    await expectRest();
    expect(desk.held).toEqual([]);
  });

  test('an answer is late and more waits', async () => {
    createProducer({ 'max.in.flight.requests.per.connection': '1' });
    await send('a');
    const a = await next();
    await send('b');
    await expectRest();
    a.answer();
    (await next()).answer();
    await producer.flush();
  });

  test('a partition has no leader', async () => {
    createProducer({ 'retry.backoff.ms': '100' });
    desk.topics.set('t', [-1]);
    await send('a');
    await expectRest();
    desk.topics.set('t', [1]);
    (await next()).answer();
    await producer.flush();
  });

  test('the broker is out of reach', async () => {
    createProducer({ 'retry.backoff.ms': '100', 'reconnect.backoff.ms': '50' });
    await send('a');
    (await next()).answer();
    await producer.flush();
    const { port } = desk.broker;
    await desk.broker.stop();
    await send('b');
    await expectRest();
    desk = await FakeProduceDesk.start(port);
    desk.topics.set('t', [1]);
    (await next()).answer();
    await producer.flush();
    expect(outcome()).toEqual(['a', 'b']);
  });

  test('linger.ms has not passed', async () => {
    createProducer({ 'linger.ms': '60000', 'batch.size': '1000' });
    await send('a');
    await expectRest();
    expect(desk.held).toEqual([]);
  });
});
