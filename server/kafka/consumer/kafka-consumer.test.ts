import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { codeOf, isConnectError, messageOf } from '../../errors/connect-error.ts';
import { waitFor } from '../../testing/wait.ts';
import { batchOf } from './testing/fake-fetch-desk.ts';
import { fetchBench, valuesOf } from './testing/fetch-bench.ts';

const at = { topic: 't', partition: 0 };
const bench = fetchBench();

describe('the consumer', () => {
  test('fetches the next records while poll still gives out the last ones, and no further', async () => {
    bench.start({ 'max.poll.records': '2', 'max.partition.fetch.bytes': '100' });
    (await bench.next()).answer({ 0: batchOf(0, 6) });
    expect(valuesOf(await bench.consumer.poll(5000))).toEqual(['v0', 'v1']);
    const ahead = await waitFor('the fetch ahead', () => bench.desk.held.shift());
    expect(ahead.asked).toEqual(['0@6']);
    ahead.answer({ 0: batchOf(6, 6) });
    expect(valuesOf(await bench.consumer.poll(5000))).toEqual(['v2', 'v3']);
    await sleep(50);
    expect(bench.desk.held).toEqual([]);
    expect(valuesOf(await bench.consumer.poll(5000))).toEqual(['v4', 'v5']);
    expect(await bench.consumer.position(at)).toBe(6);
    expect(valuesOf(await bench.consumer.poll(5000))).toEqual(['v6', 'v7']);
    expect((await waitFor('the next fetch', () => bench.desk.held.shift())).asked).toEqual(['0@12']);
  });

  test('keeps records as they are until the next poll, whatever arrives meanwhile', async () => {
    bench.start({ 'max.poll.records': '3' });
    (await bench.next()).answer({ 0: batchOf(0, 3) });
    const batches = await bench.consumer.poll(5000);
    for (let offset = 3; offset < 30; offset += 3) {
      const fetch = await waitFor('a fetch', () => bench.desk.held.shift());
      fetch.answer({ 0: batchOf(offset, 3) });
      if (offset >= 6) break;
    }
    await sleep(20);
    expect(valuesOf(batches)).toEqual(['v0', 'v1', 'v2']);
    expect(valuesOf(await bench.consumer.poll(5000))).toEqual(['v3', 'v4', 'v5']);
  });

  test('does not let a quiet partition hold up a busy one', async () => {
    bench.start({ 'max.poll.records': '1000', 'max.partition.fetch.bytes': '100' }, 2);
    const first = await bench.next();
    expect(first.asked).toEqual(['0@0', '1@0']);
    first.answer({ 0: batchOf(0, 10) });
    const second = await waitFor('the fetch ahead', () => bench.desk.held.shift());
    second.answer({ 0: batchOf(10, 10) });
    // The busy partition has enough now; a fetch for the quiet one alone would only come back when it has something.
    await sleep(50);
    expect(bench.desk.held).toEqual([]);
    expect(valuesOf(await bench.consumer.poll(5000))).toHaveLength(20);
    expect((await waitFor('a fetch for both', () => bench.desk.held.shift())).asked.toSorted()).toEqual([
      '0@20',
      '1@0',
    ]);
  });

  test.each(['NOT_LEADER_OR_FOLLOWER', 'UNKNOWN_SERVER_ERROR', 'FENCED_LEADER_EPOCH'] as const)(
    'fetches again after %s',
    async (error) => {
      bench.start();
      (await bench.next()).answer({ 0: error });
      (await bench.next()).answer({ 0: batchOf(0, 1) });
      expect(valuesOf(await bench.consumer.poll(5000))).toEqual(['v0']);
    },
  );

  test('fetches again when the connection was lost', async () => {
    bench.start();
    (await bench.next()).hangUp();
    (await bench.next()).answer({ 0: batchOf(0, 1) });
    expect(valuesOf(await bench.consumer.poll(5000))).toEqual(['v0']);
  });

  test('throws away what was under way for another position', async () => {
    bench.start();
    const stale = await bench.next();
    bench.consumer.seek(at, 500);
    stale.answer({ 0: batchOf(0, 3) });
    const fetch = await bench.next();
    expect(fetch.asked).toEqual(['0@500']);
    fetch.answer({ 0: batchOf(500, 1) });
    expect(valuesOf(await bench.consumer.poll(5000))).toEqual(['v500']);
  });

  test('begins where the policy says when its offset is out of range', async () => {
    bench.start();
    bench.consumer.seek(at, 7);
    bench.desk.startOffset = 20;
    (await bench.next()).answer({ 0: 'OFFSET_OUT_OF_RANGE' });
    expect((await bench.next()).asked).toEqual(['0@20']);
  });

  test('gives the records before a damaged one, then says where the damage is, until a seek leads past it', async () => {
    bench.start();
    const damaged = batchOf(3, 2);
    damaged[damaged.length - 1] = 0xff;
    (await bench.next()).answer({ 0: Buffer.concat([batchOf(0, 3), damaged]) });
    expect(valuesOf(await bench.consumer.poll(5000))).toEqual(['v0', 'v1', 'v2']);
    for (let i = 0; i < 2; i++) {
      const error = await bench.consumer.poll(5000).catch((reason: unknown) => reason);
      expect(isConnectError(error) && error.details).toMatchObject({
        kafkaError: 'CORRUPT_MESSAGE',
        offset: 3,
      });
    }
    bench.consumer.seek(at, 5);
    const past = await waitFor(
      'the fetch past it',
      () =>
        bench.desk.held.find(({ asked }) => asked.includes('0@5')) ??
        bench.consumer.poll(0).then(() => undefined),
    );
    past.answer({ 0: batchOf(5, 1) });
    expect(valuesOf(await bench.consumer.poll(5000))).toEqual(['v5']);
  });

  test('names the settings to raise when not one whole batch fits a fetch', async () => {
    bench.start();
    (await bench.next()).answer({ 0: batchOf(0, 50).subarray(0, 80) });
    const error = await bench.consumer.poll(5000).catch((reason: unknown) => reason);
    expect(messageOf(error)).toContain('max.partition.fetch.bytes');
  });

  test('says so when it may not read the topic', async () => {
    bench.start();
    (await bench.next()).answer({ 0: 'TOPIC_AUTHORIZATION_FAILED' });
    const error = await bench.consumer.poll(5000).catch((reason: unknown) => reason);
    expect(codeOf(error)).toBe('forbidden');
    expect(messageOf(error)).toContain('t-0');
  });

  test('refuses what needs a group when it has none, by the key', async () => {
    bench.start();
    const error = await bench.consumer.commit([{ ...at, offset: 1 }]).catch((reason: unknown) => reason);
    expect(isConnectError(error) && [error.code, error.details.key]).toEqual(['config', 'group.id']);
  });

  test('refuses a second poll at the same time, and any after close', async () => {
    bench.start();
    const polled = bench.consumer.poll(200);
    expect(codeOf(await bench.consumer.poll(0).catch((reason: unknown) => reason))).toBe('illegal-state');
    await polled;
    const waiting = bench.consumer.poll(60_000).catch((reason: unknown) => reason);
    await bench.consumer.close(100);
    expect(codeOf(await waiting)).toBe('cancelled');
    expect(codeOf(await bench.consumer.poll(0).catch((reason: unknown) => reason))).toBe('cancelled');
  });
});
