import { ConnectError, isConnectError, messageOf } from '../../errors/connect-error.ts';
import { listOffsets } from '../admin/partition-offsets.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { CommittedOffset, TopicPartition } from '../ports/topic-partition.ts';
import type { ConsumerSettings } from './consumer-settings.ts';
import type { FetchState } from './fetch-state.ts';

type FetchCommitted = (partitions: readonly TopicPartition[]) => Promise<readonly CommittedOffset[]>;

/** Finds out where to begin: at the committed offset, or where `auto.offset.reset` says. */
export class Positions {
  readonly #cluster: Cluster;
  readonly #settings: ConsumerSettings;
  /** Null without a group. */
  readonly #fetchCommitted: FetchCommitted | null;
  readonly #signal: AbortSignal;
  /** Their committed offset is known to be useless. */
  readonly #outOfRange = new WeakSet<FetchState>();
  readonly #asking = new Map<FetchState, Promise<void>>();

  constructor(
    cluster: Cluster,
    settings: ConsumerSettings,
    fetchCommitted: FetchCommitted | null,
    signal: AbortSignal,
  ) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#fetchCommitted = fetchCommitted;
    this.#signal = signal;
  }

  /** Resolves when all of them have a position or an error. Never rejects. */
  async find(states: readonly FetchState[]): Promise<void> {
    const lost = states.filter((state) => state.position === null && state.error === null);
    const fresh = lost.filter((state) => !this.#asking.has(state));
    if (fresh.length > 0) {
      const asking = this.#ask(fresh).finally(() => {
        for (const state of fresh) this.#asking.delete(state);
      });
      for (const state of fresh) this.#asking.set(state, asking);
    }
    await Promise.all(lost.map((state) => this.#asking.get(state)));
  }

  isAsking(state: FetchState): boolean {
    return this.#asking.has(state);
  }

  /** The broker does not have the position: begin where the policy says. Frames are gone already. */
  onOutOfRange(state: FetchState): void {
    const offset = state.fetchOffset;
    if (this.#settings.offsetReset === 'none') {
      state.error = new ConnectError(
        'kafka',
        `offset ${offset} of ${state.name} is out of range, and auto.offset.reset is none: seek to an offset that is there`,
        {
          details: {
            kafkaError: 'OFFSET_OUT_OF_RANGE',
            topic: state.topic,
            partition: state.partition,
            offset,
          },
        },
      );
      return;
    }
    this.#cluster.log('info', `offset ${offset} of ${state.name} is out of range, auto.offset.reset applies`);
    state.moveTo(null);
    this.#outOfRange.add(state);
  }

  async #ask(states: readonly FetchState[]): Promise<void> {
    const versions = new Map(states.map((state) => [state, state.version]));
    const isCurrent = (state: FetchState): boolean => state.version === versions.get(state);
    try {
      const committed = await this.#committedOf(states.filter((state) => !this.#outOfRange.has(state)));
      const toReset: FetchState[] = [];
      for (const state of states) {
        const offset = committed.get(state.name);
        if (offset === undefined) toReset.push(state);
        else if (isCurrent(state)) state.moveTo(offset);
      }
      await this.#reset(toReset, isCurrent);
    } catch (error) {
      if (this.#signal.aborted) return;
      const failure = isConnectError(error)
        ? error
        : new ConnectError('unknown', `finding positions failed: ${messageOf(error)}`, { cause: error });
      for (const state of states) if (isCurrent(state) && state.position === null) state.error = failure;
    }
  }

  async #committedOf(states: readonly FetchState[]): Promise<ReadonlyMap<string, number>> {
    if (this.#fetchCommitted === null || states.length === 0) return new Map();
    const offsets = await this.#fetchCommitted(states.map(({ topic, partition }) => ({ topic, partition })));
    return new Map(offsets.map(({ topic, partition, offset }) => [`${topic}-${partition}`, offset]));
  }

  async #reset(states: readonly FetchState[], isCurrent: (state: FetchState) => boolean): Promise<void> {
    const { offsetReset, committedOnly } = this.#settings;
    const open = states.filter(isCurrent);
    if (open.length === 0) return;
    if (offsetReset === 'none') {
      for (const state of open) {
        state.error = new ConnectError(
          'kafka',
          `${state.name} has no committed offset, and auto.offset.reset is none: seek to an offset`,
          {
            details: {
              kafkaError: 'NO_OFFSET_FOR_PARTITION',
              topic: state.topic,
              partition: state.partition,
            },
          },
        );
      }
      return;
    }
    const spec =
      typeof offsetReset === 'string'
        ? offsetReset
        : { timestamp: Math.max(0, Date.now() - offsetReset.ageMs) };
    const options = { signal: this.#signal, committedOnly };
    const found = new Map<string, number>();
    for (const { topic, partition, offset } of await listOffsets(this.#cluster, open, spec, options)) {
      found.set(`${topic}-${partition}`, offset);
    }
    // No record is that young: begin with the next one.
    const without = open.filter((state) => (found.get(state.name) ?? -1) < 0);
    if (without.length > 0) {
      for (const { topic, partition, offset } of await listOffsets(
        this.#cluster,
        without,
        'latest',
        options,
      )) {
        found.set(`${topic}-${partition}`, offset);
      }
    }
    for (const state of open) {
      this.#outOfRange.delete(state);
      const offset = found.get(state.name);
      if (isCurrent(state) && offset !== undefined) state.moveTo(offset);
    }
  }
}
