import { defineConfig } from '../../config/define-config.ts';
import { boolean, int, string } from '../../config/kinds.ts';
import { parseConfig } from '../../config/parse-config.ts';
import { oneOfIgnoringCase, validator } from '../../config/validators.ts';
import { LinearRegex, linearRegex } from '../../plugin-api/linear-regex.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import { STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import type { ConnectRecord } from '../../records/record.ts';
import type { Schema } from '../../records/schema.ts';
import { schemaOf } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { copiedValue, dataError, requireStruct } from '../fields/record-data.ts';
import { type NamedSchema, schemaBasics } from '../fields/schema-basics.ts';
import { SchemaCache } from '../fields/schema-cache.ts';
import { hasEnvelope } from './envelope.ts';
import { adjustedName, schemaNameAdjustmentModes } from './schema-name-adjustment.ts';

const purpose = 'Updating schema';
const anyRegex = linearRegex();

export const byLogicalTableRouterConfig = defineConfig(
  {
    'topic.regex': string({
      importance: 'LOW',
      width: 'LONG',
      displayName: 'Topic regex',
      validator: linearRegex(),
      documentation: 'Regular expression in the syntax of Java; topics that it matches wholly are rerouted.',
    }),
    'topic.replacement': string({
      importance: 'LOW',
      width: 'LONG',
      displayName: 'Topic replacement',
      documentation: `The new topic; $1 and \${name} are groups of topic.regex.`,
    }),
    'key.enforce.uniqueness': boolean({
      importance: 'LOW',
      width: 'SHORT',
      displayName: 'Add source topic name into key',
      default: true,
      documentation:
        'Whether the key gets a field that names the table, so that rows of several tables stay apart in one topic.',
    }),
    'key.field.regex': string({
      importance: 'LOW',
      width: 'LONG',
      displayName: 'Key field regex',
      default: null,
      validator: validator(anyRegex.description, (key, value) => {
        if (value !== null) anyRegex.ensureValid(key, value);
      }),
      documentation: 'Regular expression that finds the name of the table in the topic; none: the old topic.',
    }),
    'key.field.replacement': string({
      importance: 'LOW',
      width: 'LONG',
      displayName: 'Key field replacement',
      default: null,
      documentation: `What the field in the key holds; $1 and \${name} are groups of key.field.regex.`,
    }),
    'logical.table.cache.size': int({
      importance: 'LOW',
      width: 'LONG',
      displayName: 'Logical table cache size',
      default: 16,
      documentation: 'How many topics and schemas are remembered, at most.',
    }),
    'key.field.name': string({
      importance: 'LOW',
      width: 'LONG',
      displayName: 'Key field name',
      default: '__dbz__physicalTableIdentifier',
      documentation: 'Name of the field in the key that names the table.',
    }),
    'schema.name.adjustment.mode': string({
      importance: 'LOW',
      width: 'MEDIUM',
      displayName: 'Schema Name Adjustment',
      default: 'none',
      validator: oneOfIgnoringCase(...schemaNameAdjustmentModes),
      documentation:
        'What becomes of characters in names of schemas that Avro does not know: none (they stay), avro (underscores), avro_unicode (their codes).',
    }),
  },
  [
    (parsed, addError) => {
      if ((parsed['key.field.regex'] ?? '') !== '' && (parsed['key.field.replacement'] ?? '') === '') {
        addError(
          'key.field.replacement',
          'key.field.replacement must be non-empty if key.field.regex is set.',
        );
      }
    },
  ],
);

interface Route {
  readonly topic: string;
  /** What the field of the key says. */
  readonly table: string;
  readonly keys: SchemaCache<Schema>;
  readonly envelopes: SchemaCache<{ readonly row: Schema; readonly envelope: Schema }>;
}

/** Sends the changes of several tables to one topic; keys say which table they come from. */
export class ByLogicalTableRouter implements Transformation {
  #topicRegex = new LinearRegex('');
  #topicReplacement = '';
  #keyRegex: LinearRegex | null = null;
  #keyReplacement = '';
  #keyField: string | null = null;
  #adjustment = 'none';
  #mostRoutes = 16;
  /** By the old topic; null where it stays. */
  readonly #routes = new Map<string, Route | null>();

  configure(settings: Settings): void {
    const config = parseConfig(byLogicalTableRouterConfig, settings);
    this.#topicRegex = new LinearRegex(config['topic.regex']);
    this.#topicReplacement = config['topic.replacement'];
    const keyRegex = config['key.field.regex'] ?? '';
    this.#keyRegex = keyRegex === '' ? null : new LinearRegex(keyRegex);
    this.#keyReplacement = config['key.field.replacement'] ?? '';
    this.#keyField = config['key.enforce.uniqueness'] ? config['key.field.name'] : null;
    this.#adjustment = config['schema.name.adjustment.mode'];
    this.#mostRoutes = Math.max(1, config['logical.table.cache.size']);
    this.#routes.clear();
  }

  apply<R extends ConnectRecord>(record: R): R {
    const route = this.#routeOf(record.topic);
    if (route === null) return record;
    const moved = { ...record, topic: route.topic, ...this.#key(record, route) };
    if (record.value === null || record.value === undefined || !hasEnvelope(record)) return moved;
    const old = requireStruct(record.value, purpose);
    const { envelope, row } = route.envelopes.of(old.schema);
    const changed = new Struct(envelope);
    for (const { name, index, schema } of old.schema.fields) {
      const value = copiedValue(old, { name, index, schema }, true);
      changed.values[index] =
        isRow(name) && value !== null ? copied(requireStruct(value, purpose), row) : value;
    }
    return { ...moved, valueSchema: envelope, value: changed };
  }

  #key(record: ConnectRecord, route: Route) {
    if (record.key === null || record.key === undefined) return { keySchema: null, key: null };
    const old = requireStruct(record.key, purpose);
    const keySchema = route.keys.of(old.schema);
    const key = copied(old, keySchema);
    if (this.#keyField !== null) key.put(this.#keyField, route.table);
    return { keySchema, key };
  }

  #routeOf(topic: string): Route | null {
    const known = this.#routes.get(topic);
    if (known !== undefined) return known;
    const route = this.#makeRoute(topic);
    if (this.#routes.size >= this.#mostRoutes) this.#routes.clear();
    this.#routes.set(topic, route);
    return route;
  }

  #makeRoute(old: string): Route | null {
    if (!this.#topicRegex.matches(old)) return null;
    const topic = this.#topicRegex.replaceFirst(old, this.#topicReplacement);
    if (topic === '') return null;
    const table = this.#keyRegex?.matches(old) ? this.#keyRegex.replaceFirst(old, this.#keyReplacement) : old;
    return {
      topic,
      table,
      keys: new SchemaCache((key) => this.#keySchema(key, topic)),
      envelopes: new SchemaCache((envelope) => this.#envelopeSchemas(envelope, topic)),
    };
  }

  #keySchema(key: Schema, topic: string): Schema {
    const added = this.#keyField === null ? [] : [{ name: this.#keyField, schema: STRING_SCHEMA }];
    return this.#renamed(key, `${topic}.Key`, [...key.fields, ...added]);
  }

  #envelopeSchemas(envelope: Schema, topic: string) {
    const before = envelope.field('before')?.schema;
    if (before === undefined) throw dataError('The schema of a change event must have a field "before".');
    const row = this.#renamed(before, `${topic}.Value`, before.fields);
    const fields = envelope.fields.map(({ name, schema }) => ({ name, schema: isRow(name) ? row : schema }));
    return { row, envelope: this.#renamed(envelope, `${topic}.Envelope`, fields) };
  }

  #renamed(schema: Schema, name: string, fields: readonly NamedSchema[]): Schema {
    const adjusted = adjustedName(name, this.#adjustment);
    return schemaOf({ ...schemaBasics(schema, 'STRUCT'), name: adjusted, optional: schema.optional, fields });
  }
}

function isRow(field: string): boolean {
  return field === 'before' || field === 'after';
}

/** The fields of the old schema come first in the new one. */
function copied(old: Struct, schema: Schema): Struct {
  const struct = new Struct(schema);
  for (const field of old.schema.fields) struct.values[field.index] = copiedValue(old, field, true);
  return struct;
}
