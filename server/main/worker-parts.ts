import { invalidValue } from '../config/config-error.ts';
import { openKafkaClient } from '../kafka/open-kafka-client.ts';
import type { KafkaClient } from '../kafka/ports/kafka-client.ts';
import type { Properties } from '../kafka/ports/properties.ts';
import type { TopicBrowser } from '../kafka/ports/topic-browser.ts';
import { openTopicBrowser } from '../kafka/topic-browser/open-topic-browser.ts';
import { bundledPlugins } from '../plugins/bundled-plugins.ts';
import { PluginCatalogue } from '../plugins/plugin-catalogue.ts';
import type { InstalledPlugins } from '../plugins/plugin-location.ts';
import { workerClientProperties } from '../runtime/client-properties.ts';
import type { OffsetsGroup } from '../runtime/connector-offsets-topic.ts';
import type { Herder } from '../runtime/herder.ts';
import { HerderEventLog } from '../runtime/herder-event-log.ts';
import { type Loggers, parseLogLevel } from '../runtime/log.ts';
import type { SettingsResolver } from '../runtime/settings-resolver.ts';
import { ThreadedWorker } from '../runtime/threaded-worker.ts';
import { overridePolicyOf } from '../runtime/validation/override-policy.ts';
import type { KeyRing } from '../runtime/vault/key-ring.ts';
import { SecretVault } from '../runtime/vault/secret-vault.ts';
import type { Worker, WorkerListener } from '../runtime/worker.ts';
import type { CommonWorkerConfig, WorkerSettings } from '../runtime/worker-config.ts';
import type { OffsetStore } from '../storage/offset-store.ts';
import type { SecretStore } from '../storage/secret-store.ts';

export type LineLog = (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;

/** What workers of both modes are made of. */
export interface WorkerParts {
  readonly catalogue: PluginCatalogue;
  readonly events: HerderEventLog;
  readonly kafka: KafkaClient;
  readonly topics: TopicBrowser;
  readonly logTo: (name: string) => LineLog;
  createWorker(offsetStore: OffsetStore, listener: WorkerListener, group?: OffsetsGroup): Worker;
  /** Not started yet; null when the worker has no keys for it. */
  createVault(createStore: () => SecretStore): SecretVault | null;
}

/** Where REST of this worker is. */
export interface WorkerAddress {
  readonly workerId: string;
  readonly url: string;
  /** Of this product. */
  readonly version: string;
}

/** What a worker is built from. */
export interface WorkerInput<Config extends CommonWorkerConfig> {
  readonly settings: WorkerSettings<Config>;
  /** Of the config providers. */
  readonly resolver: SettingsResolver;
  readonly address: WorkerAddress;
  readonly loggers: Loggers;
  /** Plugins that do not come with Millrace. */
  readonly installed: InstalledPlugins;
  /** null: the worker has no vault. */
  readonly vaultKeys: KeyRing | null;
}

export interface BuiltWorker {
  readonly herder: Herder;
  readonly catalogue: PluginCatalogue;
  readonly topics: TopicBrowser;
  /** Not started yet. null: the worker has none. */
  readonly vault: SecretVault | null;
  /** Closes what the herder does not. */
  close(): Promise<void>;
}

/** Throws a `config` error that names the key. Connects to nothing yet. */
export function createWorkerParts({
  settings,
  resolver,
  loggers,
  installed,
  vaultKeys,
}: WorkerInput<CommonWorkerConfig>): WorkerParts {
  const { config, raw } = settings;
  const catalogue = new PluginCatalogue(bundledPlugins, installed);
  requireConverters(catalogue, config);
  const policy = overridePolicyOf(
    config['connector.client.config.override.policy'],
    config['connector.client.config.override.allowlist'],
  );
  const logTo = (name: string): LineLog => {
    const logger = loggers.logger(name);
    return (level, message) => logger.log(level, message);
  };
  const open = (properties: Properties) => openKafkaClient({ properties, log: logTo('millrace.kafka') });
  return {
    catalogue,
    events: new HerderEventLog(),
    kafka: open(workerClientProperties(raw)),
    // What its settings deserve to be warned about, the client above warns about.
    topics: openTopicBrowser({ properties: workerClientProperties(raw) }),
    logTo,
    createWorker: (offsetStore, listener, group) =>
      new ThreadedWorker({
        settings,
        plugins: catalogue,
        policy,
        offsetStore,
        ...(group && { group }),
        openKafkaClient: open,
        listener,
        resolver,
        log: logTo('millrace.runtime'),
      }),
    createVault: (createStore) =>
      vaultKeys && new SecretVault(createStore(), vaultKeys, logTo('millrace.vault')),
  };
}

function requireConverters(catalogue: PluginCatalogue, config: CommonWorkerConfig): void {
  for (const key of ['key.converter', 'value.converter'] as const) {
    const version = config[`${key}.plugin.version`];
    if (catalogue.find(config[key], 'converter', { version }) === null) throw notFound(key, config[key]);
  }
  const header = config['header.converter'];
  const version = config['header.converter.plugin.version'];
  if (catalogue.find(header, 'header_converter', { version }) === null) {
    throw notFound('header.converter', header);
  }
}

function notFound(key: string, className: string): Error {
  return invalidValue(key, className, `Class ${className} could not be found.`);
}

/** A level that was set for the whole cluster. */
export function applyLoggerLevel(loggers: Loggers, namespace: string, level: string): void {
  const parsed = parseLogLevel(level);
  if (parsed !== null) loggers.setLevel(namespace, parsed);
}
