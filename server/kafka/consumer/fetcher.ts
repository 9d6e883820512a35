import { isConnectError, messageOf } from '../../errors/connect-error.ts';
import { backoffMs } from '../cluster/backoff.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { FramePool } from '../connection/frame-pool.ts';
import { fetchApi } from '../protocol/generated/fetch.js';
import type { ConsumerSettings } from './consumer-settings.ts';
import { type Asked, FetchAnswers, type FetchEvents } from './fetch-answers.ts';
import { FetchMemory, type SharedFrame } from './fetch-memory.ts';
import { FetchSession, type FetchTarget, noTopicId } from './fetch-session.ts';
import type { FetchState } from './fetch-state.ts';
import { findTruncated } from './truncation.ts';

interface Lane {
  readonly node: number;
  readonly session: FetchSession;
  isFetching: boolean;
  blockedUntil: number;
  failures: number;
}

interface Question {
  readonly asked: ReadonlyMap<string, Asked>;
  readonly targets: readonly FetchTarget[];
  readonly maxBytes: number;
}

/** A partition's share of a response leaves room for the rest of it, so that a frame is not twice as large for little. */
const frameReserve = 4096;
/** A broker sends one batch even when it is larger than all that was asked for; what claims more is not an answer. */
const largestBatchBytes = 100 * 1024 * 1024;
/** Versions before this have no way to notice a log that was cut, other than to ask for it. */
const firstVersionThatNoticesCuts = 12;
/** A broker that is gone keeps the session for a while and then forgets it by itself. */
const endSessionMs = 300;

export interface FetcherListener extends FetchEvents {
  /** New records, or an error, or a position to be found out: poll has something to do. */
  readonly onProgress: () => void;
  /** The topic of the position was deleted, and another one made under its name. */
  readonly onTopicReplaced: (state: FetchState) => void;
  /** Frames that no partition needs any more, but that the last poll may have given out records of. */
  readonly onSpent: (frames: readonly SharedFrame[]) => void;
}

/**
 * Fetches ahead of poll: one request per broker at a time, for all partitions that have room, as soon as none of the
 * broker's partitions has more than it needs. (A request would otherwise wait at the broker for quiet partitions while
 * a busy one runs dry.) `pump` looks what there is to ask; call it when anything has changed.
 */
export class Fetcher {
  readonly #cluster: Cluster;
  readonly #settings: ConsumerSettings;
  readonly #states: ReadonlyMap<string, FetchState>;
  readonly #purpose: string;
  readonly #listener: FetcherListener;
  readonly #memory: FetchMemory;
  readonly #answers: FetchAnswers;
  readonly #lanes = new Map<number, Lane>();
  readonly #closing = new AbortController();
  #isShortOfMemory = false;
  #timer: NodeJS.Timeout | null = null;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(
    cluster: Cluster,
    settings: ConsumerSettings,
    states: ReadonlyMap<string, FetchState>,
    purpose: string,
    listener: FetcherListener,
  ) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#states = states;
    this.#purpose = purpose;
    this.#listener = listener;
    this.#memory = new FetchMemory(settings.fetchMaxBytes);
    this.#answers = new FetchAnswers(cluster, settings, new FramePool(), listener);
  }

  /** Bytes of receive frames that poll has not given out to the end, or whose records may still be read. */
  get heldBytes(): number {
    return this.#memory.held;
  }

  pump(): void {
    if (this.#closing.signal.aborted) return;
    const now = performance.now();
    const wanted = new Map<number, FetchState[]>();
    const nodes = new Set<number>();
    const busy = new Set<number>();
    for (const state of this.#states.values()) {
      if (state.isPaused || state.position === null || state.error !== null) continue;
      if (state.blockedUntil > now) {
        this.#wakeAt(state.blockedUntil);
        continue;
      }
      if (this.#isReplaced(state)) {
        this.#listener.onTopicReplaced(state);
        this.#listener.onProgress();
        continue;
      }
      const node = this.#nodeFor(state, now);
      if (node < 0) {
        this.#cluster.refreshSoon();
        this.#wakeAt(now + this.#settings.retryBackoffMs);
        continue;
      }
      nodes.add(node);
      if (state.isFull(this.#settings.maxPartitionFetchBytes)) busy.add(node);
      else {
        const states = wanted.get(node);
        if (states === undefined) wanted.set(node, [state]);
        else states.push(state);
      }
    }
    for (const [node, states] of wanted) if (!busy.has(node)) this.#fetch(node, states, nodes.size, now);
  }

  /** Tells brokers that their sessions are over, as far as that is quickly done. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#cluster.dropConnections(this.#purpose);
    await Promise.all([...this.#lanes.values()].map((lane) => this.#endSession(lane)));
  }

  async #endSession({ node, session, failures }: Lane): Promise<void> {
    const fields = session.end();
    if (fields === null || failures > 0 || this.#cluster.closed) return;
    const request = { maxWaitMs: 0, minBytes: 0, maxBytes: 0, ...fields };
    // On a connection of its own kind: the one for fetches may wait for a fetch to be answered.
    // The signal gives up waiting; a limit for the request would close a connection that others use.
    const options = { signal: AbortSignal.timeout(endSessionMs) };
    await this.#cluster
      .request(node, fetchApi, request, options)
      .catch((error: unknown) =>
        this.#cluster.log('debug', `a fetch session stays with node ${node}: ${messageOf(error)}`),
      );
  }

  #isReplaced(state: FetchState): boolean {
    const id = this.#cluster.topic(state.topic)?.id;
    if (id === undefined || id === noTopicId) return false;
    state.topicId ??= id;
    return state.topicId !== id;
  }

  #nodeFor(state: FetchState, now: number): number {
    const replica = state.readReplica;
    if (replica !== null) {
      const known = this.#cluster.topic(state.topic)?.partitions[state.partition];
      const isThere = this.#cluster.metadata.brokers.has(replica.node);
      if (replica.until > now && isThere && known?.replicas.includes(replica.node) === true)
        return replica.node;
      state.readReplica = null;
    }
    return this.#cluster.leader(state.topic, state.partition);
  }

  #wakeAt(time: number): void {
    if (time >= this.#timerAt) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timerAt = time;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#timerAt = Number.POSITIVE_INFINITY;
        this.pump();
      },
      Math.max(1, Math.ceil(time - performance.now())),
    );
  }

  #laneOf(node: number): Lane {
    let lane = this.#lanes.get(node);
    if (lane === undefined) {
      lane = { node, session: new FetchSession(), isFetching: false, blockedUntil: 0, failures: 0 };
      this.#lanes.set(node, lane);
    }
    return lane;
  }

  #fetch(node: number, states: readonly FetchState[], nodes: number, now: number): void {
    const lane = this.#laneOf(node);
    if (lane.isFetching) return;
    if (lane.blockedUntil > now) {
      this.#wakeAt(lane.blockedUntil);
      return;
    }
    const maxBytes = this.#memory.grant(nodes, states.length, this.#settings.maxPartitionFetchBytes);
    if (maxBytes === 0) {
      this.#isShortOfMemory = true;
      this.#dropPaused();
      return;
    }
    const asked = new Map<string, Asked>();
    for (const state of states) {
      const isReplica = state.readReplica?.node === node;
      asked.set(state.name, { state, offset: state.fetchOffset, version: state.version, isReplica });
    }
    const targets = states.map((state) => this.#targetOf(state));
    lane.isFetching = true;
    this.#memory.promise(maxBytes);
    void this.#ask(lane, { asked, targets, maxBytes })
      .catch((error: unknown) => this.#failed(lane, asked, error))
      .then(() => {
        lane.isFetching = false;
        this.#memory.settle(maxBytes);
        this.pump();
      });
  }

  /** What paused partitions have fetched ahead must not keep the others waiting. */
  #dropPaused(): void {
    for (const state of this.#states.values()) {
      if (state.isPaused && state.chunks.length > 0) this.#listener.onSpent(state.dropAhead());
    }
  }

  #targetOf({ topic, partition, fetchOffset, fetchEpoch }: FetchState): FetchTarget {
    const { maxPartitionFetchBytes } = this.#settings;
    const partitionMaxBytes =
      maxPartitionFetchBytes > 16 * frameReserve
        ? maxPartitionFetchBytes - frameReserve
        : maxPartitionFetchBytes;
    const known = this.#cluster.topic(topic);
    return {
      topic,
      topicId: known?.id ?? noTopicId,
      partition,
      fetchOffset,
      partitionMaxBytes,
      currentLeaderEpoch: known?.partitions[partition]?.leaderEpoch ?? -1,
      lastFetchedEpoch: fetchEpoch,
    };
  }

  async #ask(lane: Lane, { asked, targets, maxBytes }: Question): Promise<void> {
    const { fetchMaxWaitMs, fetchMinBytes, committedOnly, requestTimeoutMs, rack } = this.#settings;
    const { signal } = this.#closing;
    const areIdsKnown = targets.every(({ topicId }) => topicId !== noTopicId);
    const speak = areIdsKnown ? { maxVersion: fetchApi.maxVersion } : {};
    const connection = await this.#cluster.connection(lane.node, this.#purpose, signal);
    const version = connection.versionOf(fetchApi, speak.maxVersion);
    if (version < firstVersionThatNoticesCuts) {
      const isCut = await findTruncated(this.#cluster, lane.node, [...asked.values()], { signal });
      for (const [state, end] of isCut) this.#listener.onTruncated(state, end);
      if (isCut.size > 0) return this.#listener.onProgress();
    }
    const request = {
      maxWaitMs: fetchMaxWaitMs,
      minBytes: fetchMinBytes,
      maxBytes,
      isolationLevel: committedOnly ? 1 : 0,
      rackId: rack,
    };
    const options = {
      purpose: this.#purpose,
      timeoutMs: requestTimeoutMs + fetchMaxWaitMs,
      maxResponseBytes: maxBytes + largestBatchBytes,
      signal,
      ...speak,
    };
    const body = (spoken: number) => ({ ...request, ...lane.session.next(targets, spoken) });
    const answer = await this.#cluster.requestFramed(lane.node, fetchApi, body, options);
    const { errorCode, sessionId, throttleTimeMs } = answer.response;
    if (throttleTimeMs > 0) lane.blockedUntil = performance.now() + throttleTimeMs;
    if (!lane.session.accept(errorCode, sessionId)) {
      answer.release();
      // A session that was lost is begun anew at once, unless that is all that ever happens.
      if (lane.failures++ > 0) lane.blockedUntil = this.#later(lane.failures);
      return;
    }
    lane.failures = 0;
    this.#memory.hold(answer.bytes);
    this.#answers.take(
      answer,
      asked,
      (state) => this.#states.get(state.name) === state,
      () => {
        answer.release();
        this.#memory.release(answer.bytes);
        this.#onMemoryFreed();
      },
    );
    this.#listener.onProgress();
  }

  #failed(lane: Lane, asked: ReadonlyMap<string, Asked>, error: unknown): void {
    lane.session.restart();
    if (this.#closing.signal.aborted || this.#cluster.closed) return;
    lane.blockedUntil = this.#later(lane.failures++);
    this.#cluster.log('debug', `fetching from node ${lane.node} failed: ${messageOf(error)}`);
    const isFinal = isConnectError(error) && !error.retriable;
    for (const { state } of asked.values()) {
      state.readReplica = null;
      if (isFinal) state.error = error;
    }
    if (isFinal) this.#listener.onProgress();
  }

  #later(failures: number): number {
    const { retryBackoffMs, retryBackoffMaxMs } = this.#settings;
    return performance.now() + backoffMs(retryBackoffMs, retryBackoffMaxMs, failures);
  }

  #onMemoryFreed(): void {
    if (!this.#isShortOfMemory) return;
    this.#isShortOfMemory = false;
    this.pump();
  }
}
