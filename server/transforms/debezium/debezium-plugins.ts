import type { TransformationPlugin } from '../../plugin-api/plugin.ts';
import { PluginFamily } from '../plugin-family.ts';
import type { RecordConverters } from '../record-converters.ts';
import { ByLogicalTableRouter, byLogicalTableRouterConfig } from './by-logical-table-router.ts';
import { EventRouter } from './event-router.ts';
import { eventRouterConfig } from './event-router-config.ts';
import {
  ExtractChangedRecordState,
  extractChangedRecordStateConfig,
} from './extract-changed-record-state.ts';
import { ExtractNewRecordState } from './extract-new-record-state.ts';
import { extractNewRecordStateConfig } from './extract-new-record-state-config.ts';
import { HeaderToValue, headerToValueConfig } from './header-to-value.ts';
import { ScriptRefusal, scriptRefusalConfig } from './script-refusal.ts';

const debezium = new PluginFamily(
  'io.debezium.transforms',
  'Answers of the Java transformation of Debezium 3.2 (older keys: 2.7), case by case.',
  'Debezium',
);
const refused = new PluginFamily('io.debezium.transforms', 'Refused with the reason.', 'Debezium');

export function debeziumPlugins(converters: RecordConverters): readonly TransformationPlugin[] {
  return [
    debezium.whole(
      'ExtractNewRecordState',
      'The row after a change in place of the change event around it.',
      extractNewRecordStateConfig,
      () => new ExtractNewRecordState(),
    ),
    debezium.whole(
      'ExtractChangedRecordState',
      'Headers with the names of the fields that an update changed or left alone.',
      extractChangedRecordStateConfig,
      () => new ExtractChangedRecordState(),
    ),
    debezium.whole(
      'ByLogicalTableRouter',
      'Sends the changes of several tables to one topic.',
      byLogicalTableRouterConfig,
      () => new ByLogicalTableRouter(),
    ),
    debezium.whole(
      'outbox.EventRouter',
      'Turns rows of an outbox table into events of their own topics.',
      eventRouterConfig,
      () => new EventRouter(converters.createJson()),
    ),
    debezium.whole(
      'HeaderToValue',
      'Moves or copies headers into fields of the value.',
      headerToValueConfig,
      () => new HeaderToValue(),
    ),
    ...['Filter', 'ContentBasedRouter'].map((name) =>
      refused.whole(
        name,
        'Not available: it runs scripts of the JVM. Known by name so that its configuration is refused with the reason.',
        scriptRefusalConfig,
        () => new ScriptRefusal(),
      ),
    ),
  ];
}
