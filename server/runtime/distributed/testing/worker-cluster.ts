import { randomUUID } from 'node:crypto';
import { ConnectError } from '../../../errors/connect-error.ts';
import type { GroupMember } from '../../../kafka/ports/group-member.ts';
import type { KafkaClient } from '../../../kafka/ports/kafka-client.ts';
import { KafkaConfigStore } from '../../../storage/kafka-config-store.ts';
import { KafkaOffsetStore } from '../../../storage/kafka-offset-store.ts';
import { KafkaStatusStore } from '../../../storage/kafka-status-store.ts';
import { InMemoryTopics } from '../../../storage/testing/in-memory-topic.ts';
import { HerderEventLog } from '../../herder-event-log.ts';
import { algorithmHeader, type InternalRequest, signatureHeader } from '../../internal-request.ts';
import { pluginList } from '../../testing/plugin-list.ts';
import { recordingSink, sequenceSource } from '../../testing/sequence-connectors.ts';
import { textConverter, textHeaderConverter } from '../../testing/text-plugins.ts';
import { ConnectorValidator } from '../../validate-connector.ts';
import { parseDistributedWorker } from '../../worker-config.ts';
import { DistributedHerder } from '../distributed-herder.ts';
import { InMemoryGroup } from './in-memory-group.ts';
import { RecordingWorker } from './recording-worker.ts';

export interface ClusterWorker {
  readonly herder: DistributedHerder;
  readonly worker: RecordingWorker;
  readonly members: readonly GroupMember[];
  readonly lines: string[];
}

/** Distributed herders on one Kafka: topics and a group in memory, unless a client says otherwise. */
export class WorkerCluster {
  readonly topics = new InMemoryTopics();
  readonly group = new InMemoryGroup();
  readonly #client: KafkaClient | null;
  readonly #suffix: string;
  readonly #workers: ClusterWorker[] = [];
  /** What workers asked of one another. */
  readonly internalRequests: string[] = [];
  /** How many of them get nowhere from now on. */
  failInternalRequests = 0;
  /** null: Kafka answers. */
  kafkaFailure: Error | null = null;

  constructor(client: KafkaClient | null = null) {
    this.#client = client;
    this.#suffix = client === null ? '' : `-${randomUUID()}`;
  }

  create(settings: Readonly<Record<string, string>> = {}, now: () => number = Date.now): ClusterWorker {
    const workerId = `worker${this.#workers.length + 1}:8083`;
    const workerSettings = parseDistributedWorker({
      'bootstrap.servers': 'kafka:9092',
      'group.id': `workers${this.#suffix}`,
      'key.converter': textConverter.className,
      'value.converter': textConverter.className,
      'header.converter': textHeaderConverter.className,
      'config.storage.topic': `configs${this.#suffix}`,
      'offset.storage.topic': `offsets${this.#suffix}`,
      'status.storage.topic': `statuses${this.#suffix}`,
      ...settings,
    });
    const lines: string[] = [];
    const log = (level: string, message: string) => void lines.push(`${level}: ${message}`);
    const plugins = pluginList([sequenceSource, recordingSink, textConverter, textHeaderConverter]);
    const { config } = workerSettings;
    const topic = (purpose: 'config' | 'offset' | 'status') => ({
      name: config[`${purpose}.storage.topic`],
      configKey: `${purpose}.storage.topic`,
      partitions: 1,
      replicationFactor: 1,
      settings: {},
    });
    let worker: RecordingWorker | undefined;
    const members: GroupMember[] = [];
    const logs = this.#client ?? this.topics;
    const herder = new DistributedHerder({
      config,
      workerId,
      url: `http://${workerId}/`,
      version: '0.0.1',
      kafka: {
        createGroupMember: (options) => {
          const member = (this.#client ?? this.group).createGroupMember(options);
          members.push(member);
          return member;
        },
        admin: {
          describeCluster: async () => {
            if (this.kafkaFailure !== null) throw this.kafkaFailure;
            return { clusterId: 'cluster-1', controllerId: 1, brokers: [] };
          },
        },
      },
      configStore: new KafkaConfigStore({
        kafka: logs,
        topic: topic('config'),
        log,
      }),
      statusStore: new KafkaStatusStore({
        kafka: logs,
        topic: topic('status'),
        log,
      }),
      offsetStore: new KafkaOffsetStore(logs, topic('offset'), log),
      createWorker: (listener) => {
        worker = new RecordingWorker(listener);
        return worker;
      },
      plugins,
      validator: new ConnectorValidator({
        plugins,
        worker: workerSettings,
        group: { id: 'workers', isExactlyOnceEnabled: false },
      }),
      events: new HerderEventLog(),
      log,
      sendInternalRequest: (request) => this.#deliver(request),
      now,
    });
    if (worker === undefined) throw new ConnectError('illegal-state', 'the herder made no worker');
    const created = { herder, worker, members, lines };
    this.#workers.push(created);
    return created;
  }

  /** As REST would take it to the worker of that URL. */
  async #deliver({ url, method, path, body, headers, signal }: InternalRequest): Promise<void> {
    this.internalRequests.push(`${method} ${url} ${path}`);
    if (this.failInternalRequests-- > 0) throw new ConnectError('retriable', `${url} does not answer`);
    const target = this.#workers.find(({ herder }) => url === `http://${herder.workerId}/`);
    if (target === undefined) throw new ConnectError('retriable', `${url} cannot be reached`);
    const received = {
      body: body ?? '',
      signature: headers[signatureHeader] ?? null,
      algorithm: headers[algorithmHeader] ?? null,
    };
    const name = decodeURIComponent(path.split('/')[2] ?? '');
    if (method === 'PUT') await target.herder.fenceZombies(name, received, signal);
    else await target.herder.putTaskConfigs(name, JSON.parse(received.body), received, signal);
  }

  async start(settings: Readonly<Record<string, string>> = {}): Promise<ClusterWorker> {
    const created = this.create(settings);
    await created.herder.start(AbortSignal.timeout(20_000));
    return created;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map(({ herder }) => herder.stop()));
  }
}

export function sourceConfig(
  name: string,
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return { name, 'connector.class': sequenceSource.className, topic: 't', ...more };
}
