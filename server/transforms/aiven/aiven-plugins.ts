import type { TransformationPlugin } from '../../plugin-api/plugin.ts';
import { PluginFamily } from '../plugin-family.ts';
import type { RecordConverters } from '../record-converters.ts';
import { aivenTombstoneHandlerConfig, TombstoneHandler } from '../tombstone-handler.ts';
import { CaseTransform, caseTransformConfig } from './case-transform.ts';
import { ConcatFields, concatFieldsConfig } from './concat-fields.ts';
import { ExtractTimestamp, extractTimestampConfig } from './extract-timestamp.ts';
import { ExtractTopic, extractTopicConfig } from './extract-topic.ts';
import {
  ExtractTopicFromSchemaName,
  extractTopicFromSchemaNameConfig,
} from './extract-topic-from-schema-name.ts';
import { FilterByFieldValue, filterByFieldValueConfig } from './filter-by-field-value.ts';
import { Hash, hashConfig } from './hash.ts';
import { KeyToValue, keyToValueConfig } from './key-to-value.ts';
import { MakeTombstone, makeTombstoneConfig } from './make-tombstone.ts';

const aiven = new PluginFamily(
  'io.aiven.kafka.connect.transforms',
  "Answers of the Java transformation in Aiven's repository of May 2025, case by case.",
  'Aiven',
);

export function aivenPlugins(converters: RecordConverters): readonly TransformationPlugin[] {
  return [
    ...aiven.keyAndValue(
      'CaseTransform',
      'Texts in lower or upper case.',
      caseTransformConfig,
      (side) => new CaseTransform(side),
    ),
    ...aiven.keyAndValue(
      'ConcatFields',
      'A new field with the texts of others, joined.',
      concatFieldsConfig,
      (side) => new ConcatFields(side),
    ),
    ...aiven.keyAndValue(
      'ExtractTimestamp',
      "The record's timestamp out of a field.",
      extractTimestampConfig,
      (side) => new ExtractTimestamp(side),
    ),
    ...aiven.keyAndValue(
      'ExtractTopic',
      'The topic out of a field, or of the whole.',
      extractTopicConfig,
      (side) => new ExtractTopic(side),
    ),
    // The first name is the one of today, the second that of older releases.
    ...['ExtractTopicFromSchemaName$Value', 'ExtractTopicFromValueSchema$Name'].map((name) =>
      aiven.whole(
        name,
        "The topic out of the name of the value's schema.",
        extractTopicFromSchemaNameConfig,
        () => new ExtractTopicFromSchemaName(),
      ),
    ),
    ...aiven.keyAndValue(
      'FilterByFieldValue',
      'Keeps or drops records by the value of a field.',
      filterByFieldValueConfig,
      (side) => new FilterByFieldValue(side, converters.createHeaderConverter()),
    ),
    ...aiven.keyAndValue('Hash', "A text's hash in its place.", hashConfig, (side) => new Hash(side)),
    aiven.whole(
      'KeyToValue',
      'Copies the key, or fields of it, into the value.',
      keyToValueConfig,
      () => new KeyToValue(),
    ),
    aiven.whole('MakeTombstone', 'Takes the value away.', makeTombstoneConfig, () => new MakeTombstone()),
    aiven.whole(
      'TombstoneHandler',
      'Drops or refuses tombstones.',
      aivenTombstoneHandlerConfig,
      () => new TombstoneHandler(aivenTombstoneHandlerConfig),
    ),
  ];
}
