import { describe, expect, it } from 'vitest';
import { kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import { fetchApi } from '../../kafka/protocol/generated/fetch.js';
import { ProtocolReader } from '../../kafka/protocol/reader.ts';
import { ProtocolWriter } from '../../kafka/protocol/writer.ts';
import { type FetchPlan, FetchSessions } from './fetch-sessions.ts';

const limits = { sessions: 2, partitions: 10, keptMs: 1000 };

interface Asked {
  readonly sessionId?: number;
  readonly sessionEpoch?: number;
  readonly partitions?: readonly number[];
  readonly forgotten?: readonly number[];
}

function request({ sessionId = 0, sessionEpoch = 0, partitions = [], forgotten = [] }: Asked) {
  const writer = new ProtocolWriter();
  const named = partitions.map((partition) => ({ partition, fetchOffset: 0, partitionMaxBytes: 1 }));
  const body = {
    maxWaitMs: 0,
    minBytes: 0,
    sessionId,
    sessionEpoch,
    topics: named.length === 0 ? [] : [{ topic: 't', partitions: named }],
    forgottenTopicsData: forgotten.length === 0 ? [] : [{ topic: 't', partitions: forgotten }],
  };
  fetchApi.request.encode(writer, body, 12);
  return fetchApi.request.decode(new ProtocolReader(writer.toBuffer()), 12);
}

function numbers(plan: FetchPlan): number[] {
  return plan.partitions.map(({ wanted }) => wanted.partition);
}

function told(records: number, highWatermark: number, errorCode = 0) {
  return {
    partitionIndex: 0,
    errorCode,
    highWatermark,
    logStartOffset: 0,
    abortedTransactions: null,
    records: Buffer.alloc(records),
  };
}

describe('fetch sessions', () => {
  it('remember what was asked for, take changes, and end when nothing is left', () => {
    const sessions = new FetchSessions(limits);
    const first = sessions.plan(request({ partitions: [0, 1, 2] }), 12, 0);
    expect(first.sessionId).toBeGreaterThan(0);
    const { sessionId } = first;
    const changed = sessions.plan(
      request({ sessionId, sessionEpoch: 1, partitions: [3], forgotten: [1] }),
      12,
      0,
    );
    expect(changed).toMatchObject({ errorCode: 0, sessionId });
    expect(numbers(changed)).toEqual([0, 2, 3]);
    expect(numbers(sessions.plan(request({ sessionId, sessionEpoch: 2 }), 12, 0))).toEqual([0, 2, 3]);
    const last = sessions.plan(request({ sessionId, sessionEpoch: 3, forgotten: [0, 2, 3] }), 12, 0);
    expect(last).toMatchObject({ errorCode: 0, sessionId: 0, partitions: [] });
    expect(sessions.size).toBe(0);
  });

  it('leave out of answers what the client knows, and serve first who had nothing', () => {
    const sessions = new FetchSessions(limits);
    const whole = sessions.plan(request({ partitions: [0, 1, 2] }), 12, 0);
    const { sessionId } = whole;
    expect(whole.select([told(0, 5), told(0, 5), told(0, 5)])).toEqual([true, true, true]);
    const second = sessions.plan(request({ sessionId, sessionEpoch: 1 }), 12, 0);
    expect(second.select([told(9, 5), told(0, 6), told(0, 5)])).toEqual([true, true, false]);
    const third = sessions.plan(request({ sessionId, sessionEpoch: 2 }), 12, 0);
    expect(numbers(third)).toEqual([1, 2, 0]);
    expect(third.select([told(0, -1, 3), told(0, 5), told(0, 5)])).toEqual([true, false, false]);
    // What was told with an error is told again once it is fine, though nothing moved since.
    const fourth = sessions.plan(request({ sessionId, sessionEpoch: 3 }), 12, 0);
    expect(fourth.select([told(0, 6), told(0, 5), told(0, 5)])).toEqual([true, false, false]);
  });

  it('refuse what does not belong to them', () => {
    const sessions = new FetchSessions(limits);
    const { sessionId } = sessions.plan(request({ partitions: [0] }), 12, 0);
    const unknown = sessions.plan(request({ sessionId: 1, sessionEpoch: 1 }), 12, 0);
    expect(unknown.errorCode).toBe(kafkaErrors.FETCH_SESSION_ID_NOT_FOUND);
    const late = sessions.plan(request({ sessionId, sessionEpoch: 7 }), 12, 0);
    expect(late.errorCode).toBe(kafkaErrors.INVALID_FETCH_SESSION_EPOCH);
    const otherVersion = sessions.plan(request({ sessionId, sessionEpoch: 1 }), 13, 0);
    expect(otherVersion.errorCode).toBe(kafkaErrors.FETCH_SESSION_TOPIC_ID_ERROR);
    expect(sessions.plan(request({ sessionId, sessionEpoch: 1 }), 12, 0).errorCode).toBe(0);
  });

  it('end when the client says so, or begins another', () => {
    const sessions = new FetchSessions(limits);
    const { sessionId } = sessions.plan(request({ partitions: [0] }), 12, 0);
    const other = sessions.plan(request({ sessionId, sessionEpoch: 0, partitions: [1] }), 12, 0);
    expect(sessions.size).toBe(1);
    expect(numbers(other)).toEqual([1]);
    const ended = sessions.plan(
      request({ sessionId: other.sessionId, sessionEpoch: -1, partitions: [1] }),
      12,
      0,
    );
    expect(ended).toMatchObject({ sessionId: 0 });
    expect(sessions.size).toBe(0);
  });

  it('are bounded: whoever comes too late does without, unless one was long not used', () => {
    const sessions = new FetchSessions(limits);
    const first = sessions.plan(request({ partitions: [0] }), 12, 0);
    sessions.plan(request({ partitions: [0] }), 12, 500);
    expect(sessions.plan(request({ partitions: [0, 1] }), 12, 900).sessionId).toBe(0);
    expect(sessions.plan(request({ partitions: [0] }), 12, 1200).sessionId).toBeGreaterThan(0);
    const gone = sessions.plan(request({ sessionId: first.sessionId, sessionEpoch: 1 }), 12, 1200);
    expect(gone.errorCode).toBe(kafkaErrors.FETCH_SESSION_ID_NOT_FOUND);
    const many = Array.from({ length: 11 }, (_, n) => n);
    expect(sessions.plan(request({ partitions: many }), 12, 100_000).sessionId).toBe(0);
  });

  it('are not for clients of versions before them', () => {
    const sessions = new FetchSessions(limits);
    expect(sessions.plan(request({ partitions: [0] }), 6, 0).sessionId).toBe(0);
    expect(sessions.size).toBe(0);
  });
});
