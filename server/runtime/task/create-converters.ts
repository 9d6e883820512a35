import { ConnectError } from '../../errors/connect-error.ts';
import type { Converter, HeaderConverter } from '../../plugin-api/converter.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { PluginLookup } from '../plugin-lookup.ts';
import { settingsWithPrefix } from '../settings-prefix.ts';
import type { RecordConverters } from './record-converters.ts';

type Kind = 'key' | 'value' | 'header';

/**
 * The connector's converters, each the worker's where the connector names none. A converter that the connector names
 * gets the connector's settings only, never the worker's.
 */
export function createConverters(
  worker: Settings,
  connector: Settings,
  plugins: PluginLookup,
): RecordConverters {
  const key = chosen('key', worker, connector);
  const value = chosen('value', worker, connector);
  const header = chosen('header', worker, connector);
  return {
    key: createConverter(key, plugins),
    value: createConverter(value, plugins),
    header: createHeaderConverter(header, plugins),
    keyClassName: plugins.find(key.className)?.className ?? key.className,
    valueClassName: plugins.find(value.className)?.className ?? value.className,
    headerClassName: plugins.find(header.className)?.className ?? header.className,
  };
}

interface Chosen {
  readonly kind: Kind;
  readonly className: string;
  readonly settings: Settings;
}

const defaultHeaderConverter = 'org.apache.kafka.connect.storage.SimpleHeaderConverter';

function chosen(kind: Kind, worker: Settings, connector: Settings): Chosen {
  const key = `${kind}.converter`;
  const own = connector[key]?.trim();
  const source = own === undefined ? worker : connector;
  const className = own ?? worker[key]?.trim() ?? (kind === 'header' ? defaultHeaderConverter : undefined);
  if (className === undefined) {
    throw new ConnectError('config', `Missing required configuration "${key}" which has no default value.`);
  }
  return { kind, className, settings: { ...settingsWithPrefix(source, `${key}.`), 'converter.type': kind } };
}

function createConverter({ kind, className, settings }: Chosen, plugins: PluginLookup): Converter {
  const plugin = plugins.find(className, 'converter');
  if (plugin === null) throw unknownClass(kind, className);
  const converter = plugin.createConverter();
  converter.configure(settings);
  return converter;
}

function createHeaderConverter(
  { kind, className, settings }: Chosen,
  plugins: PluginLookup,
): HeaderConverter {
  const plugin = plugins.find(className, 'header_converter');
  if (plugin === null) return asHeaderConverter(createConverter({ kind, className, settings }, plugins));
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

function unknownClass(kind: Kind, className: string): ConnectError {
  return new ConnectError(
    'config',
    `Invalid value ${className} for configuration ${kind}.converter: Class ${className} could not be found.`,
  );
}
