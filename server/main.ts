import type { RawConfig } from './config/config-key.ts';
import { messageOf } from './errors/connect-error.ts';
import { loadInstalledPlugins } from './main/installed-plugins.ts';
import { productVersion } from './main/product-version.ts';
import type { BuiltWorker, WorkerInput } from './main/worker-parts.ts';
import { bundledConfigProviders } from './plugins/bundled-config-providers.ts';
import type { InstalledPlugins } from './plugins/plugin-location.ts';
import { requireAddressableName } from './rest/connector-name.ts';
import { startRestServer } from './rest/rest-server.ts';
import { toRestSettings } from './rest/rest-settings.ts';
import {
  type OpenConfigProviders,
  openConfigProviders,
} from './runtime/config-providers/open-config-providers.ts';
import type { Herder, TargetState } from './runtime/herder.ts';
import { Loggers, parseLogLevel } from './runtime/log.ts';
import { listSetting } from './runtime/settings-prefix.ts';
import { openVaultKeys, vaultAlias } from './runtime/vault/open-vault-keys.ts';
import { VaultConfigProvider } from './runtime/vault/vault-config-provider.ts';
import {
  type CommonWorkerConfig,
  parseDistributedWorker,
  parseStandaloneWorker,
  unknownWorkerKeys,
  type WorkerSettings,
} from './runtime/worker-config.ts';
import { getWorkerHandle, setWorkerHandle } from './runtime/worker-handle.ts';

export type { Loggers };

export interface WorkerOptions {
  readonly mode: 'standalone' | 'distributed';
  /** As read from worker.properties. */
  readonly settings: Readonly<Record<string, string>>;
  readonly loggers: Loggers;
  /** Whether the brokers are our own, for the console to say so. */
  readonly isBrokerEmbedded: boolean;
}

export interface RunningWorker {
  readonly herder: Herder;
  readonly restUrls: readonly string[];
  /** Resolves when the worker is ready, rejects when it cannot become so. Kafka that is not there yet is waited for. */
  readonly started: Promise<void>;
  /** For connectors given at the start. Rejects as REST would answer. */
  createConnector(
    name: string,
    config: RawConfig,
    initialState: TargetState | null,
    signal: AbortSignal,
  ): Promise<void>;
  /** REST first, then connectors and tasks, then the group and its stores. Never rejects. */
  stop(): Promise<void>;
}

const restStopMs = 5_000;

/** Log lines go to standard error; MILLRACE_LOG_LEVEL overrules the level. */
export function createLoggers(level: 'INFO' | 'WARN'): Loggers {
  return new Loggers({ level: parseLogLevel(process.env.MILLRACE_LOG_LEVEL ?? '') ?? level });
}

/**
 * Builds a worker, binds its REST and starts it. Rejects with a `config` error that names the key when it cannot be
 * built; what happens later is in `started`.
 */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { loggers } = options;
  const logger = loggers.logger('millrace.config');
  const pluginLog = loggers.logger('millrace.plugins');
  const installed = await loadInstalledPlugins(listSetting(options.settings, 'plugin.path'), (message) =>
    pluginLog.warn(message),
  );
  const providers = await openConfigProviders({
    settings: options.settings,
    plugins: [
      ...bundledConfigProviders(process.env),
      ...installed.loaded.flatMap(({ configProviders }) => configProviders),
    ],
    log: (level, message) => logger.log(level, message),
  });
  const { settings, secrets } = providers.worker;
  loggers.hideSecrets((text) => secrets.hide(text));
  try {
    const worker = await secrets.guard(() => startResolved({ ...options, settings }, providers, installed));
    const stop = async () => {
      await worker.stop();
      await providers.close();
    };
    return { ...worker, stop };
  } catch (error) {
    await providers.close();
    throw error;
  }
}

/** Without placeholders in the worker's own settings. */
async function startResolved(
  options: WorkerOptions,
  providers: OpenConfigProviders,
  installed: InstalledPlugins,
): Promise<RunningWorker> {
  const { mode, settings: raw, loggers } = options;
  const startedAt = Date.now();
  const log = loggers.logger('millrace.worker');
  const { settings, build } = mode === 'distributed' ? planDistributed(raw) : planStandalone(raw);
  for (const key of unknownWorkerKeys(mode, raw))
    log.warn(`Worker setting ${key} is not known and has no effect`);
  const vaultKeys = await openVaultKeys(settings);
  const rest = await startRestServer({
    settings: toRestSettings(settings),
    log: loggers.logger('millrace.rest'),
  });
  let worker: BuiltWorker;
  try {
    const address = { workerId: rest.workerId, url: rest.advertisedUrl, version: productVersion() };
    worker = await build({ resolver: providers.resolver, address, loggers, vaultKeys, installed });
  } catch (error) {
    await rest.stop(0);
    throw error;
  }
  const { herder, catalogue, topics, vault } = worker;
  if (vault !== null) {
    providers.add(vaultAlias, new VaultConfigProvider(vault));
    vault.start();
  }
  setWorkerHandle({
    herder,
    catalogue,
    topics,
    vault,
    kafka: { bootstrap: raw['bootstrap.servers'] ?? '', embedded: options.isBrokerEmbedded },
    restUrl: rest.urls[0] ?? rest.advertisedUrl,
    mode,
    startedAt,
    startError: null,
  });
  rest.serve({ herder, loggers });
  log.info(`REST listens on ${[...rest.urls, ...rest.adminUrls].join(', ')}, worker ${rest.workerId}`);
  const stopping = new AbortController();
  const started = herder.start(stopping.signal).catch((error: unknown) => {
    const handle = getWorkerHandle();
    if (handle !== null) setWorkerHandle({ ...handle, startError: messageOf(error) });
    throw error;
  });
  started.catch(() => undefined);
  return {
    herder,
    restUrls: rest.urls,
    started,
    async createConnector(name, config, initialState, signal) {
      requireAddressableName(name);
      const initial = initialState === null ? {} : { initialState };
      await herder.putConnectorConfig(name, config, { replace: false, ...initial, signal });
    },
    async stop() {
      log.info('The worker is stopping');
      await rest.stop(restStopMs);
      stopping.abort();
      await herder.stop();
      await vault?.stop();
      await worker.close();
      setWorkerHandle(null);
      log.info('The worker has stopped');
    },
  };
}

interface Plan {
  readonly settings: WorkerSettings<CommonWorkerConfig>;
  /** Loads only what this mode needs. */
  build(input: Omit<WorkerInput<CommonWorkerConfig>, 'settings'>): Promise<BuiltWorker>;
}

function planDistributed(raw: WorkerOptions['settings']): Plan {
  const settings = parseDistributedWorker(raw);
  return {
    settings,
    async build(input) {
      const { buildDistributed } = await import('./main/build-distributed.ts');
      return buildDistributed({ ...input, settings });
    },
  };
}

function planStandalone(raw: WorkerOptions['settings']): Plan {
  const settings = parseStandaloneWorker(raw);
  return {
    settings,
    async build(input) {
      const { buildStandalone } = await import('./main/build-standalone.ts');
      return buildStandalone({ ...input, settings });
    },
  };
}

/** What the console keeps beside the worker, in the data folder. Never rejects: it warns and does without. */
export async function startConsole(options: {
  readonly dataDirectory: string;
  readonly herder: Herder;
  readonly warn: (message: string) => void;
}): Promise<{ stop(): Promise<void> }> {
  const { startConsole: start } = await import('./console/start-console.ts');
  return await start({
    dataDirectory: options.dataDirectory,
    herder: options.herder,
    allowedHosts: [],
    warn: options.warn,
  });
}
