import { defineConfig } from '../config/define-config.ts';
import { boolean, className, int, list, long, short, string } from '../config/kinds.ts';
import {
  atLeast,
  listWithoutDuplicates,
  nonEmptyString,
  nonEmptyWithoutControlCharacters,
  oneOf,
  oneOfIgnoringCase,
} from '../config/validators.ts';
import { compilableRegex, uniqueAliases } from './connector-validators.ts';

const common = 'Common';
const errorHandling = 'Error Handling';

/** Settings that every connector has, under Apache's names and in its order. */
export const connectorKeys = {
  name: string({
    importance: 'HIGH',
    group: common,
    orderInGroup: 1,
    width: 'MEDIUM',
    displayName: 'Connector name',
    validator: nonEmptyWithoutControlCharacters(),
    documentation: 'Globally unique name to use for this connector.',
  }),
  'connector.class': string({
    importance: 'HIGH',
    group: common,
    orderInGroup: 2,
    width: 'LONG',
    displayName: 'Connector class',
    documentation:
      'Name or alias of the class of this connector: the full class name, or its last part with or without "Connector".',
  }),
  'connector.plugin.version': string({
    default: null,
    importance: 'MEDIUM',
    group: common,
    orderInGroup: 3,
    width: 'MEDIUM',
    displayName: 'Connector version',
    documentation: 'Version range of the connector. Absent: the newest installed.',
  }),
  'tasks.max': int({
    default: 1,
    importance: 'HIGH',
    group: common,
    orderInGroup: 4,
    width: 'SHORT',
    displayName: 'Tasks max',
    validator: atLeast(1),
    documentation: 'Maximum number of tasks to use for this connector.',
  }),
  'tasks.max.enforce': boolean({
    default: true,
    importance: 'LOW',
    group: common,
    orderInGroup: 5,
    width: 'SHORT',
    displayName: 'Enforce tasks max',
    documentation: 'Deprecated. Whether a connector that makes more tasks than tasks.max fails.',
  }),
  'key.converter': className({
    default: null,
    importance: 'LOW',
    group: common,
    orderInGroup: 6,
    width: 'SHORT',
    displayName: 'Key converter class',
    documentation: "Converter of record keys, instead of the worker's; its settings have this prefix.",
  }),
  'key.converter.plugin.version': version('Key converter', 7),
  'value.converter': className({
    default: null,
    importance: 'LOW',
    group: common,
    orderInGroup: 8,
    width: 'SHORT',
    displayName: 'Value converter class',
    documentation: "Converter of record values, instead of the worker's; its settings have this prefix.",
  }),
  'value.converter.plugin.version': version('Value converter', 9),
  'header.converter': className({
    default: null,
    importance: 'LOW',
    group: common,
    orderInGroup: 10,
    width: 'SHORT',
    displayName: 'Header converter class',
    documentation: "Converter of record headers, instead of the worker's; its settings have this prefix.",
  }),
  'header.converter.plugin.version': version('Header converter', 11),
  transforms: list({
    default: [],
    importance: 'LOW',
    group: 'Transforms',
    orderInGroup: 12,
    width: 'LONG',
    displayName: 'Transforms',
    validator: uniqueAliases('unique transformation aliases'),
    documentation: 'Aliases for the transformations to be applied to records, in order.',
  }),
  predicates: list({
    default: [],
    importance: 'LOW',
    group: 'Predicates',
    orderInGroup: 13,
    width: 'LONG',
    displayName: 'Predicates',
    validator: uniqueAliases('unique predicate aliases'),
    documentation: 'Aliases for the predicates used by transformations.',
  }),
  'config.action.reload': string({
    default: 'restart',
    importance: 'LOW',
    group: common,
    orderInGroup: 14,
    width: 'MEDIUM',
    displayName: 'Reload Action',
    validator: oneOf('none', 'restart'),
    documentation: 'What to do when a config provider changes a value: none, or restart the connector.',
  }),
  'errors.retry.timeout': long({
    default: 0,
    importance: 'MEDIUM',
    group: errorHandling,
    orderInGroup: 1,
    width: 'MEDIUM',
    displayName: 'Retry Timeout for Errors',
    documentation:
      'Milliseconds during which a failed operation is tried again. 0: not at all; -1: for ever.',
  }),
  'errors.retry.delay.max.ms': long({
    default: 60_000,
    importance: 'MEDIUM',
    group: errorHandling,
    orderInGroup: 2,
    width: 'MEDIUM',
    displayName: 'Maximum Delay Between Retries for Errors',
    documentation: 'Longest wait in milliseconds between two attempts.',
  }),
  'errors.tolerance': string({
    default: 'none',
    importance: 'MEDIUM',
    group: errorHandling,
    orderInGroup: 3,
    width: 'SHORT',
    displayName: 'Error Tolerance',
    validator: oneOf('none', 'all'),
    documentation: 'none: a record that fails makes the task fail; all: it is skipped.',
  }),
  'errors.log.enable': boolean({
    default: false,
    importance: 'MEDIUM',
    group: errorHandling,
    orderInGroup: 4,
    width: 'SHORT',
    displayName: 'Log Errors',
    documentation: 'Whether each error is written to the log, also those that are tolerated.',
  }),
  'errors.log.include.messages': boolean({
    default: false,
    importance: 'MEDIUM',
    group: errorHandling,
    orderInGroup: 5,
    width: 'SHORT',
    displayName: 'Log Error Details',
    documentation: 'Whether the log entry also holds the record that failed. It may hold private data.',
  }),
};

export const sourceConnectorConfig = defineConfig({
  ...connectorKeys,
  'topic.creation.groups': list({
    default: [],
    importance: 'LOW',
    group: 'Topic Creation',
    orderInGroup: 1,
    width: 'LONG',
    displayName: 'Topic Creation Groups',
    validator: uniqueAliases('unique topic creation groups'),
    documentation: 'Groups of configurations for topics created for this source connector.',
  }),
  'exactly.once.support': string({
    default: 'requested',
    importance: 'MEDIUM',
    group: 'Exactly Once Support',
    orderInGroup: 2,
    width: 'SHORT',
    displayName: 'Exactly once support',
    validator: oneOfIgnoringCase('requested', 'required'),
    documentation: 'required: refuse this configuration unless exactly-once delivery is certain.',
  }),
  'transaction.boundary': string({
    default: 'poll',
    importance: 'MEDIUM',
    group: 'Exactly Once Support',
    orderInGroup: 3,
    width: 'SHORT',
    displayName: 'Transaction Boundary',
    validator: oneOfIgnoringCase('poll', 'interval', 'connector'),
    documentation: 'When transactions end: with each poll, each interval, or as the connector says.',
  }),
  'transaction.boundary.interval.ms': long({
    default: null,
    importance: 'LOW',
    group: 'Exactly Once Support',
    orderInGroup: 4,
    width: 'SHORT',
    displayName: 'Transaction boundary interval',
    documentation:
      "Milliseconds of one transaction with boundary interval. Absent: the worker's flush interval.",
  }),
  'offsets.storage.topic': string({
    default: null,
    importance: 'LOW',
    group: 'offsets.topic',
    orderInGroup: 1,
    width: 'LONG',
    displayName: 'Offsets topic',
    validator: nonEmptyString(),
    documentation: "Topic for the offsets of this connector alone. Absent: the worker's.",
  }),
});

export const sinkConnectorConfig = defineConfig({
  ...connectorKeys,
  topics: list({
    default: [],
    importance: 'HIGH',
    group: common,
    orderInGroup: 4,
    width: 'LONG',
    displayName: 'Topics',
    validator: listWithoutDuplicates(),
    documentation: 'List of topics to consume, separated by commas.',
  }),
  'topics.regex': string({
    default: '',
    importance: 'HIGH',
    group: common,
    orderInGroup: 4,
    width: 'LONG',
    displayName: 'Topics regex',
    validator: compilableRegex(),
    documentation:
      'Regular expression of topics to consume. Only one of topics and topics.regex may be given.',
  }),
  'errors.deadletterqueue.topic.name': string({
    default: '',
    importance: 'MEDIUM',
    group: errorHandling,
    orderInGroup: 6,
    width: 'MEDIUM',
    displayName: 'Dead Letter Queue Topic Name',
    documentation: 'Topic for records that fail. Empty: none.',
  }),
  'errors.deadletterqueue.topic.replication.factor': short({
    default: 3,
    importance: 'MEDIUM',
    group: errorHandling,
    orderInGroup: 7,
    width: 'MEDIUM',
    displayName: 'Dead Letter Queue Topic Replication Factor',
    documentation: 'Replication factor of that topic, if it has to be created.',
  }),
  'errors.deadletterqueue.context.headers.enable': boolean({
    default: false,
    importance: 'MEDIUM',
    group: errorHandling,
    orderInGroup: 8,
    width: 'MEDIUM',
    displayName: 'Enable Error Context Headers',
    documentation: 'Whether headers with the reason are added to records in the dead letter queue.',
  }),
});

/** The framework's keys for connectors of a type. */
export function connectorConfigOf(type: 'source' | 'sink') {
  return type === 'source' ? sourceConnectorConfig : sinkConnectorConfig;
}

function version(what: string, orderInGroup: number) {
  return string({
    default: null,
    importance: 'LOW',
    group: common,
    orderInGroup,
    width: 'SHORT',
    displayName: `${what} version`,
    documentation: `Version range of the ${what.toLowerCase()}. Absent: the newest installed.`,
  });
}
