import { describe, expect, it } from 'vitest';
import { fetchApi } from '../kafka/protocol/generated/fetch.js';
import { listOffsetsApi } from '../kafka/protocol/generated/list-offsets.js';
import { offsetForLeaderEpochApi } from '../kafka/protocol/generated/offset-for-leader-epoch.js';
import { produceApi } from '../kafka/protocol/generated/produce.js';
import { brokers } from '../testing/brokers.ts';
import { sampleBatch } from './log/sample-batches.ts';
import { errorName, openWireDesk, type WireDesk } from './testing/wire-desk.ts';

/** Places in logs, leader epochs and fetch sessions, answer by answer. */

async function write({ client, topic }: WireDesk, records: Buffer): Promise<string> {
  const { responses } = await client.request(produceApi, 9, {
    acks: -1,
    timeoutMs: 5000,
    topicData: [{ name: topic, partitionData: [{ index: 0, records }] }],
  });
  return errorName(responses[0]?.partitionResponses[0]?.errorCode);
}

async function place({ client, topic }: WireDesk, version: number, timestamp: number, isolationLevel = 0) {
  const { topics } = await client.request(listOffsetsApi, version, {
    replicaId: -1,
    ...(version >= 2 ? { isolationLevel } : {}),
    topics: [{ name: topic, partitions: [{ partitionIndex: 0, timestamp }] }],
  });
  const found = topics[0]?.partitions[0];
  return found?.errorCode === 0 ? found.offset : errorName(found?.errorCode);
}

const part = (partition: number, fetchOffset: number, epochs: object = {}) => ({
  partition,
  fetchOffset,
  partitionMaxBytes: 10_000,
  ...epochs,
});

describe.each(await brokers())('fetching on $name', ({ bootstrap }) => {
  it('finds the places of a log by their numbers', async () => {
    const desk = await openWireDesk(bootstrap);
    for (const [version, timestamp, expected] of [
      [11, -1, 0],
      [11, -2, 0],
      [11, -3, -1],
      [11, -4, 0],
      [11, -5, -1],
      [11, -6, -1],
      [11, -7, 'UNSUPPORTED_VERSION'],
      [11, 0, -1],
    ] as const) {
      expect(await place(desk, version, timestamp), `an empty log at ${timestamp}`).toBe(expected);
    }
    await write(desk, sampleBatch([{}], { timestamp: 1000 }));
    await write(desk, sampleBatch([{}], { timestamp: 3000 }));
    await write(desk, sampleBatch([{}], { timestamp: 2000 }));
    for (const [version, timestamp, expected] of [
      [11, -1, 3],
      [1, -1, 3],
      [11, -2, 0],
      [7, -3, 1],
      [6, -3, 'UNSUPPORTED_VERSION'],
      [8, -4, 0],
      [7, -4, 'UNSUPPORTED_VERSION'],
      [9, -5, -1],
      [8, -5, 'UNSUPPORTED_VERSION'],
      [10, -6, 'UNSUPPORTED_VERSION'],
      [11, 0, 0],
      [11, 1000, 0],
      [11, 1001, 1],
      [11, 2500, 1],
      [11, 3001, -1],
    ] as const) {
      expect(await place(desk, version, timestamp), `version ${version} at ${timestamp}`).toBe(expected);
    }
  });

  it('knows the leader epochs of a log', async () => {
    const desk = await openWireDesk(bootstrap);
    const { client, topic } = desk;
    await write(desk, sampleBatch([{}, {}]));
    const end = async (leaderEpoch: number, currentLeaderEpoch = -1) => {
      const partitions = [{ partition: 0, leaderEpoch, currentLeaderEpoch }];
      const request = { replicaId: -1, topics: [{ topic, partitions }] };
      const answer = (await client.request(offsetForLeaderEpochApi, 4, request)).topics[0]?.partitions[0];
      return [errorName(answer?.errorCode), answer?.leaderEpoch, answer?.endOffset];
    };
    expect(await end(0, 0)).toEqual(['NONE', 0, 2]);
    expect(await end(5)).toEqual(['NONE', -1, -1]);
    expect(await end(0, 3)).toEqual(['UNKNOWN_LEADER_EPOCH', -1, -1]);
    const fetch = async (epochs: object, offset = 0) => {
      const topics = [{ topic, partitions: [part(0, offset, epochs)] }];
      const { responses } = await client.request(fetchApi, 12, { maxWaitMs: 0, minBytes: 0, topics });
      return errorName(responses[0]?.partitions[0]?.errorCode);
    };
    expect(await fetch({ currentLeaderEpoch: 0, lastFetchedEpoch: 0 })).toBe('NONE');
    expect(await fetch({ currentLeaderEpoch: 4 })).toBe('UNKNOWN_LEADER_EPOCH');
    expect(await fetch({ lastFetchedEpoch: 4 })).toBe('OFFSET_OUT_OF_RANGE');
    expect(await fetch({}, 3)).toBe('OFFSET_OUT_OF_RANGE');
    expect(await fetch({}, -1)).toBe('OFFSET_OUT_OF_RANGE');
  });

  it('tells in a session only what is new', async () => {
    const desk = await openWireDesk(bootstrap);
    const { client, topic } = desk;
    await write(desk, sampleBatch([{}, {}, {}]));
    let sessionId = 0;
    const fetch = async (sessionEpoch: number, topics: object[] = [], forgottenTopicsData: object[] = []) => {
      const request = { maxWaitMs: 0, minBytes: 0, sessionId, sessionEpoch, topics, forgottenTopicsData };
      const answer = await client.request(
        fetchApi,
        12,
        request as Parameters<typeof fetchApi.request.encode>[1],
      );
      if (sessionEpoch === 0) sessionId = answer.sessionId;
      if (answer.errorCode !== 0) return errorName(answer.errorCode);
      return answer.responses.flatMap((told) =>
        told.partitions.map(
          ({ partitionIndex, errorCode, highWatermark, records }) =>
            `${told.topic === topic ? '' : 'other '}${partitionIndex}: ` +
            `${errorName(errorCode)} ${highWatermark} ${(records?.length ?? 0) > 0 ? 'records' : 'none'}`,
        ),
      );
    };
    const both = [{ topic, partitions: [part(0, 0), part(1, 0)] }];
    expect(await fetch(0, both)).toEqual(['0: NONE 3 records', '1: NONE 0 none']);
    expect(sessionId).toBeGreaterThan(0);
    expect(await fetch(1)).toEqual(['0: NONE 3 records']);
    expect(await fetch(2, [{ topic, partitions: [part(0, 3)] }])).toEqual([]);
    expect(await fetch(3)).toEqual([]);
    const stranger = [{ topic: 'not-there', partitions: [part(0, 0)] }];
    expect(await fetch(4, stranger)).toEqual(['other 0: UNKNOWN_TOPIC_OR_PARTITION -1 none']);
    expect(await fetch(5)).toEqual(['other 0: UNKNOWN_TOPIC_OR_PARTITION -1 none']);
    const forgotten = [
      { topic: 'not-there', partitions: [0] },
      { topic, partitions: [1] },
    ];
    expect(await fetch(6, [], forgotten)).toEqual([]);
    await write(desk, sampleBatch([{}]));
    expect(await fetch(7)).toEqual(['0: NONE 4 records']);
    expect(await fetch(7)).toBe('INVALID_FETCH_SESSION_EPOCH');
    expect(await fetch(8, [], [{ topic, partitions: [0] }])).toEqual([]);
    expect(await fetch(9)).toBe('FETCH_SESSION_ID_NOT_FOUND');
    expect(await fetch(-1, both)).toEqual(['0: NONE 4 records', '1: NONE 0 none']);
  });

  it('finds topics by their ids from the versions on that have them', async () => {
    const desk = await openWireDesk(bootstrap);
    const { client, topicId } = desk;
    const records = sampleBatch([{}]);
    const { responses } = await client.request(produceApi, 13, {
      acks: -1,
      timeoutMs: 5000,
      topicData: [topicId, 'BAAAAAAAAAAAAAAAAAAAAA'].map((id) => ({
        topicId: id,
        partitionData: [{ index: 0, records: Buffer.from(records) }],
      })),
    });
    const written = new Map(responses.map((told) => [told.topicId, told.partitionResponses[0]?.errorCode]));
    expect(written.get(topicId)).toBe(0);
    expect(errorName(written.get('BAAAAAAAAAAAAAAAAAAAAA'))).toBe('UNKNOWN_TOPIC_ID');
    const topics = [topicId, 'BAAAAAAAAAAAAAAAAAAAAA'].map((id) => ({
      topicId: id,
      partitions: [part(0, 0)],
    }));
    const fetched = await client.request(fetchApi, 18, { maxWaitMs: 0, minBytes: 0, topics });
    const read = new Map(fetched.responses.map((told) => [told.topicId, told.partitions[0]]));
    expect(read.get(topicId)?.records?.length).toBeGreaterThan(0);
    expect(errorName(read.get('BAAAAAAAAAAAAAAAAAAAAA')?.errorCode)).toBe('UNKNOWN_TOPIC_ID');
  });
});
