import { describe, expect, test } from 'vitest';
import { kafkaErrors } from '../protocol/error-codes.ts';
import { FetchSession, type FetchTarget, noTopicId } from './fetch-session.ts';

const version = 12;

function target(partition: number, fetchOffset: number, more: Partial<FetchTarget> = {}): FetchTarget {
  return {
    topic: 't',
    topicId: noTopicId,
    partition,
    fetchOffset,
    partitionMaxBytes: 100,
    currentLeaderEpoch: 3,
    lastFetchedEpoch: -1,
    ...more,
  };
}

/** `id/epoch asked… -forgotten…` */
function shown({
  sessionId,
  sessionEpoch,
  topics,
  forgottenTopicsData,
}: ReturnType<FetchSession['next']>): string {
  const asked = topics.flatMap(({ topic, topicId, partitions }) =>
    partitions.map(({ partition, fetchOffset }) => `${topic ?? topicId}-${partition}@${fetchOffset}`),
  );
  const forgotten = forgottenTopicsData.flatMap(({ topic, topicId, partitions }) =>
    partitions.map((partition) => `-${topic ?? topicId}-${partition}`),
  );
  return [`${sessionId}/${sessionEpoch}`, ...asked, ...forgotten].join(' ');
}

describe('a fetch session', () => {
  test('names everything once, then only what has changed', () => {
    const session = new FetchSession();
    expect(shown(session.next([target(0, 1), target(1, 1)], version))).toBe('0/0 t-0@1 t-1@1');
    expect(session.accept(0, 77)).toBe(true);
    expect(shown(session.next([target(0, 1), target(1, 5)], version))).toBe('77/1 t-1@5');
    session.accept(0, 77);
    expect(shown(session.next([target(0, 1), target(1, 5)], version))).toBe('77/2');
    session.accept(0, 77);
    expect(shown(session.next([target(1, 5), target(2, 0)], version))).toBe('77/3 t-2@0 -t-0');
    session.accept(0, 77);
    expect(shown(session.next([target(0, 1), target(1, 5), target(2, 0)], version))).toBe('77/4 t-0@1');
  });

  test.each([
    ['leader epoch', { currentLeaderEpoch: 4 }],
    ['epoch of the last record', { lastFetchedEpoch: 2 }],
    ['size', { partitionMaxBytes: 50 }],
  ])('tells of a changed %s', (_what, change) => {
    const session = new FetchSession();
    session.next([target(0, 1)], version);
    session.accept(0, 77);
    expect(shown(session.next([target(0, 1, change)], version))).toBe('77/1 t-0@1');
  });

  test('names everything each time when the broker gives no session', () => {
    const session = new FetchSession();
    for (let i = 0; i < 3; i++) {
      expect(shown(session.next([target(0, 1), target(1, 1)], version))).toBe('0/0 t-0@1 t-1@1');
      expect(session.accept(0, 0)).toBe(true);
    }
  });

  test('begins anew when the broker has forgotten it, without a word of the old one', () => {
    const session = new FetchSession();
    session.next([target(0, 1)], version);
    session.accept(0, 77);
    session.next([target(0, 1)], version);
    expect(session.accept(kafkaErrors.FETCH_SESSION_ID_NOT_FOUND, 0)).toBe(false);
    expect(shown(session.next([target(0, 1)], version))).toBe('0/0 t-0@1');
  });

  test.each(['INVALID_FETCH_SESSION_EPOCH', 'FETCH_SESSION_TOPIC_ID_ERROR'] as const)(
    'begins anew and ends the old one after %s',
    (error) => {
      const session = new FetchSession();
      session.next([target(0, 1)], version);
      session.accept(0, 77);
      session.next([target(0, 1)], version);
      expect(session.accept(kafkaErrors[error], 0)).toBe(false);
      expect(shown(session.next([target(0, 1)], version))).toBe('77/0 t-0@1');
      session.accept(0, 78);
      expect(shown(session.next([target(0, 1)], version))).toBe('78/1');
    },
  );

  test('begins anew after a request without an answer', () => {
    const session = new FetchSession();
    session.next([target(0, 1)], version);
    session.accept(0, 77);
    session.next([target(0, 9)], version);
    session.restart();
    expect(shown(session.next([target(0, 9)], version))).toBe('77/0 t-0@9');
  });

  test('names topics by id where it can, and takes a topic made anew for another one', () => {
    const session = new FetchSession();
    session.next([target(0, 1, { topicId: 'A' })], 13);
    session.accept(0, 77);
    expect(shown(session.next([target(0, 1, { topicId: 'B' })], 13))).toBe('77/1 B-0@1 -A-0');
    session.accept(0, 77);
    // One id that is not known: names for all, and a session of its own.
    expect(shown(session.next([target(0, 1)], 12))).toBe('77/0 t-0@1');
  });

  test('is not spoken of with brokers that know none', () => {
    const session = new FetchSession();
    expect(shown(session.next([target(0, 1)], 6))).toBe('0/-1 t-0@1');
  });

  test('is ended once', () => {
    const session = new FetchSession();
    expect(session.end()).toBeNull();
    session.next([target(0, 1)], version);
    session.accept(0, 77);
    expect(session.end()).toMatchObject({ sessionId: 77, sessionEpoch: -1, topics: [] });
    expect(session.end()).toBeNull();
  });
});
