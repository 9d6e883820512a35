import type { ConfigDef, ParsedConfig } from '../config/config-def.ts';
import type { RawConfig } from '../config/config-key.ts';
import { defineConfig } from '../config/define-config.ts';
import { string } from '../config/kinds.ts';
import { parseConfig } from '../config/parse-config.ts';
import { nonEmptyString } from '../config/validators.ts';
import { ConnectError, isConnectError } from '../errors/connect-error.ts';
import type { Settings } from '../plugin-api/source-connector.ts';
import { isClientKey } from './client-properties.ts';
import { isPrefixedClientKey, workerClientProblems } from './client-settings-check.ts';
import { workerCommonKeys } from './worker-common-keys.ts';
import { workerDistributedKeys } from './worker-distributed-keys.ts';

const standaloneKeys = {
  ...workerCommonKeys,
  'offset.storage.file.filename': string({
    importance: 'HIGH',
    validator: nonEmptyString(),
    documentation: 'File that keeps source offsets. Its folder must exist.',
  }),
  'vault.storage.file.filename': string({
    default: null,
    importance: 'LOW',
    documentation: 'File that keeps the sealed secrets of the vault; required with vault.key.file.',
  }),
};

/** Every setting of a standalone worker. */
export const standaloneWorkerConfig = defineConfig(standaloneKeys, [
  (parsed, addError) => {
    if (parsed['vault.key.file'] === null || parsed['vault.storage.file.filename'] !== null) return;
    addError(
      'vault.storage.file.filename',
      'vault.storage.file.filename must name a file, as vault.key.file is given',
    );
  },
]);

/** Every setting of a distributed worker. */
export const distributedWorkerConfig = defineConfig({ ...workerCommonKeys, ...workerDistributedKeys }, [
  (parsed, addError) => {
    const algorithms = parsed['inter.worker.verification.algorithms'] ?? [];
    const signature = parsed['inter.worker.signature.algorithm'];
    const isSigned = parsed['connect.protocol']?.toLowerCase() === 'sessioned';
    if (!isSigned || signature === null || algorithms.includes(signature)) return;
    addError(
      'inter.worker.signature.algorithm',
      `inter.worker.verification.algorithms must contain ${signature}, the inter.worker.signature.algorithm`,
    );
  },
  (parsed, addError) => {
    const stores = ['config', 'offset', 'status', 'vault'] as const;
    for (const store of stores) {
      const key = `${store}.storage.topic` as const;
      const others = stores.filter((other) => other !== store);
      if (others.some((other) => parsed[key] !== null && parsed[`${other}.storage.topic`] === parsed[key])) {
        addError(key, `${key} names the same topic as another internal topic; each needs its own`);
      }
    }
  },
]);

const commonConfig = defineConfig(workerCommonKeys);

/** What both modes have. */
export type CommonWorkerConfig = ParsedConfig<typeof commonConfig>;
export type StandaloneWorkerConfig = ParsedConfig<typeof standaloneWorkerConfig>;
export type DistributedWorkerConfig = ParsedConfig<typeof distributedWorkerConfig>;

/** Settings of a worker: parsed, and raw for what has a prefix or goes on to Kafka clients. */
export interface WorkerSettings<Config extends CommonWorkerConfig = CommonWorkerConfig> {
  readonly config: Config;
  readonly raw: Settings;
}

/** Throws a `config` error that names every wrong key. */
export function parseStandaloneWorker(raw: Settings): WorkerSettings<StandaloneWorkerConfig> {
  return { config: parseWorker(standaloneWorkerConfig, raw), raw };
}

/** Throws a `config` error that names every wrong key. */
export function parseDistributedWorker(raw: Settings): WorkerSettings<DistributedWorkerConfig> {
  return { config: parseWorker(distributedWorkerConfig, raw), raw };
}

function parseWorker<Def extends ConfigDef>(def: Def, raw: Settings): ParsedConfig<Def> {
  const problems = workerClientProblems(raw).map(({ message }) => message);
  try {
    const parsed = parseConfig(def, requireProviders(raw));
    if (problems.length === 0) return parsed;
  } catch (error) {
    if (!isConnectError(error) || error.code !== 'config') throw error;
    problems.unshift(error.message);
  }
  throw new ConnectError('config', problems.join('\n'));
}

const knownPrefixes = [
  'metrics.context.',
  'key.converter.',
  'value.converter.',
  'header.converter.',
  'config.providers.',
  'listeners.https.',
  'admin.listeners.https.',
  'config.storage.',
  'offset.storage.',
  'status.storage.',
  'vault.storage.',
];

/** Keys that nothing reads, for a warning at start. */
export function unknownWorkerKeys(mode: 'standalone' | 'distributed', raw: Settings): readonly string[] {
  const { keys } = mode === 'standalone' ? standaloneWorkerConfig : distributedWorkerConfig;
  return Object.keys(raw).filter(
    (key) =>
      !Object.hasOwn(keys, key) &&
      !isClientKey(key) &&
      !isPrefixedClientKey(key) &&
      !knownPrefixes.some((prefix) => key.startsWith(prefix)),
  );
}

function requireProviders(raw: Settings): RawConfig {
  for (const alias of (raw['config.providers'] ?? '').split(',').map((name) => name.trim())) {
    if (alias === '' || raw[`config.providers.${alias}.class`] !== undefined) continue;
    throw new ConnectError(
      'config',
      `Missing required configuration "config.providers.${alias}.class" which has no default value.`,
    );
  }
  return raw;
}
