import { StandaloneHerder } from '../runtime/standalone/standalone-herder.ts';
import { ConnectorValidator } from '../runtime/validate-connector.ts';
import type { StandaloneWorkerConfig } from '../runtime/worker-config.ts';
import { FileOffsetStore } from '../storage/file-offset-store.ts';
import { FileSecretStore } from '../storage/file-secret-store.ts';
import { MemoryConfigStore } from '../storage/memory-config-store.ts';
import { MemoryStatusStore } from '../storage/memory-status-store.ts';
import { applyLoggerLevel, type BuiltWorker, createWorkerParts, type WorkerInput } from './worker-parts.ts';

/** A worker by itself: configs in memory, source offsets in a file. */
export function buildStandalone(input: WorkerInput<StandaloneWorkerConfig>): BuiltWorker {
  const { settings, resolver, loggers } = input;
  const { workerId, version } = input.address;
  const { config } = settings;
  const { kafka, topics, events, catalogue, logTo, createWorker, createVault } = createWorkerParts(input);
  const offsetStore = new FileOffsetStore(config['offset.storage.file.filename']);
  const herder = new StandaloneHerder({
    config,
    workerId,
    version,
    kafka,
    configStore: new MemoryConfigStore(),
    statusStore: new MemoryStatusStore(),
    offsetStore,
    createWorker: (listener) => createWorker(offsetStore, listener),
    plugins: catalogue,
    validator: new ConnectorValidator({ plugins: catalogue, worker: settings, resolver, group: null }),
    events,
    log: logTo('millrace.herder'),
    onLoggerLevel: (namespace, level) => applyLoggerLevel(loggers, namespace, level),
  });
  return {
    herder,
    catalogue,
    topics,
    vault: createVault(() => new FileSecretStore(config['vault.storage.file.filename'] ?? '')),
    async close() {
      await topics.close();
      await kafka.close();
    },
  };
}
