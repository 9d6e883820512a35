import type { Cluster } from '../cluster/cluster.ts';
import { topicError } from '../cluster/cluster.ts';
import type { AssignableTopic } from './assignee.ts';
import type { ConsumerSettings } from './consumer-settings.ts';

/** Topics that belong to Kafka itself, even where a broker does not say so. */
const internalTopics = new Set(['__consumer_offsets', '__transaction_state', '__share_group_state']);

/** Which topics a consumer wants: a list, or all whose whole name matches a pattern. */
export class TopicSelection {
  readonly #cluster: Cluster;
  readonly #settings: ConsumerSettings;
  readonly #wanted: readonly string[] | RegExp;
  #topics: readonly string[];
  #refreshedAt = Number.NEGATIVE_INFINITY;
  #refreshing: Promise<void> | null = null;
  readonly #tracked = new Set<string>();
  /** Warned of already. */
  readonly #missing = new Set<string>();

  constructor(cluster: Cluster, settings: ConsumerSettings, wanted: readonly string[] | RegExp) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#wanted = wanted instanceof RegExp ? wanted : [...new Set(wanted)].toSorted();
    this.#topics = wanted instanceof RegExp ? [] : (this.#wanted as readonly string[]);
  }

  /** The same array as long as they are the same. */
  get topics(): readonly string[] {
    return this.#topics;
  }

  /** Until the cluster should be asked again; 0 or less: now. Sooner while a topic is not there yet. */
  get msUntilOld(): number {
    const { metadataMaxAgeMs, retryBackoffMaxMs } = this.#settings;
    const isMissing = [...this.#tracked].some((topic) => this.partitionCount(topic) === 0);
    const maxAgeMs = isMissing ? Math.min(metadataMaxAgeMs, retryBackoffMaxMs) : metadataMaxAgeMs;
    return this.#refreshedAt + maxAgeMs - performance.now();
  }

  /** 0 for a topic that is not there. */
  partitionCount(topic: string): number {
    const known = this.#cluster.topic(topic);
    return known === undefined || known.errorCode !== 0 ? 0 : known.partitions.length;
  }

  /** A topic as assignors see it. */
  assignable(topic: string): AssignableTopic {
    const partitions = this.partitionCount(topic);
    const { brokers } = this.#cluster.metadata;
    if ([...brokers.values()].every(({ rack }) => rack === null)) return { partitions };
    const racks = this.#cluster.topic(topic)?.partitions.map(({ replicas }) => {
      return new Set(replicas.map((id) => brokers.get(id)?.rack ?? '').filter((rack) => rack !== ''));
    });
    return { partitions, racks: racks ?? [] };
  }

  /** The leader of a group also has to know the topics that only others subscribed to. */
  trackAlso(topics: readonly string[]): void {
    this.#cluster.track(topics, this);
    for (const topic of topics) this.#tracked.add(topic);
  }

  close(): void {
    this.#cluster.untrack(this.#tracked, this);
    this.#tracked.clear();
  }

  /** Asks the cluster anew. Rejects with what keeps a listed topic from being read for good (not allowed, invalid). */
  async refresh(signal: AbortSignal): Promise<void> {
    this.#refreshing ??= this.#refresh(signal).finally(() => {
      this.#refreshing = null;
    });
    await this.#refreshing;
  }

  async #refresh(signal: AbortSignal): Promise<void> {
    this.#refreshedAt = performance.now();
    const wanted = this.#wanted;
    if (wanted instanceof RegExp) {
      await this.#cluster.refresh(null, { signal });
      const topics = this.#matching(wanted);
      if (topics.join() !== this.#topics.join()) this.#topics = topics;
      this.trackAlso(this.#topics);
      return;
    }
    this.trackAlso(wanted);
    await this.#cluster.refresh(wanted, { autoCreate: this.#settings.mayCreateTopics, signal });
    for (const name of wanted) {
      const topic = this.#cluster.topic(name);
      const error = topic === undefined ? undefined : topicError(topic);
      if (error === undefined) this.#missing.delete(name);
      else if (!error.retriable) throw error;
      else if (!this.#missing.has(name)) {
        this.#missing.add(name);
        this.#cluster.log('warn', `cannot read topic ${name} yet: ${error.message}`);
      }
    }
  }

  #matching(pattern: RegExp): readonly string[] {
    const whole = new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace(/[gy]/g, ''));
    const names: string[] = [];
    for (const { name, internal } of this.#cluster.metadata.topics.values()) {
      if (this.#settings.excludeInternalTopics && (internal || internalTopics.has(name))) continue;
      if (whole.test(name)) names.push(name);
    }
    return names.toSorted();
  }
}
