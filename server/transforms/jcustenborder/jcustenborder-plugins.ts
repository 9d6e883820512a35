import type { TransformationPlugin } from '../../plugin-api/plugin.ts';
import { PluginFamily } from '../plugin-family.ts';
import type { RecordConverters } from '../record-converters.ts';
import { BytesToString, bytesToStringConfig } from './bytes-to-string.ts';
import { ChangeCase, ChangeTopicCase, changeCaseConfig } from './change-case.ts';
import { ExtractNestedField, extractNestedFieldConfig } from './extract-nested-field.ts';
import { ExtractTimestamp, extractTimestampConfig } from './extract-timestamp.ts';
import { PatternRename, patternRenameConfig } from './pattern-rename.ts';
import { ToJson, toJsonConfig } from './to-json.ts';

const family = new PluginFamily(
  'com.github.jcustenborder.kafka.connect.transform.common',
  'Answers of the Java transformation of kafka-connect-transform-common 0.1.0.14, case by case.',
  'Common',
);

export function jcustenborderPlugins(converters: RecordConverters): readonly TransformationPlugin[] {
  return [
    ...family.keyAndValue(
      'BytesToString',
      'Bytes as text.',
      bytesToStringConfig,
      (side) => new BytesToString(side, converters.createText()),
    ),
    ...family.keyAndValue(
      'ChangeCase',
      'Names of fields in another form, such as some_name for someName.',
      changeCaseConfig,
      (side) => new ChangeCase(side),
    ),
    family.whole(
      'ChangeTopicCase',
      'The topic in another form, such as some_name for someName.',
      changeCaseConfig,
      () => new ChangeTopicCase(),
    ),
    ...family.keyAndValue(
      'ExtractNestedField',
      'A copy of a nested field at the top.',
      extractNestedFieldConfig,
      (side) => new ExtractNestedField(side),
    ),
    family.whole(
      'ExtractTimestamp$Value',
      "The record's timestamp out of a field.",
      extractTimestampConfig,
      () => new ExtractTimestamp(),
    ),
    ...family.keyAndValue(
      'PatternRename',
      'Other names for fields, by a pattern.',
      patternRenameConfig,
      (side) => new PatternRename(side),
    ),
    ...family.keyAndValue(
      'ToJSON',
      'Structs as JSON.',
      toJsonConfig,
      (side) => new ToJson(side, converters.createJson()),
    ),
  ];
}
