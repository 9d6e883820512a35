import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isConnectError } from '../../errors/connect-error.ts';
import { waitFor } from '../../testing/wait.ts';
import { Cluster } from '../cluster/cluster.ts';
import type { DeliveredBatch } from '../ports/producer.ts';
import { metadataApi } from '../protocol/generated/metadata.js';
import { FakeProduceDesk, type HeldRequest } from './fake-produce-desk.ts';
import { KafkaProducer } from './kafka-producer.ts';

let desk: FakeProduceDesk;
let cluster: Cluster;
let producer: KafkaProducer<string>;
let delivered: DeliveredBatch<string>[];

beforeEach(async () => {
  desk = await FakeProduceDesk.start();
  desk.topics.set('t', [1]);
  delivered = [];
  const properties = {
    'bootstrap.servers': desk.broker.bootstrap,
    'retry.backoff.ms': '5',
    'retry.backoff.max.ms': '20',
    'reconnect.backoff.ms': '5',
    'linger.ms': '0',
    'batch.size': '0',
    'delivery.timeout.ms': '1000',
    'request.timeout.ms': '900',
  };
  cluster = new Cluster({ properties });
  producer = new KafkaProducer(cluster, { properties, onDelivered: (batch) => delivered.push(batch) });
});

afterEach(async () => {
  await producer.close(0);
  await cluster.close();
  await desk.broker.stop();
});

/** Each value becomes a batch of its own, because batch.size is 0. */
async function send(...values: string[]): Promise<void> {
  for (const value of values) {
    while (!producer.append({ topic: 't', key: null, value }, value)) await producer.ready();
  }
}

async function next(): Promise<HeldRequest> {
  await waitFor('a produce request', () => desk.held.length > 0);
  return desk.held.shift() as HeldRequest;
}

/** Values and sequence of the next request, as `a@0`. */
function told(request: HeldRequest): string {
  return request.batches.map(({ values, epoch, sequence }) => `${values}@${epoch}/${sequence}`).join(' ');
}

/** Has the broker store a first batch, 0/0: only then are several sent at once. */
async function introduce(): Promise<void> {
  await send('first');
  (await next()).answer();
  await producer.flush();
  delivered.length = 0;
}

function outcome(): string[] {
  return delivered.map(({ tokens, error }) => {
    if (error === null) return `${tokens}`;
    return `${tokens} ${isConnectError(error) ? (error.details.kafkaError ?? error.code) : error.message}`;
  });
}

describe('the idempotent producer', () => {
  test('numbers batches and has up to five under way', async () => {
    await introduce();
    await send('a', 'b', 'c', 'd', 'e', 'f');
    const requests: HeldRequest[] = [];
    for (let i = 0; i < 5; i++) requests.push(await next());
    expect(requests.map(told)).toEqual(['a@0/1', 'b@0/2', 'c@0/3', 'd@0/4', 'e@0/5']);
    expect(requests[0]?.batches[0]?.producerId).toBe(100n);
    for (const request of requests) request.answer();
    const last = await next();
    expect(told(last)).toBe('f@0/6');
    last.answer();
    await producer.flush();
    expect(outcome()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  test('waits with a second batch until the broker has stored the first, which tells it the numbers', async () => {
    await send('a', 'b');
    const a = await next();
    a.answer('NOT_LEADER_OR_FOLLOWER');
    // Had b been sent too, a broker that became the leader in between would have stored it, and never a.
    const again = await next();
    expect(told(again)).toBe('a@0/0');
    expect(desk.held).toEqual([]);
    again.answer();
    const b = await next();
    expect(told(b)).toBe('b@0/1');
    b.answer();
    await producer.flush();
    expect(outcome()).toEqual(['a', 'b']);
  });

  test('gives a batch new numbers when the broker has stored one behind it', async () => {
    await introduce();
    await send('a', 'b');
    const [a, b] = [await next(), await next()];
    a.answer('NOT_LEADER_OR_FOLLOWER');
    b.answer();
    const again = await next();
    expect(told(again)).toBe('a@0/1');
    again.answer('OUT_OF_ORDER_SEQUENCE_NUMBER');
    const renumbered = await next();
    expect(told(renumbered)).toBe('a@1/0');
    renumbered.answer();
    await producer.flush();
    expect(outcome()).toEqual(['b', 'a']);
  });

  test('sends again with the same numbers and in the same order, those behind included', async () => {
    await introduce();
    await send('a', 'b', 'c');
    const [a, b, c] = [await next(), await next(), await next()];
    a.answer('NOT_LEADER_OR_FOLLOWER');
    await waitFor('the failure to arrive', () => desk.broker.count(metadataApi.key) > 1);
    await send('d');
    b.answer('OUT_OF_ORDER_SEQUENCE_NUMBER');
    c.answer('OUT_OF_ORDER_SEQUENCE_NUMBER');
    const got: string[] = [];
    while (got.length < 4) {
      const request = await next();
      got.push(told(request));
      request.answer();
    }
    expect(got).toEqual(['a@0/1', 'b@0/2', 'c@0/3', 'd@0/4']);
    await producer.flush();
    expect(outcome()).toEqual(['a', 'b', 'c', 'd']);
  });

  test('takes a batch that was stored already as stored', async () => {
    await send('a');
    (await next()).hangUp();
    const again = await next();
    expect(told(again)).toBe('a@0/0');
    again.answer('DUPLICATE_SEQUENCE_NUMBER');
    await producer.flush();
    expect(delivered).toMatchObject([{ tokens: ['a'], baseOffset: -1, error: null }]);
  });

  test('gives the numbers of a refused batch to those behind it', async () => {
    await introduce();
    await send('a', 'b');
    const [a, b] = [await next(), await next()];
    a.answer('INVALID_RECORD');
    b.answer('OUT_OF_ORDER_SEQUENCE_NUMBER');
    const again = await next();
    expect(told(again)).toBe('b@0/1');
    again.answer();
    await producer.flush();
    expect(outcome()).toEqual(['a INVALID_RECORD', 'b']);
  });

  test('begins a new epoch when the broker has forgotten it', async () => {
    await send('a');
    (await next()).answer();
    await producer.flush();
    await send('b');
    (await next()).answer('UNKNOWN_PRODUCER_ID');
    const again = await next();
    expect(told(again)).toBe('b@1/0');
    again.answer();
    await producer.flush();
    expect(outcome()).toEqual(['a', 'b']);
  });

  test('begins a new epoch after giving up on a batch whose fate is unknown', async () => {
    await send('a');
    const a = await next();
    await waitFor('the first batch to be given up', () => {
      if (desk.held.length > 0) desk.held.shift()?.hangUp();
      else if (delivered.length === 0) a.hangUp();
      return delivered.length > 0;
    });
    expect(delivered[0]?.error).not.toBeNull();
    await send('b');
    const b = await next();
    expect(told(b)).toBe('b@1/0');
    b.answer();
    await producer.flush();
  });

  test('begins a new epoch when a batch is out of order although none is missing', async () => {
    await send('a');
    (await next()).answer('OUT_OF_ORDER_SEQUENCE_NUMBER');
    const again = await next();
    expect(told(again)).toBe('a@1/0');
    again.answer();
    await producer.flush();
    expect(outcome()).toEqual(['a']);
  });

  describe('having given up on a batch of unknown fate, with another one sent behind it,', () => {
    /** `a` has expired, `b` was sent once as 0/2 and comes again. */
    async function giveUpOnFirst(): Promise<HeldRequest> {
      await introduce();
      await send('a');
      await next();
      await waitFor('time to pass between the batches', () => performance.now() > startedAt + 300);
      await send('b');
      await next();
      desk.broker.dropConnections();
      return await waitFor('the first batch to be given up', () => {
        const request = desk.held.shift();
        if (delivered.length > 0) return request;
        request?.hangUp();
        return undefined;
      });
    }

    /** It ran out of time waiting for its turn, or with the last attempt. */
    const givenUp = expect.stringMatching(/^a (?:REQUEST_TIMED_OUT|NETWORK_EXCEPTION)$/);
    let startedAt = 0;

    beforeEach(() => {
      startedAt = performance.now();
    });

    test('learns from it that the first was stored', async () => {
      const b = await giveUpOnFirst();
      expect(outcome()).toEqual([givenUp]);
      await send('c');
      expect(told(b)).toBe('b@0/2');
      b.answer();
      const c = await next();
      expect(told(c)).toBe('c@0/3');
      c.answer();
      await producer.flush();
      expect(outcome()).toEqual([givenUp, 'b', 'c']);
    });

    test('learns from it that the first is missing, and begins a new epoch', async () => {
      const b = await giveUpOnFirst();
      expect(told(b)).toBe('b@0/2');
      await send('c');
      b.answer('OUT_OF_ORDER_SEQUENCE_NUMBER');
      const again = await next();
      expect(told(again)).toBe('b@1/0');
      again.answer();
      const c = await next();
      expect(told(c)).toBe('c@1/1');
      c.answer();
      await producer.flush();
    });
  });

  test('takes numbers back only from a batch that cannot be stored', async () => {
    await send('a');
    (await next()).answer('NOT_ENOUGH_REPLICAS_AFTER_APPEND');
    (await next()).answer('INVALID_RECORD');
    await producer.flush();
    await send('b');
    const b = await next();
    expect(told(b)).toBe('b@1/0');
    b.answer();
    await producer.flush();
    expect(outcome()).toEqual(['a INVALID_RECORD', 'b']);
  });
});
