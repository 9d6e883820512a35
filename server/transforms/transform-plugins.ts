import type { TransformationPlugin } from '../plugin-api/plugin.ts';
import { aivenPlugins } from './aiven/aiven-plugins.ts';
import { Cast, castConfig } from './cast/cast.ts';
import { confluentPlugins } from './confluent/confluent-plugins.ts';
import { debeziumPlugins } from './debezium/debezium-plugins.ts';
import { DropHeaders, dropHeadersConfig } from './drop-headers.ts';
import { ExtractField, extractFieldConfig } from './extract-field.ts';
import { Filter, filterConfig } from './filter.ts';
import { Flatten, flattenConfig } from './flatten.ts';
import { HeaderFrom, headerFromConfig } from './header-from.ts';
import { HoistField, hoistFieldConfig } from './hoist-field.ts';
import { InsertField, insertFieldConfig } from './insert-field.ts';
import { InsertHeader, insertHeaderConfig } from './insert-header.ts';
import { jcustenborderPlugins } from './jcustenborder/jcustenborder-plugins.ts';
import { MaskField, maskFieldConfig } from './mask-field.ts';
import { PluginFamily } from './plugin-family.ts';
import type { RecordConverters } from './record-converters.ts';
import { RegexRouter, regexRouterConfig } from './regex-router.ts';
import { ReplaceField, replaceFieldConfig } from './replace-field.ts';
import { SetSchemaMetadata, setSchemaMetadataConfig } from './set-schema-metadata.ts';
import { TimestampConverter, timestampConverterConfig } from './timestamp/timestamp-converter.ts';
import { TimestampRouter, timestampRouterConfig } from './timestamp/timestamp-router.ts';
import { ValueToKey, valueToKeyConfig } from './value-to-key.ts';

const apache = new PluginFamily(
  'org.apache.kafka.connect.transforms',
  'Answers of the Java transformation of Apache Kafka 4.3.1, case by case.',
);

/** Every transformation that comes with Millrace: Apache's, and those of others that people add most. */
export function transformPlugins(converters: RecordConverters): readonly TransformationPlugin[] {
  return [
    ...apache.keyAndValue(
      'Cast',
      'Other types for fields or the whole.',
      castConfig,
      (side) => new Cast(side),
    ),
    apache.whole('DropHeaders', 'Takes headers away.', dropHeadersConfig, () => new DropHeaders()),
    ...apache.keyAndValue(
      'ExtractField',
      'One field in place of the whole.',
      extractFieldConfig,
      (side) => new ExtractField(side),
    ),
    apache.whole(
      'Filter',
      'Drops every record that its predicate lets through.',
      filterConfig,
      () => new Filter(),
    ),
    ...apache.keyAndValue(
      'Flatten',
      'Nested fields become fields at the top, their names joined.',
      flattenConfig,
      (side) => new Flatten(side),
    ),
    ...apache.keyAndValue(
      'HeaderFrom',
      'Moves or copies fields into headers.',
      headerFromConfig,
      (side) => new HeaderFrom(side),
    ),
    ...apache.keyAndValue(
      'HoistField',
      'Puts a struct or map of one field around the whole.',
      hoistFieldConfig,
      (side) => new HoistField(side),
    ),
    ...apache.keyAndValue(
      'InsertField',
      'Adds topic, partition, offset, timestamp or a fixed text as fields.',
      insertFieldConfig,
      (side) => new InsertField(side),
    ),
    apache.whole(
      'InsertHeader',
      'Adds a header with a fixed value.',
      insertHeaderConfig,
      () => new InsertHeader(converters.createHeaderConverter()),
    ),
    ...apache.keyAndValue(
      'MaskField',
      'Hides the contents of fields.',
      maskFieldConfig,
      (side) => new MaskField(side),
    ),
    apache.whole(
      'RegexRouter',
      'Another topic, by a regular expression.',
      regexRouterConfig,
      () => new RegexRouter(),
    ),
    ...apache.keyAndValue(
      'ReplaceField',
      'Leaves fields out or gives them other names.',
      replaceFieldConfig,
      (side) => new ReplaceField(side),
    ),
    ...apache.keyAndValue(
      'SetSchemaMetadata',
      'Another name or version for the schema.',
      setSchemaMetadataConfig,
      (side) => new SetSchemaMetadata(side),
    ),
    ...apache.keyAndValue(
      'TimestampConverter',
      'Timestamps between text, unix time and the logical types.',
      timestampConverterConfig,
      (side) => new TimestampConverter(side),
    ),
    apache.whole(
      'TimestampRouter',
      "Another topic, made of the record's timestamp.",
      timestampRouterConfig,
      () => new TimestampRouter(),
    ),
    apache.whole(
      'ValueToKey',
      'A new key out of fields of the value.',
      valueToKeyConfig,
      () => new ValueToKey(),
    ),
    ...debeziumPlugins(converters),
    ...confluentPlugins,
    ...aivenPlugins(converters),
    ...jcustenborderPlugins(converters),
  ];
}
