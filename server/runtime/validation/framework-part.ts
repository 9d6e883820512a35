import type { ConfigDef, ConfigKeys } from '../../config/config-def.ts';
import { invalidValue } from '../../config/config-error.ts';
import type { RawConfig, Validator } from '../../config/config-key.ts';
import { defineConfig } from '../../config/define-config.ts';
import { validator } from '../../config/validators.ts';
import type { Plugin } from '../../plugin-api/plugin.ts';
import { connectorConfigOf, connectorKeys } from '../connector-config.ts';
import { regexProblem, wholeNameRegex } from '../connector-validators.ts';
import type { PluginLookup } from '../plugin-lookup.ts';
import { type ConverterKind, findConverter } from '../task/create-converters.ts';
import { addErrorIfThrown, type ConfigEntry } from './config-part.ts';

export interface FrameworkDefaults {
  readonly keyConverter: string | null;
  readonly valueConverter: string | null;
  readonly headerConverter: string | null;
}

/** The framework's keys for one connector, with what the worker would use as defaults. */
export function frameworkConfig(
  plugin: Plugin | null,
  plugins: PluginLookup,
  defaults: FrameworkDefaults,
): ConfigDef {
  const keys: ConfigKeys =
    plugin?.type === 'source' || plugin?.type === 'sink'
      ? connectorConfigOf(plugin.type).keys
      : connectorKeys;
  const converterOf = (key: 'key.converter' | 'value.converter', className: string | null) => ({
    ...connectorKeys[key],
    default: className,
    validator: pluginClass(plugins, ['converter']),
  });
  return defineConfig<ConfigKeys>({
    ...keys,
    'connector.plugin.version': {
      ...connectorKeys['connector.plugin.version'],
      default: plugin?.version ?? null,
      recommender: {
        validValues: () => (plugin === null ? [] : versionTexts(plugins, plugin)),
        visible: () => true,
      },
    },
    'key.converter': converterOf('key.converter', defaults.keyConverter),
    'value.converter': converterOf('value.converter', defaults.valueConverter),
    'header.converter': {
      ...connectorKeys['header.converter'],
      default: defaults.headerConverter,
      validator: pluginClass(plugins, ['header_converter', 'converter']),
    },
  });
}

/** A class of one of these kinds must be installed. */
export function pluginClass(plugins: PluginLookup, types: readonly Plugin['type'][]): Validator<string> {
  return validator('a class that is installed', (key, value) => {
    if (value === null) return;
    if (types.some((type) => plugins.find(value, type) !== null)) return;
    throw invalidValue(key, value, `Class ${value} could not be found.`);
  });
}

/** Installed versions of a plugin, oldest first. */
export function versionTexts(plugins: PluginLookup, { className, type }: Plugin): readonly string[] {
  return [...new Set(plugins.versions(className, type).map(({ version }) => version))];
}

/**
 * A version of this class that is wanted must be installed. Both keys get the error: they do not fit each other, and
 * either could be changed.
 */
export function checkConverterVersion(
  config: RawConfig,
  kind: ConverterKind,
  plugins: PluginLookup,
  entryOf: (key: string) => ConfigEntry | undefined,
): void {
  const key = `${kind}.converter`;
  const className = config[key];
  if (className === undefined || className === null) return;
  const version = config[`${key}.plugin.version`] ?? null;
  for (const name of [key, `${key}.plugin.version`]) {
    addErrorIfThrown(entryOf(name), () =>
      findConverter({ kind, className, version, isOfConnector: true }, plugins, null),
    );
  }
}

/** Rules between the keys of a sink. */
export function checkSinkTopics(config: RawConfig, entryOf: (key: string) => ConfigEntry | undefined): void {
  const topics = (config.topics ?? '').split(',').map((topic) => topic.trim());
  const regex = config['topics.regex']?.trim() ?? '';
  const hasTopics = topics.some((topic) => topic !== '');
  const addToBoth = (message: string) => {
    entryOf('topics')?.value.errors.push(message);
    entryOf('topics.regex')?.value.errors.push(message);
  };
  if (hasTopics && regex !== '') {
    addToBoth('topics and topics.regex are mutually exclusive options, but both are set.');
  }
  if (!hasTopics && regex === '') addToBoth('Must configure one of topics or topics.regex');
  const deadLetters = config['errors.deadletterqueue.topic.name']?.trim() ?? '';
  if (deadLetters === '') return;
  const name = 'errors.deadletterqueue.topic.name';
  if (topics.includes(deadLetters)) {
    entryOf('topics')?.value.errors.push(
      `The DLQ topic '${deadLetters}' may not be included in the list of topics ('topics=${config.topics}') consumed by the connector; change ${name}`,
    );
  }
  if (regex !== '' && regexProblem(regex) === null && wholeNameRegex(regex).test(deadLetters)) {
    entryOf('topics.regex')?.value.errors.push(
      `The DLQ topic '${deadLetters}' may not be included in the regex matching the topics ('topics.regex=${regex}') consumed by the connector; change ${name}`,
    );
  }
}
