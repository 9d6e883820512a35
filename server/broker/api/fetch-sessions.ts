import { randomInt } from 'node:crypto';
import { type KafkaErrorName, kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import type {
  FetchPartition,
  FetchRequest,
  PartitionDataInput,
} from '../../kafka/protocol/generated/fetch.js';

/** A partition that a client wants to read, and what it was told of it last. */
export interface WantedPartition {
  /** Empty from version 13 of the request on, which has the topic's id instead. */
  readonly topic: string;
  readonly topicId: string;
  wanted: FetchPartition;
  toldHighWatermark: number;
  toldLogStart: number;
}

/** What one request asks for, its session considered. */
export interface FetchPlan {
  readonly errorCode: number;
  /** For the answer: 0 tells the client to name all partitions the next time. */
  readonly sessionId: number;
  readonly partitions: readonly WantedPartition[];
  /** Leaves out of the answer what the client knows already. */
  select(data: readonly PartitionDataInput[]): readonly boolean[];
}

interface FetchSession {
  readonly id: number;
  readonly usesIds: boolean;
  readonly partitions: Map<string, WantedPartition>;
  epoch: number;
  usedAt: number;
}

export interface FetchSessionLimits {
  readonly sessions: number;
  /** In all sessions together. */
  readonly partitions: number;
  /** A session that was used since is not dropped for a new one. */
  readonly keptMs: number;
}

const firstVersionWithSessions = 7;
const firstVersionWithIds = 13;
const newSession = 0;
const noSession = -1;
const lastEpoch = 0x7fffffff;

/** As Kafka's defaults, but for the bound on partitions, which Kafka does not have. */
const kafkaLimits: FetchSessionLimits = { sessions: 1000, partitions: 500_000, keptMs: 120_000 };

/**
 * The fetch sessions of KIP-227: clients that read many partitions name only what changed since their last request,
 * and are told only of partitions with news.
 */
export class FetchSessions {
  readonly #limits: FetchSessionLimits;
  /** Least recently used first. */
  readonly #sessions = new Map<number, FetchSession>();
  #partitions = 0;

  constructor(limits: FetchSessionLimits = kafkaLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#sessions.size;
  }

  plan(request: FetchRequest, apiVersion: number, now: number): FetchPlan {
    const usesIds = apiVersion >= firstVersionWithIds;
    if (apiVersion < firstVersionWithSessions) return wholePlan(0, wantedOf(request));
    const { sessionId, sessionEpoch } = request;
    if (sessionEpoch !== newSession && sessionEpoch !== noSession) {
      return this.#continue(request, usesIds, now);
    }
    const former = this.#sessions.get(sessionId);
    if (former !== undefined) this.#drop(former);
    const wanted = wantedOf(request);
    const session = sessionEpoch === newSession ? this.#begin(wanted, usesIds, now) : null;
    return session === null ? wholePlan(0, wanted) : wholePlan(session.id, [...session.partitions.values()]);
  }

  #begin(wanted: readonly WantedPartition[], usesIds: boolean, now: number): FetchSession | null {
    if (wanted.length === 0) return null;
    this.#makeRoom(wanted.length, now);
    const isFull = this.#sessions.size >= this.#limits.sessions;
    if (isFull || this.#partitions + wanted.length > this.#limits.partitions) return null;
    const id = this.#freeId();
    const partitions = new Map(wanted.map((partition) => [keyOf(partition, usesIds), partition]));
    const session = { id, usesIds, partitions, epoch: 1, usedAt: now };
    this.#sessions.set(id, session);
    this.#partitions += partitions.size;
    return session;
  }

  #makeRoom(partitions: number, now: number): void {
    for (const session of this.#sessions.values()) {
      const fits =
        this.#sessions.size < this.#limits.sessions &&
        this.#partitions + partitions <= this.#limits.partitions;
      if (fits || session.usedAt + this.#limits.keptMs > now) return;
      this.#drop(session);
    }
  }

  #freeId(): number {
    for (;;) {
      const id = randomInt(1, 2 ** 31);
      if (!this.#sessions.has(id)) return id;
    }
  }

  #drop(session: FetchSession): void {
    this.#sessions.delete(session.id);
    this.#partitions -= session.partitions.size;
  }

  #continue(request: FetchRequest, usesIds: boolean, now: number): FetchPlan {
    const session = this.#sessions.get(request.sessionId);
    if (session === undefined) return refusedPlan('FETCH_SESSION_ID_NOT_FOUND', 0);
    if (session.epoch !== request.sessionEpoch) {
      return refusedPlan('INVALID_FETCH_SESSION_EPOCH', session.id);
    }
    if (session.usesIds !== usesIds) return refusedPlan('FETCH_SESSION_TOPIC_ID_ERROR', session.id);
    this.#change(session, request);
    if (session.partitions.size === 0) {
      this.#drop(session);
      return wholePlan(0, []);
    }
    session.epoch = session.epoch === lastEpoch ? 1 : session.epoch + 1;
    session.usedAt = now;
    this.#sessions.delete(session.id);
    this.#sessions.set(session.id, session);
    const partitions = [...session.partitions.values()];
    return {
      errorCode: 0,
      sessionId: session.id,
      partitions,
      select: (data) =>
        data.map((told, index) => hasNews(session, partitions[index] as WantedPartition, told)),
    };
  }

  #change(session: FetchSession, request: FetchRequest): void {
    const { partitions, usesIds } = session;
    const before = partitions.size;
    for (const { topic, topicId, partitions: forgotten } of request.forgottenTopicsData) {
      for (const partition of forgotten) {
        partitions.delete(keyOf({ topic, topicId, wanted: { partition } }, usesIds));
      }
    }
    for (const changed of wantedOf(request)) {
      const key = keyOf(changed, usesIds);
      const known = partitions.get(key);
      if (known === undefined) partitions.set(key, changed);
      else known.wanted = changed.wanted;
    }
    this.#partitions += partitions.size - before;
  }
}

function wantedOf(request: FetchRequest): WantedPartition[] {
  return request.topics.flatMap(({ topic, topicId, partitions }) =>
    partitions.map((wanted) => ({ topic, topicId, wanted, toldHighWatermark: -1, toldLogStart: -1 })),
  );
}

function keyOf(
  {
    topic,
    topicId,
    wanted,
  }: { readonly topic: string; readonly topicId: string; readonly wanted: { readonly partition: number } },
  usesIds: boolean,
): string {
  return `${usesIds ? topicId : topic} ${wanted.partition}`;
}

/** A plan whose answer has all partitions. */
function wholePlan(sessionId: number, partitions: readonly WantedPartition[]): FetchPlan {
  return {
    errorCode: 0,
    sessionId,
    partitions,
    select: (data) =>
      data.map((told, index) => {
        noteTold(partitions[index] as WantedPartition, told);
        return true;
      }),
  };
}

function refusedPlan(error: KafkaErrorName, sessionId: number): FetchPlan {
  return { errorCode: kafkaErrors[error], sessionId, partitions: [], select: () => [] };
}

function noteTold(partition: WantedPartition, told: PartitionDataInput): void {
  // After an error the client is to hear of the partition again, whatever it knew before.
  const isFine = told.errorCode === 0;
  partition.toldHighWatermark = isFine ? told.highWatermark : -1;
  partition.toldLogStart = isFine ? (told.logStartOffset ?? -1) : -1;
}

function hasNews(session: FetchSession, partition: WantedPartition, told: PartitionDataInput): boolean {
  const hasRecords = (told.records?.length ?? 0) > 0;
  const hasMoved =
    partition.toldHighWatermark !== told.highWatermark || partition.toldLogStart !== told.logStartOffset;
  noteTold(partition, told);
  if (hasRecords) {
    // To the end, so that the others are served first the next time.
    const key = keyOf(partition, session.usesIds);
    if (session.partitions.delete(key)) session.partitions.set(key, partition);
  }
  return hasRecords || hasMoved || told.errorCode !== 0;
}
