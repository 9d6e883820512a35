import type { RawConfig } from '../config/config-key.ts';
import type { ConfigValue } from '../config/config-value.ts';
import { nonEmptyWithoutControlCharacters } from '../config/validators.ts';
import { ConnectError, messageOf } from '../errors/connect-error.ts';
import type { ConnectorPlugin } from '../plugin-api/plugin.ts';
import type { ConfigInfos } from './config-infos.ts';
import { findConnector, findConnectorToShow, type PluginLookup } from './plugin-lookup.ts';
import { plainSettings, type SettingsResolver } from './settings-resolver.ts';
import { findConverter } from './task/create-converters.ts';
import {
  addErrorIfThrown,
  type ConfigEntry,
  nullValue,
  prefixedConfig,
  unknownValue,
  validatePart,
} from './validation/config-part.ts';
import { checkConverterVersion, checkSinkTopics, frameworkConfig } from './validation/framework-part.ts';
import { validateOverrides } from './validation/override-part.ts';
import { type OverridePolicy, overridePolicyOf, overridePrefixes } from './validation/override-policy.ts';
import { type ResolvedConfig, resolveConfig, withPlaceholders } from './validation/resolved-config.ts';
import { validateTransformations } from './validation/transformation-part.ts';
import type { WorkerSettings } from './worker-config.ts';

export interface ConnectorValidatorOptions {
  readonly plugins: PluginLookup;
  readonly worker: WorkerSettings;
  /** Placeholders are resolved before anything is checked; absent: there are none. */
  readonly resolver?: SettingsResolver;
  /** Distributed only: what the group and its exactly-once support demand. Null: standalone. */
  readonly group: { readonly id: string; readonly isExactlyOnceEnabled: boolean } | null;
}

const converters = ['header', 'key', 'value'] as const;

/** Checks connector configurations and describes every key of theirs (KIP-26). */
export class ConnectorValidator {
  readonly #options: ConnectorValidatorOptions;
  readonly #policy: OverridePolicy;

  /** Throws a `config` error for an override policy that is not known. */
  constructor(options: ConnectorValidatorOptions) {
    this.#options = options;
    const worker = options.worker.config;
    this.#policy = overridePolicyOf(
      worker['connector.client.config.override.policy'],
      worker['connector.client.config.override.allowlist'],
    );
  }

  get policy(): OverridePolicy {
    return this.#policy;
  }

  /** Throws `bad-request` in Apache's words when the class is missing or not known. */
  requirePlugin(config: RawConfig): ConnectorPlugin {
    const given = config['connector.class']?.trim() ?? '';
    if (given === '') throw new ConnectError('bad-request', 'Connector config contains no connector type');
    const version = config['connector.plugin.version'] ?? null;
    const plugin = findConnectorToShow(this.#options.plugins, given, version);
    if (plugin !== null) return plugin;
    const available = this.#options.plugins
      .list()
      .flatMap(({ className, type }) => (type === 'source' || type === 'sink' ? [className] : []));
    throw new ConnectError(
      'bad-request',
      `Failed to find any class that implements Connector and which name matches ${given}, available connectors are: ${available.join(', ')}`,
    );
  }

  /**
   * Never fails for bad settings, an unknown class included: all that is wrong is in the answer. Rejects with
   * `timeout` when the connector's own checks do not end before `signal`.
   */
  async validate(config: RawConfig, signal: AbortSignal): Promise<ConfigInfos> {
    const resolved: ResolvedConfig = await resolveConfig(config, this.#options.resolver ?? plainSettings);
    const infos = await resolved.secrets.guard(() => this.#validateResolved(resolved.config, signal));
    return withPlaceholders(infos, config, resolved);
  }

  async #validateResolved(config: RawConfig, signal: AbortSignal): Promise<ConfigInfos> {
    const plugin = this.#findPlugin(config);
    const framework = this.#validateFramework(config, plugin);
    const transformations = validateTransformations(config, this.#options.plugins, plugin);
    const own = plugin === null ? [] : await this.#validateOwn(config, plugin, signal);
    const known = mergeOwn([...framework, ...transformations], own);
    this.#addNullErrors(config, known, plugin);
    const clients = plugin === null ? [] : this.#validateOverrides(config, plugin);
    const converterEntries = this.#validateConverters(config, framework, plugin);
    const withoutDefinition = known.filter(({ definition }) => definition === null);
    const defined = known.filter(({ definition }) => definition !== null);
    return {
      name: config['connector.class'] ?? '',
      errorCount:
        known.reduce((sum, { value }) => sum + value.errors.length, 0) +
        [...clients, ...converterEntries].filter(({ value }) => value.errors.length > 0).length,
      groups: groupsOf([...defined, ...clients, ...converterEntries]),
      configs: [...withoutDefinition, ...defined, ...clients, ...converterEntries],
    };
  }

  #findPlugin(config: RawConfig): ConnectorPlugin | null {
    try {
      return this.requirePlugin(config);
    } catch {
      return null;
    }
  }

  #validateFramework(config: RawConfig, plugin: ConnectorPlugin | null): ConfigEntry[] {
    const { plugins } = this.#options;
    const worker = this.#options.worker.config;
    const def = frameworkConfig(plugin, plugins, {
      keyConverter: worker['key.converter'],
      valueConverter: worker['value.converter'],
      headerConverter: worker['header.converter'],
    });
    const entries = validatePart(def, config);
    const entryOf = (key: string) => entries.find(({ value }) => value.name === key);
    const name = entryOf('name');
    if (name?.value.errors.length === 0) {
      // Parsing trims control characters off the ends; the connector would have them in its name all the same.
      addErrorIfThrown(name, () =>
        nonEmptyWithoutControlCharacters().ensureValid('name', config.name ?? null),
      );
    }
    if (plugin === null) {
      const entry = entryOf('connector.class');
      if (entry !== undefined && config['connector.class'] !== undefined) {
        addErrorIfThrown(entry, () => this.requirePlugin(config));
      }
      return entries;
    }
    this.#checkVersion(config, plugin, entryOf);
    for (const kind of converters) {
      checkConverterVersion(config, kind, plugins, entryOf);
      const converter = entryOf(`${kind}.converter`)?.value;
      if (converter !== undefined && converter.errors.length > 0) converter.value = null;
    }
    if (plugin.type === 'sink') checkSinkTopics(config, entryOf);
    this.#checkGroup(config, plugin, entryOf);
    if (plugin.type === 'source') this.#checkExactlyOnce(config, plugin, entryOf);
    return entries;
  }

  #checkVersion(
    config: RawConfig,
    plugin: ConnectorPlugin,
    entryOf: (key: string) => ConfigEntry | undefined,
  ): void {
    const range = config['connector.plugin.version'] ?? null;
    for (const key of ['connector.class', 'connector.plugin.version']) {
      addErrorIfThrown(entryOf(key), () => findConnector(this.#options.plugins, plugin.className, range));
    }
  }

  #checkGroup(
    config: RawConfig,
    plugin: ConnectorPlugin,
    entryOf: (key: string) => ConfigEntry | undefined,
  ): void {
    const { group } = this.#options;
    const override = config['consumer.override.group.id'];
    if (group === null || plugin.type !== 'sink' || override !== undefined) return;
    const consumerGroup = `connect-${config.name ?? ''}`;
    if (consumerGroup !== group.id) return;
    entryOf('name')?.value.errors.push(
      `Consumer group ${consumerGroup} for sink connector named ${config.name} conflicts with Connect worker group ${group.id}`,
    );
  }

  #checkExactlyOnce(
    config: RawConfig,
    plugin: ConnectorPlugin,
    entryOf: (key: string) => ConfigEntry | undefined,
  ): void {
    const { group } = this.#options;
    // Standalone workers take these settings without looking at them, as Apache's do.
    if (group === null || plugin.type !== 'source') return;
    const settings = withoutNulls(config);
    const isRequired = config['exactly.once.support']?.trim().toLowerCase() === 'required';
    const entry = entryOf('exactly.once.support');
    if (isRequired && !group.isExactlyOnceEnabled) {
      entry?.value.errors.push('This worker does not have exactly-once source support enabled.');
    }
    addErrorIfThrown(entry, () => {
      if (!isRequired) return;
      const support = plugin.createConnector().exactlyOnceSupport?.(settings) ?? null;
      if (support === 'supported') return;
      throw new ConnectError(
        'config',
        support === null
          ? 'The connector does not implement the API required for preflight validation of exactly-once support. Use "requested" instead.'
          : 'The connector does not support exactly-once delivery guarantees with the provided configuration.',
      );
    });
    addErrorIfThrown(entryOf('transaction.boundary'), () => {
      if (config['transaction.boundary']?.trim().toLowerCase() !== 'connector') return;
      if (plugin.createConnector().canDefineTransactionBoundaries?.(settings)) return;
      throw new ConnectError(
        'config',
        'The connector does not support connector-defined transaction boundaries with the given configuration.',
      );
    });
  }

  async #validateOwn(
    config: RawConfig,
    plugin: ConnectorPlugin,
    signal: AbortSignal,
  ): Promise<ConfigEntry[]> {
    const entries = validatePart(plugin.config, config);
    try {
      const connector = plugin.createConnector();
      if (connector.validate === undefined) return entries;
      const values = entries.map(({ value }) => value);
      const checked = await bounded(Promise.resolve(connector.validate(config, values)), signal, plugin);
      return entries.map((entry) => ({ ...entry, value: valueNamed(checked, entry) }));
    } catch (error) {
      if (signal.aborted) throw error;
      const message = `The checks of ${plugin.className} failed: ${messageOf(error)}`;
      return [...entries, unknownValue('connector.class', plugin.className, [message])];
    }
  }

  /** Null is refused for keys of the framework and for unknown ones; a connector decides about its own. */
  #addNullErrors(config: RawConfig, known: ConfigEntry[], plugin: ConnectorPlugin | null): void {
    for (const [key, value] of Object.entries(config)) {
      if (
        value !== null ||
        overridePrefixes.some((prefix) => key.startsWith(prefix)) ||
        /^(?:key|value|header)\.converter\./.test(key)
      )
        continue;
      if (plugin !== null && Object.hasOwn(plugin.config.keys, key)) continue;
      const entry = known.find((each) => each.value.name === key);
      if (entry === undefined) known.push(unknownValue(key, null, [nullValue]));
      else entry.value.errors.push(nullValue);
    }
  }

  #validateOverrides(config: RawConfig, plugin: ConnectorPlugin): ConfigEntry[] {
    const { worker, group } = this.#options;
    return validateOverrides(config, plugin.type, { policy: this.#policy, worker: worker.raw, group });
  }

  #validateConverters(
    config: RawConfig,
    framework: readonly ConfigEntry[],
    connector: ConnectorPlugin | null,
  ): ConfigEntry[] {
    const isClean = (key: string) =>
      framework.find(({ value }) => value.name === key)?.value.errors.length === 0;
    return converters.flatMap((kind) => {
      const key = `${kind}.converter`;
      const className = config[key];
      if (className === undefined || className === null) return [];
      if (!isClean(key) || !isClean(`${key}.plugin.version`)) return [];
      const { plugins } = this.#options;
      const version = config[`${key}.plugin.version`] ?? null;
      const plugin = findConverter({ kind, className, version, isOfConnector: true }, plugins, connector);
      if (plugin === null) return [];
      const def = prefixedConfig(`${key}.`, plugin.config, null);
      const entries = validatePart(def, { [`${key}.converter.type`]: kind, ...config });
      for (const { value } of entries) {
        if (config[value.name] === null) value.errors.push(nullValue);
      }
      return entries;
    });
  }
}

/** What a request with a bad configuration is refused with; null: there is nothing to refuse. */
export function refusalOf(infos: ConfigInfos): ConnectError | null {
  if (infos.errorCount === 0) return null;
  const messages = infos.configs.flatMap(({ value }) => value.errors);
  return new ConnectError(
    'bad-request',
    [
      `Connector configuration is invalid and contains the following ${infos.errorCount} error(s):`,
      ...messages,
      'You can also find the above list of errors at the endpoint `/connector-plugins/{connectorType}/config/validate`',
    ].join('\n'),
  );
}

/** A connector's key takes the place of the framework's with the same name. */
function mergeOwn(framework: readonly ConfigEntry[], own: readonly ConfigEntry[]): ConfigEntry[] {
  const byName = new Map(own.map((entry) => [entry.value.name, entry]));
  const merged = framework.map((entry) => {
    const replacement = byName.get(entry.value.name);
    if (replacement === undefined) return entry;
    byName.delete(entry.value.name);
    if (replacement.definition !== null) return replacement;
    entry.value.errors.push(...replacement.value.errors);
    return entry;
  });
  return [...merged, ...byName.values()];
}

function groupsOf(entries: readonly ConfigEntry[]): readonly string[] {
  const groups = new Set<string>();
  for (const { definition } of entries)
    if (definition !== null && definition.group !== null) groups.add(definition.group);
  return [...groups];
}

function valueNamed(values: readonly ConfigValue[], entry: ConfigEntry): ConfigValue {
  return values.find(({ name }) => name === entry.value.name) ?? entry.value;
}

export function withoutNulls(config: RawConfig): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(config).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}

async function bounded<T>(
  work: Promise<T>,
  signal: AbortSignal,
  { type, className }: ConnectorPlugin,
): Promise<T> {
  const stage = `validating ${type} connector-specific properties for the connector`;
  let onAbort = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () =>
      reject(
        new ConnectError('timeout', `The checks of ${className} did not end in time`, { details: { stage } }),
      );
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
