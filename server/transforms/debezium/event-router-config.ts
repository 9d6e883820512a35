import { defineConfig } from '../../config/define-config.ts';
import { boolean, list, string } from '../../config/kinds.ts';
import { oneOfIgnoringCase, validator } from '../../config/validators.ts';
import { ConnectError } from '../../errors/connect-error.ts';
import { linearRegex } from '../../plugin-api/linear-regex.ts';

const table = { importance: 'LOW', width: 'MEDIUM', group: 'Table' } as const;
const router = { importance: 'HIGH', width: 'MEDIUM', group: 'Router' } as const;
const tracing = { importance: 'HIGH', width: 'MEDIUM', group: 'Tracing' } as const;
const withoutTracing = 'Taken, but without effect: there is no tracing here.';

export const eventRouterConfig = defineConfig({
  'table.field.event.id': string({
    ...table,
    displayName: 'Event ID Field',
    default: 'id',
    documentation: 'Column with the unique id of the event; it becomes the header id.',
  }),
  'table.field.event.key': string({
    ...table,
    displayName: 'Event Key Field',
    default: 'aggregateid',
    documentation: 'Column that becomes the key.',
  }),
  'table.field.event.type': string({
    ...table,
    displayName: 'Event Type Field',
    default: 'type',
    documentation:
      'Column with the type of the event. Taken for compatibility; place it with table.fields.additional.placement.',
  }),
  'table.field.event.payload': string({
    ...table,
    displayName: 'Event Payload Field',
    default: 'payload',
    documentation: 'Column that becomes the value.',
  }),
  'table.field.event.timestamp': string({
    ...table,
    importance: 'MEDIUM',
    displayName: 'Event Timestamp Field',
    default: null,
    documentation: "Column that becomes the record's timestamp; none: when Debezium processed the event.",
  }),
  'table.fields.additional.placement': list({
    ...table,
    importance: 'HIGH',
    displayName: 'Settings for each additional column in the outbox table',
    default: [],
    validator: validator('list of column:placement or column:placement:alias', (_key, value) => {
      parsePlacements(value ?? []);
    }),
    documentation:
      'More columns to take along: column:header, column:envelope or column:partition, each with :alias after it if it is to get another name.',
  }),
  'table.fields.additional.error.on.missing': boolean({
    ...table,
    importance: 'MEDIUM',
    displayName: 'Should the transform error if an additional field is missing in the change data',
    default: true,
    documentation: 'Whether a record without one of these columns fails; otherwise the column is left out.',
  }),
  'table.field.event.schema.version': string({
    ...table,
    displayName: 'Event Schema Version Field',
    default: null,
    documentation: "Column with the version of the value's schema.",
  }),
  'table.op.invalid.behavior': string({
    ...table,
    importance: 'MEDIUM',
    displayName: 'Behavior when capturing an unexpected outbox event',
    default: 'warn',
    validator: oneOfIgnoringCase('warn', 'error', 'fatal'),
    documentation:
      'What becomes of updates of the outbox table, which should not happen: warn and error drop them, fatal fails.',
  }),
  'table.expand.json.payload': boolean({
    ...table,
    importance: 'MEDIUM',
    displayName: 'Expand Payload escaped string as real JSON',
    default: false,
    documentation:
      'Whether JSON in a text payload becomes a struct, its schema taken from the data. Text that is no JSON stays.',
  }),
  'table.json.payload.null.behavior': string({
    ...table,
    importance: 'MEDIUM',
    displayName: 'Behavior when json payload including null value',
    default: 'ignore',
    validator: oneOfIgnoringCase('ignore', 'optional_bytes'),
    documentation: 'What becomes of nulls in such JSON: left out (ignore), or optional bytes that are null.',
  }),
  'route.by.field': string({
    ...router,
    displayName: 'Field to route events by',
    default: 'aggregatetype',
    documentation: 'Column whose value names the topic, by route.topic.replacement.',
  }),
  'route.topic.regex': string({
    ...router,
    importance: 'LOW',
    displayName: 'The name of the routed topic',
    default: '(?<routedByValue>.*)',
    validator: linearRegex(),
    documentation: 'Regular expression in the syntax of Java over the value of that column.',
  }),
  'route.topic.replacement': string({
    ...router,
    displayName: 'The name of the routed topic',
    default: `outbox.event.\${routedByValue}`,
    documentation: `The topic; \${routedByValue} is the value of that column.`,
  }),
  'route.tombstone.on.empty.payload': boolean({
    ...router,
    displayName: 'Empty payloads cause a tombstone message',
    default: false,
    documentation: 'Whether an empty or null payload becomes a tombstone.',
  }),
  'tracing.span.context.field': string({
    ...tracing,
    displayName: 'Serialized tracing span context field',
    default: 'tracingspancontext',
    documentation: withoutTracing,
  }),
  'tracing.operation.name': string({
    ...tracing,
    displayName: 'Tracing operation name',
    default: 'debezium-read',
    documentation: withoutTracing,
  }),
  'tracing.with.context.field.only': boolean({
    ...tracing,
    displayName: 'Trace only events with context field present',
    default: false,
    documentation: withoutTracing,
  }),
});

export interface Placement {
  readonly column: string;
  readonly place: 'header' | 'envelope' | 'partition';
  readonly alias: string;
}

/** Throws a `config` error for what is no placement. */
export function parsePlacements(texts: readonly string[]): readonly Placement[] {
  return texts.map((text) => {
    const [column = '', place = '', alias, ...rest] = text.split(':').map((part) => part.trim());
    const lower = place.toLowerCase();
    if (rest.length > 0 || !(lower === 'header' || lower === 'envelope' || lower === 'partition')) {
      throw new ConnectError(
        'config',
        `Invalid value ${text} for configuration table.fields.additional.placement: write column:header, column:envelope or column:partition, with :alias after it if wanted`,
      );
    }
    return { column, place: lower, alias: alias ?? column };
  });
}
