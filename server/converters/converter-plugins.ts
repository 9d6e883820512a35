import type { ConfigDef } from '../config/config-def.ts';
import { bundledVersion } from '../plugin-api/bundled-version.ts';
import type { Converter } from '../plugin-api/converter.ts';
import type { ConverterPlugin, HeaderConverterPlugin } from '../plugin-api/plugin.ts';
import { ByteArrayConverter, byteArrayConverterConfig } from './byte-array-converter.ts';
import { HeaderByConverter } from './header-by-converter.ts';
import { jsonConverterConfig } from './json/json-config.ts';
import { JsonConverter } from './json/json-converter.ts';
import {
  booleanFormat,
  doubleFormat,
  floatFormat,
  integerFormat,
  longFormat,
  PrimitiveConverter,
  type PrimitiveFormat,
  primitiveConverterConfig,
  shortFormat,
} from './primitive-converter.ts';
import { registryConverterPlugins } from './registry-converter-plugins.ts';
import { simpleHeaderConverterConfig } from './simple-header/simple-header-config.ts';
import { SimpleHeaderConverter } from './simple-header/simple-header-converter.ts';
import { StringConverter, stringConverterConfig } from './string-converter.ts';

interface Description {
  readonly className: string;
  readonly title: string;
  readonly summary: string;
  readonly config: ConfigDef;
}

const about = {
  version: bundledVersion,
  support: 'supported',
  system: 'format',
  verified: 'Answers of the Java converter of Apache Kafka 4.3.1, case by case.',
} as const;

/** Converters of keys and values serve for headers too, under the same class name. */
function both(
  description: Description,
  create: () => Converter,
): (ConverterPlugin | HeaderConverterPlugin)[] {
  return [
    { ...about, ...description, type: 'converter', createConverter: create },
    {
      ...about,
      ...description,
      type: 'header_converter',
      createHeaderConverter: () => new HeaderByConverter(create()),
    },
  ];
}

function primitive(simpleName: string, format: PrimitiveFormat): (ConverterPlugin | HeaderConverterPlugin)[] {
  const description = {
    className: `org.apache.kafka.connect.converters.${simpleName}`,
    title: simpleName,
    summary: `One ${format.typeName} in ${format.bytes === 1 ? 'one byte' : `${format.bytes} bytes, big-endian`}.`,
    config: primitiveConverterConfig,
  };
  return both(description, () => new PrimitiveConverter(format));
}

/** Every converter that comes with Millrace. */
export const converterPlugins: readonly (ConverterPlugin | HeaderConverterPlugin)[] = [
  ...both(
    {
      className: 'org.apache.kafka.connect.storage.StringConverter',
      title: 'StringConverter',
      summary: 'Text as it is; any other value as Java would print it.',
      config: stringConverterConfig,
    },
    () => new StringConverter(),
  ),
  ...both(
    {
      className: 'org.apache.kafka.connect.json.JsonConverter',
      title: 'JsonConverter',
      summary: 'JSON, with the schema beside each value unless it is turned off.',
      config: jsonConverterConfig,
    },
    () => new JsonConverter(),
  ),
  ...both(
    {
      className: 'org.apache.kafka.connect.converters.ByteArrayConverter',
      title: 'ByteArrayConverter',
      summary: 'Bytes as they are.',
      config: byteArrayConverterConfig,
    },
    () => new ByteArrayConverter(),
  ),
  ...primitive('BooleanConverter', booleanFormat),
  ...primitive('ShortConverter', shortFormat),
  ...primitive('IntegerConverter', integerFormat),
  ...primitive('LongConverter', longFormat),
  ...primitive('FloatConverter', floatFormat),
  ...primitive('DoubleConverter', doubleFormat),
  {
    ...about,
    type: 'header_converter',
    className: 'org.apache.kafka.connect.storage.SimpleHeaderConverter',
    title: 'SimpleHeaderConverter',
    summary: 'Text for headers; what it reads gets the narrowest schema that fits.',
    config: simpleHeaderConverterConfig,
    createHeaderConverter: () => new SimpleHeaderConverter(),
  },
  ...registryConverterPlugins,
];
