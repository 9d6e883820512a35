import { type KafkaErrorName, kafkaErrorOf } from '../protocol/error-codes.ts';
import type { FetchPartitionInput, FetchRequestInput } from '../protocol/generated/fetch.js';

/** One partition as a fetch asks for it. */
export interface FetchTarget {
  readonly topic: string;
  /** All zeros when it is not known; then versions that name topics by id cannot be spoken. */
  readonly topicId: string;
  readonly partition: number;
  readonly fetchOffset: number;
  readonly partitionMaxBytes: number;
  /** -1 when it is not known. */
  readonly currentLeaderEpoch: number;
  /** -1 when it is not known. */
  readonly lastFetchedEpoch: number;
}

type SessionFields = Required<
  Pick<FetchRequestInput, 'sessionId' | 'sessionEpoch' | 'topics' | 'forgottenTopicsData'>
>;

export const noTopicId = 'AAAAAAAAAAAAAAAAAAAAAA';
const firstVersionWithSessions = 7;
const firstVersionWithLastEpochs = 12;
export const firstVersionWithTopicIds = 13;
/** Asks for a new session and ends the one that is named. */
const beginEpoch = 0;
const endEpoch = -1;
const lastEpoch = 0x7fffffff;

const sessionErrors: readonly KafkaErrorName[] = [
  'FETCH_SESSION_ID_NOT_FOUND',
  'INVALID_FETCH_SESSION_EPOCH',
  'FETCH_SESSION_TOPIC_ID_ERROR',
];

/**
 * What one broker remembers of this consumer's fetches (KIP-227), so that a request names only what has changed since
 * the one before. A broker without room for a session answers with id 0, and then every request names everything.
 */
export class FetchSession {
  readonly #known = new Map<string, FetchTarget>();
  #id = 0;
  #epoch = beginEpoch;
  #isById = false;

  get id(): number {
    return this.#id;
  }

  /** The fields of the next request, which asks for `targets` and nothing else. */
  next(targets: readonly FetchTarget[], version: number): SessionFields {
    if (version < firstVersionWithSessions) {
      return {
        sessionId: 0,
        sessionEpoch: endEpoch,
        topics: topicsOf(targets, version),
        forgottenTopicsData: [],
      };
    }
    const isById = version >= firstVersionWithTopicIds;
    if (isById !== this.#isById) this.restart();
    this.#isById = isById;
    const forgotten: FetchTarget[] = [];
    let changed = targets;
    if (this.#epoch === beginEpoch) this.#known.clear();
    else {
      const wanted = new Map(targets.map((target) => [keyOf(target), target]));
      for (const [key, known] of this.#known) {
        // A topic that was made anew is another one.
        if (wanted.get(key)?.topicId === known.topicId) continue;
        forgotten.push(known);
        this.#known.delete(key);
      }
      changed = targets.filter((target) => !isSame(this.#known.get(keyOf(target)), target));
    }
    for (const target of changed) this.#known.set(keyOf(target), target);
    return {
      sessionId: this.#id,
      sessionEpoch: this.#epoch,
      topics: topicsOf(changed, version),
      forgottenTopicsData: forgottenOf(forgotten, version),
    };
  }

  /** The broker's answer. False: it no longer knows the session, and the next request names everything again. */
  accept(errorCode: number, sessionId: number): boolean {
    if (errorCode !== 0) {
      const { name } = kafkaErrorOf(errorCode);
      this.restart();
      if (name === 'FETCH_SESSION_ID_NOT_FOUND') this.#id = 0;
      return !sessionErrors.includes(name);
    }
    this.#id = sessionId;
    if (sessionId === 0) this.restart();
    else this.#epoch = this.#epoch === lastEpoch ? 1 : this.#epoch + 1;
    return true;
  }

  /** Nobody knows whether the broker has seen the last request: begin a new session and end this one. */
  restart(): void {
    this.#epoch = beginEpoch;
    this.#known.clear();
  }

  /** The request that ends the session, or null when there is none. */
  end(): SessionFields | null {
    if (this.#id === 0) return null;
    const sessionId = this.#id;
    this.#id = 0;
    this.restart();
    return { sessionId, sessionEpoch: endEpoch, topics: [], forgottenTopicsData: [] };
  }
}

function keyOf({ topic, partition }: FetchTarget): string {
  return `${topic}-${partition}`;
}

function isSame(known: FetchTarget | undefined, target: FetchTarget): boolean {
  return (
    known !== undefined &&
    known.fetchOffset === target.fetchOffset &&
    known.partitionMaxBytes === target.partitionMaxBytes &&
    known.currentLeaderEpoch === target.currentLeaderEpoch &&
    known.lastFetchedEpoch === target.lastFetchedEpoch
  );
}

/** Topics in the order of their first partitions: brokers fill an answer in the order of the request. */
function topicsOf(targets: readonly FetchTarget[], version: number): SessionFields['topics'] {
  const hasLastEpoch = version >= firstVersionWithLastEpochs;
  return grouped(targets, version, (target): FetchPartitionInput => {
    const { partition, fetchOffset, partitionMaxBytes, currentLeaderEpoch, lastFetchedEpoch } = target;
    const partitionOf = { partition, fetchOffset, partitionMaxBytes, currentLeaderEpoch };
    return hasLastEpoch ? { ...partitionOf, lastFetchedEpoch } : partitionOf;
  });
}

function forgottenOf(targets: readonly FetchTarget[], version: number): SessionFields['forgottenTopicsData'] {
  return grouped(targets, version, ({ partition }) => partition);
}

function grouped<Part>(
  targets: readonly FetchTarget[],
  version: number,
  toPart: (target: FetchTarget) => Part,
): { topic?: string; topicId?: string; partitions: Part[] }[] {
  const groups = new Map<string, { topic?: string; topicId?: string; partitions: Part[] }>();
  for (const target of targets) {
    const { topic, topicId } = target;
    const key = version >= firstVersionWithTopicIds ? topicId : topic;
    const group = groups.get(key);
    if (group !== undefined) group.partitions.push(toPart(target));
    else {
      const name = version >= firstVersionWithTopicIds ? { topicId } : { topic };
      groups.set(key, { ...name, partitions: [toPart(target)] });
    }
  }
  return [...groups.values()];
}
