import type { Properties } from '../kafka/ports/properties.ts';
import { sendInternalRequest } from '../rest/send-internal-request.ts';
import { DistributedHerder } from '../runtime/distributed/distributed-herder.ts';
import { ConnectorValidator } from '../runtime/validate-connector.ts';
import type { DistributedWorkerConfig } from '../runtime/worker-config.ts';
import { type InternalTopic, internalTopicSettings } from '../storage/internal-topic.ts';
import { KafkaConfigStore } from '../storage/kafka-config-store.ts';
import { KafkaOffsetStore } from '../storage/kafka-offset-store.ts';
import { KafkaSecretStore } from '../storage/kafka-secret-store.ts';
import { KafkaStatusStore } from '../storage/kafka-status-store.ts';
import { applyLoggerLevel, type BuiltWorker, createWorkerParts, type WorkerInput } from './worker-parts.ts';

/** A worker that keeps everything in three topics and shares its work with the others of its group. */
export function buildDistributed(input: WorkerInput<DistributedWorkerConfig>): BuiltWorker {
  const { settings, resolver, address, loggers } = input;
  const { config, raw } = settings;
  const { kafka, topics, events, catalogue, logTo, createWorker, createVault } = createWorkerParts(input);
  const storageLog = logTo('millrace.storage');
  const topic = (store: 'config' | 'offset' | 'status' | 'vault', partitions: number): InternalTopic => ({
    name: config[`${store}.storage.topic`],
    configKey: `${store}.storage.topic`,
    partitions,
    replicationFactor: config[`${store}.storage.replication.factor`],
    settings: internalTopicSettings(raw, `${store}.storage.`, storageLog),
  });
  const isExactlyOnceEnabled = config['exactly.once.source.support'] === 'enabled';
  // What a zombie leader or task has not committed is not to be believed.
  const consumerProperties: Properties = isExactlyOnceEnabled ? { 'isolation.level': 'read_committed' } : {};
  const offsetsTopic = topic('offset', config['offset.storage.partitions']);
  const offsetStore = new KafkaOffsetStore(kafka, offsetsTopic, storageLog, { consumerProperties });
  const isLeaderTransactional = config['exactly.once.source.support'] !== 'disabled';
  const createLeaderProducer = () =>
    kafka.createTransactionalProducer<null>({
      properties: {
        'transactional.id': `connect-cluster-${config['group.id']}`,
        'enable.idempotence': 'true',
        acks: 'all',
        'linger.ms': '0',
        'request.timeout.ms': '15000',
        'delivery.timeout.ms': '30000',
        'max.block.ms': '30000',
      },
      onDelivered: () => {},
    });
  const configStore = new KafkaConfigStore({
    kafka,
    topic: topic('config', 1),
    log: storageLog,
    consumerProperties,
    ...(isLeaderTransactional && { createLeaderProducer }),
  });
  const herder = new DistributedHerder({
    config,
    ...address,
    kafka,
    configStore,
    statusStore: new KafkaStatusStore({
      kafka,
      topic: topic('status', config['status.storage.partitions']),
      log: storageLog,
    }),
    offsetStore,
    createWorker: (listener) =>
      createWorker(offsetStore, listener, { id: config['group.id'], isExactlyOnceEnabled, offsetsTopic }),
    plugins: catalogue,
    validator: new ConnectorValidator({
      plugins: catalogue,
      worker: settings,
      resolver,
      group: {
        id: config['group.id'],
        isExactlyOnceEnabled,
      },
    }),
    events,
    log: logTo('millrace.herder'),
    sendInternalRequest,
    onLoggerLevel: (namespace, level) => applyLoggerLevel(loggers, namespace, level),
  });
  return {
    herder,
    catalogue,
    topics,
    vault: createVault(() => new KafkaSecretStore(kafka, topic('vault', 1), storageLog)),
    async close() {
      await topics.close();
      await kafka.close();
    },
  };
}
