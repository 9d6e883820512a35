import { checkAdminSettings } from './admin/admin-settings.ts';
import { createAdmin } from './admin/cluster-admin.ts';
import { clusterSettingsTable } from './client-settings.ts';
import { Cluster } from './cluster/cluster.ts';
import { KafkaConsumer } from './consumer/kafka-consumer.ts';
import { ClassicGroupMember } from './group/classic-group-member.ts';
import { createClusterInspection } from './inspection/inspect-cluster.ts';
import { TopicLog } from './log/topic-log.ts';
import type { Admin } from './ports/admin.ts';
import type { ClusterInspection } from './ports/cluster-inspection.ts';
import type { CompactedLog, CompactedLogOptions } from './ports/compacted-log.ts';
import type { Consumer, ConsumerOptions } from './ports/consumer.ts';
import type { GroupMember, GroupMemberOptions } from './ports/group-member.ts';
import type { KafkaClient, KafkaClientOptions } from './ports/kafka-client.ts';
import type { Producer, ProducerOptions, TransactionalProducer } from './ports/producer.ts';
import type { Properties } from './ports/properties.ts';
import { KafkaProducer } from './producer/kafka-producer.ts';
import { SettingsWarnings } from './settings-warnings.ts';
import { KafkaTransactionalProducer } from './transactions/kafka-transactional-producer.ts';

/** Throws a `config` error that names the key when a client setting is not acceptable. Does not connect yet. */
export function openKafkaClient(options: KafkaClientOptions): KafkaClient {
  return new ClusterClient(options);
}

class ClusterClient implements KafkaClient {
  readonly #admin: Admin;
  readonly inspection: ClusterInspection;
  readonly #options: KafkaClientOptions;
  readonly #cluster: Cluster;
  /** Clusters of producers and consumers whose own properties ask for other connections, by those properties. */
  readonly #others = new Map<string, { readonly cluster: Cluster; users: number }>();
  readonly #warnings: SettingsWarnings;

  constructor(options: KafkaClientOptions) {
    this.#options = options;
    this.#cluster = new Cluster(options);
    this.#admin = createAdmin(this.#cluster);
    this.#warnings = new SettingsWarnings(options.log);
    this.inspection = createClusterInspection(this.#cluster);
  }

  /** The client's own properties are those of its admin; who never asks for it may have them hold anything else. */
  get admin(): Admin {
    checkAdminSettings(this.#options.properties);
    this.#warnings.check('admin', this.#options.properties);
    return this.#admin;
  }

  createProducer<Token>(options: ProducerOptions<Token>): Producer<Token> {
    const properties = { ...this.#options.properties, ...options.properties };
    this.#warnings.check('producer', options.properties);
    return this.#withCluster(properties, (cluster, onClosed) => {
      return new KafkaProducer(cluster, { ...options, properties }, { onClosed });
    });
  }

  createTransactionalProducer<Token>(options: ProducerOptions<Token>): TransactionalProducer<Token> {
    const properties = { ...this.#options.properties, ...options.properties };
    this.#warnings.check('producer', options.properties);
    return this.#withCluster(properties, (cluster, onClosed) => {
      return new KafkaTransactionalProducer(cluster, { ...options, properties }, onClosed);
    });
  }

  createConsumer(options: ConsumerOptions): Consumer {
    const properties = { ...this.#options.properties, ...options.properties };
    this.#warnings.check('consumer', options.properties);
    return this.#withCluster(properties, (cluster, onClosed) => {
      return new KafkaConsumer(cluster, { ...options, properties }, onClosed);
    });
  }

  createGroupMember(options: GroupMemberOptions): GroupMember {
    return new ClassicGroupMember(this.#cluster, options);
  }

  createCompactedLog(options: CompactedLogOptions): CompactedLog {
    const parts = {
      cluster: this.#cluster,
      admin: this.admin,
      createProducer: <Token>(producer: ProducerOptions<Token>) => this.createProducer(producer),
      createConsumer: (consumer: ConsumerOptions) => this.createConsumer(consumer),
    };
    return new TopicLog(parts, options);
  }

  async close(): Promise<void> {
    const others = [...this.#others.values()].map(({ cluster }) => cluster);
    this.#others.clear();
    await Promise.all([this.#cluster, ...others].map((cluster) => cluster.close()));
  }

  /** Connections are shared by all whose connection settings are the same, and closed with the last of them. */
  #withCluster<Made>(properties: Properties, make: (cluster: Cluster, onClosed: () => void) => Made): Made {
    const key = connectionSettingsOf(properties);
    if (key === connectionSettingsOf(this.#options.properties)) return make(this.#cluster, () => undefined);
    const known = this.#others.get(key);
    const other = known ?? { cluster: new Cluster({ ...this.#options, properties }), users: 0 };
    const made = make(other.cluster, () => {
      other.users--;
      if (other.users > 0 || this.#others.get(key) !== other) return;
      this.#others.delete(key);
      void other.cluster.close();
    });
    other.users++;
    this.#others.set(key, other);
    return made;
  }
}

/** What decides how connections are made and metadata is kept, as one text. */
function connectionSettingsOf(properties: Properties): string {
  const relevant = Object.entries(properties).filter(([key]) => key in clusterSettingsTable);
  return JSON.stringify(relevant.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
