import type { ConfigDef } from '../config/config-def.ts';
import { bundledVersion } from '../plugin-api/bundled-version.ts';
import type { HeaderConverter } from '../plugin-api/converter.ts';
import type { TransformationPlugin } from '../plugin-api/plugin.ts';
import type { Transformation } from '../plugin-api/transformation.ts';
import { Cast, castConfig } from './cast/cast.ts';
import { DropHeaders, dropHeadersConfig } from './drop-headers.ts';
import { ExtractField, extractFieldConfig } from './extract-field.ts';
import { keySide, type RecordSide, valueSide } from './fields/record-side.ts';
import { Filter, filterConfig } from './filter.ts';
import { Flatten, flattenConfig } from './flatten.ts';
import { HeaderFrom, headerFromConfig } from './header-from.ts';
import { HoistField, hoistFieldConfig } from './hoist-field.ts';
import { InsertField, insertFieldConfig } from './insert-field.ts';
import { InsertHeader, insertHeaderConfig } from './insert-header.ts';
import { MaskField, maskFieldConfig } from './mask-field.ts';
import { RegexRouter, regexRouterConfig } from './regex-router.ts';
import { ReplaceField, replaceFieldConfig } from './replace-field.ts';
import { SetSchemaMetadata, setSchemaMetadataConfig } from './set-schema-metadata.ts';
import { TimestampConverter, timestampConverterConfig } from './timestamp/timestamp-converter.ts';
import { TimestampRouter, timestampRouterConfig } from './timestamp/timestamp-router.ts';
import { ValueToKey, valueToKeyConfig } from './value-to-key.ts';

function whole(
  name: string,
  summary: string,
  config: ConfigDef,
  create: () => Transformation,
): TransformationPlugin {
  return {
    type: 'transformation',
    version: bundledVersion,
    support: 'supported',
    system: 'records',
    verified: 'Answers of the Java transformation of Apache Kafka 4.3.1, case by case.',
    className: `org.apache.kafka.connect.transforms.${name}`,
    title: name.replace('$', ' of the ').replace(/(Key|Value)$/, (side) => side.toLowerCase()),
    summary,
    config,
    createTransformation: create,
  };
}

/** The same for keys and for values, under two class names. */
function keyAndValue(
  name: string,
  summary: string,
  config: ConfigDef,
  create: (side: RecordSide) => Transformation,
): TransformationPlugin[] {
  return [
    whole(`${name}$Key`, summary, config, () => create(keySide)),
    whole(`${name}$Value`, summary, config, () => create(valueSide)),
  ];
}

/**
 * Every transformation that comes with Millrace. `createHeaderConverter` makes what InsertHeader reads its literal
 * with.
 */
export function transformPlugins(
  createHeaderConverter: () => HeaderConverter,
): readonly TransformationPlugin[] {
  return [
    ...keyAndValue('Cast', 'Other types for fields or the whole.', castConfig, (side) => new Cast(side)),
    whole('DropHeaders', 'Takes headers away.', dropHeadersConfig, () => new DropHeaders()),
    ...keyAndValue(
      'ExtractField',
      'One field in place of the whole.',
      extractFieldConfig,
      (side) => new ExtractField(side),
    ),
    whole('Filter', 'Drops every record that its predicate lets through.', filterConfig, () => new Filter()),
    ...keyAndValue(
      'Flatten',
      'Nested fields become fields at the top, their names joined.',
      flattenConfig,
      (side) => new Flatten(side),
    ),
    ...keyAndValue(
      'HeaderFrom',
      'Moves or copies fields into headers.',
      headerFromConfig,
      (side) => new HeaderFrom(side),
    ),
    ...keyAndValue(
      'HoistField',
      'Puts a struct or map of one field around the whole.',
      hoistFieldConfig,
      (side) => new HoistField(side),
    ),
    ...keyAndValue(
      'InsertField',
      'Adds topic, partition, offset, timestamp or a fixed text as fields.',
      insertFieldConfig,
      (side) => new InsertField(side),
    ),
    whole(
      'InsertHeader',
      'Adds a header with a fixed value.',
      insertHeaderConfig,
      () => new InsertHeader(createHeaderConverter()),
    ),
    ...keyAndValue(
      'MaskField',
      'Hides the contents of fields.',
      maskFieldConfig,
      (side) => new MaskField(side),
    ),
    whole(
      'RegexRouter',
      'Another topic, by a regular expression.',
      regexRouterConfig,
      () => new RegexRouter(),
    ),
    ...keyAndValue(
      'ReplaceField',
      'Leaves fields out or gives them other names.',
      replaceFieldConfig,
      (side) => new ReplaceField(side),
    ),
    ...keyAndValue(
      'SetSchemaMetadata',
      'Another name or version for the schema.',
      setSchemaMetadataConfig,
      (side) => new SetSchemaMetadata(side),
    ),
    ...keyAndValue(
      'TimestampConverter',
      'Timestamps between text, unix time and the logical types.',
      timestampConverterConfig,
      (side) => new TimestampConverter(side),
    ),
    whole(
      'TimestampRouter',
      "Another topic, made of the record's timestamp.",
      timestampRouterConfig,
      () => new TimestampRouter(),
    ),
    whole('ValueToKey', 'A new key out of fields of the value.', valueToKeyConfig, () => new ValueToKey()),
  ];
}
