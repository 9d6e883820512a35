import { describe, expect, test } from 'vitest';
import { isConnectError } from '../../errors/connect-error.ts';
import { waitFor } from '../../testing/wait.ts';
import type { Properties } from '../ports/properties.ts';
import { fetchApi } from '../protocol/generated/fetch.js';
import { offsetForLeaderEpochApi } from '../protocol/generated/offset-for-leader-epoch.js';
import { encodeRecordBatch } from '../record-batch/record-batch-builder.ts';
import { batchOf, type HeldFetch } from './testing/fake-fetch-desk.ts';
import { fetchBench, valuesOf } from './testing/fetch-bench.ts';

const at = { topic: 't', partition: 0 };
const topicIds = ['MkpzsBXlT2GJwlAXWDeYWg', 'zzzzsBXlT2GJwlAXWDeYWg'] as const;
const bench = fetchBench();

async function failedPoll(): Promise<unknown> {
  return await waitFor('an error', () =>
    bench.consumer.poll(100).then(
      () => undefined,
      (error: unknown) => error,
    ),
  );
}

function detailsOf(error: unknown): unknown {
  return isConnectError(error) ? error.details : error;
}

function epochsOf({ request }: HeldFetch): { current: number | undefined; last: number | undefined } {
  const [partition] = request.topics.flatMap(({ partitions }) => partitions);
  return { current: partition?.currentLeaderEpoch, last: partition?.lastFetchedEpoch };
}

describe('fetch sessions', () => {
  test('spare a broker what has not changed, and end with the consumer', async () => {
    bench.start({}, 3);
    const first = await bench.next();
    expect([first.request.sessionId, first.request.sessionEpoch, first.asked]).toEqual([
      0,
      0,
      ['0@0', '1@0', '2@0'],
    ]);
    first.answer({ 1: batchOf(0, 2) }, { sessionId: 42 });
    expect(valuesOf(await bench.consumer.poll(5000))).toEqual(['v0', 'v1']);
    const second = await bench.next();
    expect([second.request.sessionId, second.request.sessionEpoch, second.asked]).toEqual([42, 1, ['1@2']]);
    // Of a partition that this request did not name.
    second.answer({ 2: batchOf(0, 1) }, { sessionId: 42 });
    expect(valuesOf(await bench.consumer.poll(5000))).toEqual(['v0']);
    const third = await bench.next();
    expect([third.request.sessionEpoch, third.asked]).toEqual([2, ['2@1']]);
    bench.consumer.pause([at]);
    third.answer({}, { sessionId: 42 });
    const fourth = await bench.next();
    expect(fourth.request.forgottenTopicsData.flatMap(({ partitions }) => partitions)).toEqual([0]);
    await bench.consumer.close(1000);
    expect(bench.desk.ended).toEqual([42]);
  });

  test.each(['FETCH_SESSION_ID_NOT_FOUND', 'INVALID_FETCH_SESSION_EPOCH'] as const)(
    'are begun anew after %s, and nothing is lost',
    async (error) => {
      bench.start({}, 2);
      (await bench.next()).answer({}, { sessionId: 42 });
      const second = await bench.next();
      expect(second.asked).toEqual([]);
      second.answer({}, { errorCode: error === 'FETCH_SESSION_ID_NOT_FOUND' ? 70 : 71 });
      const third = await bench.next();
      expect([third.request.sessionEpoch, third.asked]).toEqual([0, ['0@0', '1@0']]);
      third.answer({ 0: batchOf(0, 1) }, { sessionId: 43 });
      expect(valuesOf(await bench.consumer.poll(5000))).toEqual(['v0']);
    },
  );

  test('that a broker never knows are not asked for in a hurry', async () => {
    bench.start({ 'retry.backoff.ms': '200', 'retry.backoff.max.ms': '200' });
    const since = performance.now();
    for (let i = 0; i < 4; i++) (await bench.next()).answer({}, { errorCode: 70 });
    await bench.next();
    // The first time at once, then three times after a back-off.
    expect(performance.now() - since).toBeGreaterThan(3 * 200 * 0.8);
  });

  test('are begun anew when a connection is lost', async () => {
    bench.start({}, 2);
    (await bench.next()).answer({}, { sessionId: 42 });
    (await bench.next()).hangUp();
    const third = await bench.next();
    expect([third.request.sessionId, third.request.sessionEpoch, third.asked]).toEqual([
      42,
      0,
      ['0@0', '1@0'],
    ]);
  });
});

describe('topics by id', () => {
  test('are asked for where the id is known, and by name where it is not', async () => {
    bench.start();
    expect((await bench.next()).version).toBe(12);
    await bench.consumer.close(100);
    bench.desk.topicId = topicIds[0];
    bench.desk.held.length = 0;
    bench.start();
    const fetch = await bench.next();
    expect(fetch.version).toBe(fetchApi.maxVersion);
    expect(fetch.request.topics[0]?.topicId).toBe(topicIds[0]);
    fetch.answer({ 0: batchOf(0, 1) });
    expect(valuesOf(await bench.consumer.poll(5000))).toEqual(['v0']);
  });

  test('that were deleted and made anew are read by auto.offset.reset', async () => {
    bench.desk.topicId = topicIds[0];
    bench.start();
    bench.consumer.seek(at, 700);
    const fetch = await bench.next();
    expect(fetch.asked).toEqual(['0@700']);
    bench.desk.topicId = topicIds[1];
    bench.desk.startOffset = 3;
    fetch.answer({ 0: 'UNKNOWN_TOPIC_ID' });
    const again = await waitFor('a fetch by the new id', async () => {
      const held = await bench.next();
      if (held.request.topics[0]?.topicId === topicIds[1]) return held;
      held.answer({ 0: 'UNKNOWN_TOPIC_ID' });
      return undefined;
    });
    expect(again.asked).toEqual(['0@3']);
  });

  test('that were deleted and made anew are an error without auto.offset.reset', async () => {
    bench.desk.topicId = topicIds[0];
    bench.start({ 'auto.offset.reset': 'none' });
    bench.consumer.seek(at, 700);
    const fetch = await bench.next();
    bench.desk.topicId = topicIds[1];
    fetch.answer({ 0: 'UNKNOWN_TOPIC_ID' });
    const error = await waitFor('the error', async () => {
      for (const held of bench.desk.held.splice(0)) held.answer({ 0: 'UNKNOWN_TOPIC_ID' });
      return await bench.consumer.poll(20).then(
        () => undefined,
        (reason: unknown) => reason,
      );
    });
    expect(detailsOf(error)).toMatchObject({
      kafkaError: 'OFFSET_OUT_OF_RANGE',
      topic: 't',
      partition: 0,
      offset: 700,
    });
    expect(detailsOf(await failedPoll())).toMatchObject({ offset: 700 });
    expect(bench.desk.held).toEqual([]);
    bench.consumer.seek(at, 0);
    expect((await bench.next()).asked).toEqual(['0@0']);
  });
});

describe('a read replica', () => {
  async function toReplica(properties: Properties = {}): Promise<HeldFetch> {
    await bench.desk.addNode(2);
    bench.start({ 'client.rack': 'r2', ...properties });
    bench.consumer.seek(at, 7);
    const fetch = await bench.next();
    expect([fetch.node, fetch.request.rackId]).toEqual([1, 'r2']);
    fetch.answer({ 0: { preferredReadReplica: 2 } });
    const second = await bench.next();
    expect([second.node, second.asked]).toEqual([2, ['0@7']]);
    return second;
  }

  test('is read from when the leader says so', async () => {
    (await toReplica()).answer({ 0: batchOf(7, 2) });
    expect(valuesOf(await bench.consumer.poll(5000))).toEqual(['v7', 'v8']);
    const third = await bench.next();
    expect([third.node, third.asked]).toEqual([2, ['0@9']]);
  });

  test.each(['OFFSET_OUT_OF_RANGE', 'NOT_LEADER_OR_FOLLOWER', 'UNKNOWN_TOPIC_OR_PARTITION'] as const)(
    'is left after %s, and the leader is asked for the same offset',
    async (error) => {
      bench.desk.startOffset = 500;
      (await toReplica()).answer({ 0: error });
      const third = await bench.next();
      expect([third.node, third.asked]).toEqual([1, ['0@7']]);
    },
  );

  test('is left when it cannot be reached', async () => {
    (await toReplica()).hangUp();
    const third = await bench.next();
    expect([third.node, third.asked]).toEqual([1, ['0@7']]);
  });

  test('is left after a while, so that the leader can name another one', async () => {
    const second = await toReplica({ 'metadata.max.age.ms': '300' });
    const since = performance.now();
    await waitFor('the replica to have had its time', () => performance.now() - since > 310);
    second.answer({ 0: batchOf(7, 1) });
    expect(valuesOf(await bench.consumer.poll(5000))).toEqual(['v7']);
    expect((await bench.next()).node).toBe(1);
  });
});

describe('a log that was cut', () => {
  test('is noticed by the epoch of the last record, and read again from where it parts', async () => {
    bench.desk.leaderEpoch = 5;
    bench.start();
    const first = await bench.next();
    expect(epochsOf(first)).toEqual({ current: 5, last: -1 });
    first.answer({ 0: Buffer.concat([batchOf(0, 3, 4), batchOf(3, 7, 5)]) });
    expect(valuesOf(await bench.consumer.poll(5000))).toHaveLength(10);
    const second = await bench.next();
    expect([second.asked, epochsOf(second)]).toEqual([['0@10'], { current: 5, last: 5 }]);
    second.answer({ 0: { divergingEpoch: { epoch: 4, endOffset: 6 } } });
    const third = await bench.next();
    expect([third.asked, epochsOf(third)]).toEqual([['0@6'], { current: 5, last: 4 }]);
  });

  test('is noticed only once what was fetched ahead is compared from the position', async () => {
    bench.desk.leaderEpoch = 5;
    bench.start({ 'max.poll.records': '2' });
    (await bench.next()).answer({ 0: batchOf(0, 10, 5) });
    expect(valuesOf(await bench.consumer.poll(5000))).toEqual(['v0', 'v1']);
    const ahead = await waitFor('the fetch ahead', () => bench.desk.held.shift());
    expect(ahead.asked).toEqual(['0@10']);
    ahead.answer({ 0: { divergingEpoch: { epoch: 5, endOffset: 6 } } });
    const again = await waitFor('the fetch from the position', () => bench.desk.held.shift());
    expect(again.asked).toEqual(['0@2']);
    again.answer({ 0: batchOf(0, 6, 5) });
    expect(valuesOf(await bench.consumer.poll(5000))).toEqual(['v2', 'v3']);
  });

  test('behind the position, of an epoch that the leader never had, makes nobody skip what is there', async () => {
    bench.desk.leaderEpoch = 6;
    bench.start({ 'auto.offset.reset': 'none' });
    bench.consumer.seek(at, 0);
    (await bench.next()).answer({ 0: batchOf(0, 10, 5) });
    expect(valuesOf(await bench.consumer.poll(5000))).toHaveLength(10);
    (await bench.next()).answer({ 0: { divergingEpoch: { epoch: 4, endOffset: 100 } } });
    const third = await bench.next();
    expect([third.asked, epochsOf(third)]).toEqual([['0@10'], { current: 6, last: 4 }]);
  });

  test('is an error that names the offsets when auto.offset.reset is none', async () => {
    bench.desk.leaderEpoch = 5;
    bench.start({ 'auto.offset.reset': 'none' });
    bench.consumer.seek(at, 0);
    (await bench.next()).answer({ 0: batchOf(0, 10, 5) });
    expect(valuesOf(await bench.consumer.poll(5000))).toHaveLength(10);
    (await bench.next()).answer({ 0: { divergingEpoch: { epoch: 4, endOffset: 6 } } });
    expect(detailsOf(await failedPoll())).toMatchObject({
      kafkaError: 'LOG_TRUNCATION',
      topic: 't',
      partition: 0,
      offset: 10,
      divergingOffset: 6,
      divergingEpoch: 4,
    });
  });

  test.each(['FENCED_LEADER_EPOCH', 'UNKNOWN_LEADER_EPOCH'] as const)(
    'is not what %s means: metadata is asked for and the fetch repeated',
    async (error) => {
      bench.desk.leaderEpoch = 5;
      bench.start();
      const fetch = await bench.next();
      bench.desk.leaderEpoch = 6;
      fetch.answer({ 0: error });
      const again = await waitFor('the new epoch', async () => {
        const held = await bench.next();
        if (epochsOf(held).current === 6) return held;
        held.answer({ 0: error });
        return undefined;
      });
      expect(again.asked).toEqual(['0@0']);
    },
  );

  test.each([
    ['where it parts', { leaderEpoch: 5, endOffset: 6 }, '0@6'],
    ['by auto.offset.reset when nothing of the epoch is left', { leaderEpoch: -1, endOffset: -1 }, '0@2'],
  ])('is asked for with older brokers, once an epoch, and read %s', async (_how, end, expected) => {
    bench.desk.leaderEpoch = 5;
    bench.desk.startOffset = 2;
    bench.desk.broker.versions = bench.desk.broker.versions.map((range) =>
      range.apiKey === fetchApi.key ? { ...range, maxVersion: 11 } : range,
    );
    const questions: unknown[] = [];
    bench.desk.broker.on(offsetForLeaderEpochApi.key, (call) => {
      const { topics } = call.read(offsetForLeaderEpochApi);
      const [partition] = topics.flatMap(({ partitions }) => partitions);
      questions.push([partition?.currentLeaderEpoch, partition?.leaderEpoch]);
      const answer = questions.length === 1 ? { leaderEpoch: 5, endOffset: 1000 } : end;
      call.answer(offsetForLeaderEpochApi, {
        topics: [{ topic: 't', partitions: [{ errorCode: 0, partition: 0, ...answer }] }],
      });
    });
    bench.start();
    bench.consumer.seek(at, 0);
    const first = await bench.next();
    expect(first.version).toBe(11);
    first.answer({ 0: batchOf(0, 10, 5) });
    expect(valuesOf(await bench.consumer.poll(5000))).toHaveLength(10);
    const second = await bench.next();
    expect(second.asked).toEqual(['0@10']);
    expect(questions).toEqual([[5, 5]]);
    bench.desk.leaderEpoch = 7;
    second.answer({ 0: 'FENCED_LEADER_EPOCH' });
    const third = await waitFor('the fetch after the cut', async () => {
      const held = await bench.next();
      if (held.asked[0] !== '0@10') return held;
      held.answer({ 0: 'FENCED_LEADER_EPOCH' });
      return undefined;
    });
    expect(third.asked).toEqual([expected]);
    // The position that was gone back to is compared as well, if its epoch is known.
    expect(questions.slice(1, 2)).toEqual([[7, 5]]);
  });
});

describe('an offset out of range', () => {
  test.each([
    ['earliest', -2, '0@20'],
    ['latest', -1, '0@30'],
    ['by_duration:PT1H', Date.now() - 3_600_000, '0@25'],
  ])('is replaced by auto.offset.reset=%s', async (policy, timestamp, expected) => {
    bench.start({ 'auto.offset.reset': policy });
    bench.desk.startOffset = 20;
    bench.desk.offsets.set(-1, 30).set(1, 25);
    bench.consumer.seek(at, 7);
    (await bench.next()).answer({ 0: 'OFFSET_OUT_OF_RANGE' });
    expect((await bench.next()).asked).toEqual([expected]);
    expect(bench.desk.listed).toHaveLength(1);
    expect(Math.abs((bench.desk.listed[0] ?? 0) - timestamp)).toBeLessThan(120_000);
  });

  test('is replaced by the end when no record is as young as auto.offset.reset=by_duration asks', async () => {
    bench.start({ 'auto.offset.reset': 'by_duration:PT1S' });
    bench.desk.offsets.set(-1, 30).set(1, -1);
    bench.consumer.seek(at, 7);
    (await bench.next()).answer({ 0: 'OFFSET_OUT_OF_RANGE' });
    expect((await bench.next()).asked).toEqual(['0@30']);
  });

  test('is an error with the place when auto.offset.reset=none, in each poll until a seek', async () => {
    bench.start({ 'auto.offset.reset': 'none' });
    bench.consumer.seek(at, 7);
    for (let i = 0; i < 2; i++) {
      (await bench.next()).answer({ 0: 'OFFSET_OUT_OF_RANGE' });
      const error = await failedPoll();
      expect(detailsOf(error)).toMatchObject({ kafkaError: 'OFFSET_OUT_OF_RANGE', ...at, offset: 7 });
    }
    const stale = await bench.next();
    bench.consumer.seek(at, 9);
    stale.answer({ 0: 'OFFSET_OUT_OF_RANGE' });
    expect((await bench.next()).asked).toEqual(['0@9']);
    expect(bench.desk.listed).toEqual([]);
  });
});

describe('fetches', () => {
  test('that find the log of the broker damaged are an error with the place', async () => {
    bench.start();
    bench.consumer.seek(at, 8);
    (await bench.next()).answer({ 0: 'CORRUPT_MESSAGE' });
    expect(detailsOf(await failedPoll())).toMatchObject({
      kafkaError: 'CORRUPT_MESSAGE',
      topic: 't',
      partition: 0,
      offset: 8,
    });
    expect((await bench.next()).asked).toEqual(['0@8']);
  });

  test('name every partition that has no position when auto.offset.reset is none', async () => {
    bench.start({ 'auto.offset.reset': 'none' }, 3);
    const error = await failedPoll();
    expect(detailsOf(error)).toMatchObject({
      kafkaError: 'NO_OFFSET_FOR_PARTITION',
      partitions: ['t-0', 't-1', 't-2'],
    });
  });
});

describe('memory', () => {
  const mebibyte = 2 ** 20;

  /** A batch of one record, of about the size. */
  function largeBatch(offset: number, bytes: number): Buffer {
    const record = { timestamp: 1, key: null, value: Buffer.alloc(bytes, offset) };
    return encodeRecordBatch([record], { baseOffset: offset });
  }

  /** Answers as a broker does: whole batches, in the order asked, within the sizes asked, but always one. */
  function answerInFull({ request, answer }: HeldFetch, batchBytes: number): void {
    const answers: Record<number, Buffer> = {};
    let left = request.maxBytes;
    for (const { partition, fetchOffset, partitionMaxBytes } of request.topics.flatMap((t) => t.partitions)) {
      const batches: Buffer[] = [];
      for (let room = Math.min(left, partitionMaxBytes); ; ) {
        const isFirst = Object.keys(answers).length === 0 && batches.length === 0;
        if (room < batchBytes && !isFirst) break;
        batches.push(largeBatch(fetchOffset + batches.length, batchBytes - 100));
        room -= batchBytes;
        left -= batchBytes;
      }
      if (batches.length > 0) answers[partition] = Buffer.concat(batches);
    }
    answer(answers);
  }

  test('of 200 partitions with large batches stays within fetch.max.bytes, and each gets its turn', async () => {
    bench.start({ 'fetch.max.bytes': String(8 * mebibyte), 'max.poll.records': '5' }, 200);
    const given = new Map<number, number>();
    let mostHeld = 0;
    const deadline = performance.now() + 60_000;
    while (given.size < 200 || Math.min(...given.values()) < 2) {
      if (performance.now() > deadline) throw new Error(`only ${given.size} partitions were read`);
      for (let fetch = bench.desk.held.shift(); fetch !== undefined; fetch = bench.desk.held.shift()) {
        answerInFull(fetch, mebibyte / 2);
      }
      for (const { partition, records } of await bench.consumer.poll(20)) {
        expect(records[0]?.value?.length).toBe(mebibyte / 2 - 100);
        given.set(partition, (given.get(partition) ?? 0) + records.length);
      }
      mostHeld = Math.max(mostHeld, bench.consumer.heldBytes);
    }
    expect(mostHeld).toBeLessThanOrEqual(8 * mebibyte);
    expect(mostHeld).toBeGreaterThan(2 * mebibyte);
    // Nobody is read twice as often as another for long.
    expect(Math.max(...given.values())).toBeLessThanOrEqual(12);
  }, 90_000);

  test('that paused partitions hold is let go for the others, and what was let go is fetched again', async () => {
    bench.start({ 'fetch.max.bytes': String(mebibyte), 'max.poll.records': '1' }, 2);
    const first = await bench.next();
    first.answer({ 0: Buffer.concat([largeBatch(0, 400_000), largeBatch(1, 400_000)]) });
    expect(
      (await bench.consumer.poll(5000)).map(({ partition, nextOffset }) => [partition, nextOffset]),
    ).toEqual([[0, 1]]);
    bench.consumer.pause([at]);
    const second = await bench.next();
    expect(second.asked).toEqual(['1@0']);
    second.answer({ 1: batchOf(0, 1) });
    expect(valuesOf(await bench.consumer.poll(5000))).toEqual(['v0']);
    bench.consumer.resume([at]);
    const third = await bench.next();
    if (!third.asked.includes('0@1')) third.answer({});
    const fetch = third.asked.includes('0@1') ? third : await bench.next();
    expect(fetch.asked).toContain('0@1');
    fetch.answer({ 0: largeBatch(1, 400_000) });
    expect((await bench.consumer.poll(5000))[0]?.records[0]?.offset).toBe(1);
  });

  test('of decompressed records is bounded in each poll, though more records were asked for', async () => {
    bench.start({ 'fetch.max.bytes': String(mebibyte), 'max.poll.records': '500' });
    const fetch = await bench.next();
    const batches = Array.from({ length: 10 }, (_, offset) => {
      const record = { timestamp: 1, key: null, value: Buffer.alloc(300_000, 7) };
      return encodeRecordBatch([record], { baseOffset: offset, compression: 'lz4' });
    });
    fetch.answer({ 0: Buffer.concat(batches) });
    const counts: number[] = [];
    while (counts.reduce((sum, count) => sum + count, 0) < 10) {
      const [batch] = await bench.consumer.poll(5000);
      counts.push(batch?.records.length ?? 0);
    }
    expect(counts).toEqual([4, 4, 2]);
  });
});
