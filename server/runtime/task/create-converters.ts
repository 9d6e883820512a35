import { ConnectError } from '../../errors/connect-error.ts';
import type { Converter, HeaderConverter } from '../../plugin-api/converter.ts';
import type { ConverterPlugin, HeaderConverterPlugin, Plugin } from '../../plugin-api/plugin.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { PluginLookup } from '../plugin-lookup.ts';
import { settingsWithPrefix } from '../settings-prefix.ts';
import type { RecordConverters } from './record-converters.ts';

export const converterKinds = ['key', 'value', 'header'] as const;
export type ConverterKind = (typeof converterKinds)[number];

/**
 * The connector's converters, each the worker's where the connector names none. A converter that the connector names
 * gets the connector's settings only, never the worker's. Without a version, what is installed together with the
 * connector's plugin comes first.
 */
export async function createConverters(
  worker: Settings,
  connector: Settings,
  plugins: PluginLookup,
  beside: Plugin,
): Promise<RecordConverters> {
  const key = chosenConverter('key', worker, connector);
  const value = chosenConverter('value', worker, connector);
  const header = chosenConverter('header', worker, connector);
  const keyPlugin = requirePlugin(key, plugins.find(key.className, 'converter', choiceOf(key, beside)));
  const valuePlugin = requirePlugin(
    value,
    plugins.find(value.className, 'converter', choiceOf(value, beside)),
  );
  const headerPlugin = requirePlugin(header, findConverter(header, plugins, beside));
  await Promise.all([keyPlugin, valuePlugin, headerPlugin].map(loaded));
  return {
    key: createConverter(keyPlugin, key.settings),
    value: createConverter(valuePlugin, value.settings),
    header: createHeaderConverter(headerPlugin, header.settings),
    keyClassName: keyPlugin.className,
    valueClassName: valuePlugin.className,
    headerClassName: headerPlugin.className,
  };
}

export interface ChosenConverter {
  readonly kind: ConverterKind;
  readonly className: string;
  /** Range; null: none is asked for. */
  readonly version: string | null;
  readonly isOfConnector: boolean;
  readonly settings: Settings;
}

const defaultHeaderConverter = 'org.apache.kafka.connect.storage.SimpleHeaderConverter';

/** Which converter the settings name. Throws a `config` error when they name none. */
export function chosenConverter(kind: ConverterKind, worker: Settings, connector: Settings): ChosenConverter {
  const key = `${kind}.converter`;
  const own = connector[key]?.trim();
  const source = own === undefined ? worker : connector;
  const className = own ?? worker[key]?.trim() ?? (kind === 'header' ? defaultHeaderConverter : undefined);
  if (className === undefined) {
    throw new ConnectError('config', `Missing required configuration "${key}" which has no default value.`);
  }
  const { 'plugin.version': version = null, ...settings } = settingsWithPrefix(source, `${key}.`);
  return {
    kind,
    className,
    version,
    isOfConnector: own !== undefined,
    settings: { ...settings, 'converter.type': kind },
  };
}

/** Null when there is no such class; throws a `config` error when no version of it fits. */
export function findConverter(
  chosen: Omit<ChosenConverter, 'settings'>,
  plugins: PluginLookup,
  beside: Plugin | null,
): ConverterPlugin | HeaderConverterPlugin | null {
  const choice = choiceOf(chosen, beside);
  const found = chosen.kind === 'header' ? plugins.find(chosen.className, 'header_converter', choice) : null;
  return found ?? plugins.find(chosen.className, 'converter', choice);
}

function choiceOf({ version, isOfConnector }: Omit<ChosenConverter, 'settings'>, beside: Plugin | null) {
  return { version, beside: isOfConnector ? beside : null };
}

function requirePlugin<Found extends Plugin>(
  { kind, className }: ChosenConverter,
  found: Found | null,
): Found {
  if (found !== null) return found;
  throw new ConnectError(
    'config',
    `Invalid value ${className} for configuration ${kind}.converter: Class ${className} could not be found.`,
  );
}

async function loaded(plugin: ConverterPlugin | HeaderConverterPlugin): Promise<void> {
  if (plugin.type === 'converter') await plugin.load?.();
}

function createConverter(plugin: ConverterPlugin, settings: Settings): Converter {
  const converter = plugin.createConverter();
  converter.configure(settings);
  return converter;
}

function createHeaderConverter(
  plugin: ConverterPlugin | HeaderConverterPlugin,
  settings: Settings,
): HeaderConverter {
  if (plugin.type === 'converter') return asHeaderConverter(createConverter(plugin, settings));
  const converter = plugin.createHeaderConverter();
  converter.configure(settings);
  return converter;
}

/** Converters of values can do headers as well. */
function asHeaderConverter(converter: Converter): HeaderConverter {
  return {
    configure: () => {},
    fromConnectHeader: (topic, _key, schema, value) => converter.fromConnectData(topic, schema, value, null),
    toConnectHeader: (topic, _key, bytes) => converter.toConnectData(topic, bytes, null),
    close: () => converter.close?.(),
  };
}
