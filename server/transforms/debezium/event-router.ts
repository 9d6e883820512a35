import { parseConfig } from '../../config/parse-config.ts';
import { codeOf } from '../../errors/connect-error.ts';
import type { Converter } from '../../plugin-api/converter.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import { ConnectHeaders } from '../../records/headers.ts';
import type { ConnectRecord } from '../../records/record.ts';
import type { Field, Schema } from '../../records/schema.ts';
import { schemaOf } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { dataError, fieldValue, requireOptional, requireStruct } from '../fields/record-data.ts';
import { SchemaCache } from '../fields/schema-cache.ts';
import { RegexRouter } from '../regex-router.ts';
import { hasEnvelope, int32In, int64In, requireEnvelope, textIn } from './envelope.ts';
import { eventRouterConfig, type Placement, parsePlacements } from './event-router-config.ts';
import { schemaOfJson, valueOfJson } from './json-payload.ts';

const unitsInMs: Readonly<Record<string, bigint>> = {
  'io.debezium.time.Timestamp': 1n,
  'io.debezium.time.MicroTimestamp': 1000n,
  'io.debezium.time.NanoTimestamp': 1_000_000n,
};

interface Data {
  readonly schema: Schema | null;
  readonly value: unknown;
}

/** Turns rows that are inserted into an outbox table into events: topic, key and value come from its columns. */
export class EventRouter implements Transformation {
  readonly #json: Converter;
  readonly #router = new RegexRouter();
  #columns = { id: '', key: '', payload: '', route: '' };
  #timestampColumn: string | null = null;
  #versionColumn: string | null = null;
  #placements: readonly Placement[] = [];
  #failsOnMissing = true;
  #failsOnUpdate = false;
  #expandsJson = false;
  #keepsNulls = false;
  #makesTombstones = false;
  /** Equal schemas become the same one, for the converter after it. */
  readonly #payloads = new SchemaCache((schema) => schema);
  readonly #envelopes = new SchemaCache((schema) => schema);

  /** The converter reads payloads in JSON. */
  constructor(json: Converter) {
    this.#json = json;
  }

  configure(settings: Settings): void {
    const config = parseConfig(eventRouterConfig, settings);
    this.#columns = {
      id: config['table.field.event.id'],
      key: config['table.field.event.key'],
      payload: config['table.field.event.payload'],
      route: config['route.by.field'],
    };
    this.#timestampColumn = config['table.field.event.timestamp'];
    this.#versionColumn = config['table.field.event.schema.version'];
    this.#placements = parsePlacements(config['table.fields.additional.placement']);
    this.#failsOnMissing = config['table.fields.additional.error.on.missing'];
    this.#failsOnUpdate = config['table.op.invalid.behavior'].toLowerCase() === 'fatal';
    this.#expandsJson = config['table.expand.json.payload'];
    this.#keepsNulls = config['table.json.payload.null.behavior'].toLowerCase() === 'optional_bytes';
    this.#makesTombstones = config['route.tombstone.on.empty.payload'];
    this.#router.configure({
      regex: config['route.topic.regex'],
      replacement: config['route.topic.replacement'],
    });
  }

  apply<R extends ConnectRecord>(record: R): R | null {
    if (record.value === null || record.value === undefined) return null;
    if (!hasEnvelope(record)) return record;
    const envelope = requireEnvelope(record);
    const operation = textIn(envelope, 'op');
    if (operation === null) throw dataError('A change event without an operation (op).');
    if (operation === 'd') return null;
    if (operation === 'u') {
      if (this.#failsOnUpdate)
        throw dataError('Unexpected update of an outbox table; it takes inserts only.');
      return null;
    }
    return this.#event(record, envelope, requireStruct(envelope.get('after'), 'Read Outbox Event'));
  }

  #event<R extends ConnectRecord>(record: R, envelope: Struct, row: Struct): R {
    const columns = this.#columns;
    const key = requireColumn(row, columns.key, 'event-key');
    const id = requireColumn(row, columns.id, 'event-id');
    const route = textIn(row, columns.route);
    if (route === null) throw dataError(`Column ${columns.route} that names the topic is null.`);
    const headers = record.headers?.duplicate() ?? new ConnectHeaders();
    headers.add('id', id.schema, fieldValue(row, id, true));
    const payload = this.#payload(row, requireColumn(row, columns.payload, 'payload'));
    const data = this.#data(row, payload, route);
    let kafkaPartition: number | null = null;
    for (const { column, place, alias } of this.#placements) {
      const field = this.#column(row, column);
      if (field === null) continue;
      if (place === 'header') headers.add(alias, field.schema, fieldValue(row, field, true));
      if (place === 'partition') kafkaPartition = int32In(row, column);
    }
    const isTombstone = this.#makesTombstones && isEmpty(payload.value);
    return this.#router.apply({
      ...record,
      topic: route,
      kafkaPartition,
      keySchema: key.schema,
      key: fieldValue(row, key, true),
      valueSchema: isTombstone ? null : data.schema,
      value: isTombstone ? null : data.value,
      timestamp: this.#timestamp(envelope, row),
      headers,
    });
  }

  #payload(row: Struct, field: Field): Data {
    const value = fieldValue(row, field, true);
    const data = { schema: field.schema, value };
    if (!this.#expandsJson || typeof value !== 'string' || !/^[[{]/.test(value)) return data;
    return this.#expanded(value, field.name) ?? data;
  }

  /** null where the text is no JSON that a struct can hold: the text stays, as in Debezium. */
  #expanded(text: string, name: string): Data | null {
    try {
      const { value } = this.#json.toConnectData('', Buffer.from(text), null);
      const inferred = schemaOfJson(name, value, this.#keepsNulls);
      if (inferred === null || inferred.type !== 'STRUCT') return null;
      const schema = this.#payloads.of(inferred);
      return { schema, value: valueOfJson(value, schema) };
    } catch (error) {
      if (codeOf(error) !== 'data') throw error;
      return null;
    }
  }

  /** The payload alone, or a struct around it and the columns that are placed beside it. */
  #data(row: Struct, payload: Data, route: string): Data {
    const columns = this.#placements.flatMap(({ column, place, alias }) => {
      const field = place === 'envelope' ? this.#column(row, column) : null;
      return field === null ? [] : [{ name: alias, field }];
    });
    if (!this.#placements.some(({ place }) => place === 'envelope')) return payload;
    const parts = columns.map(({ name, field }) => ({ name, schema: field.schema }));
    const schema = this.#envelopes.of(
      schemaOf({
        type: 'STRUCT',
        name: nameOf(row.schema, route),
        version: this.#versionColumn === null ? null : int32In(row, this.#versionColumn),
        fields: [...(payload.schema === null ? [] : [{ name: 'payload', schema: payload.schema }]), ...parts],
      }),
    );
    const value = new Struct(schema).put('payload', payload.value);
    for (const { name, field } of columns) value.put(name, fieldValue(row, field, true));
    for (const field of schema.fields) {
      if ((value.values[field.index] ?? null) === null) requireOptional(field.schema, field.name);
    }
    return { schema, value };
  }

  #column(row: Struct, name: string): Field | null {
    const field = row.schema.field(name);
    if (field === undefined && this.#failsOnMissing) throw dataError(`${name} is not a valid field name`);
    return field ?? null;
  }

  #timestamp(envelope: Struct, row: Struct): number | null {
    const column = this.#timestampColumn;
    if (column === null) return numberOrNull(int64In(envelope, 'ts_ms'));
    const { schema } = requireColumn(row, column, 'timestamp');
    const value = int64In(row, column);
    if (value === null) return numberOrNull(int64In(envelope, 'ts_ms'));
    const unit = Object.hasOwn(unitsInMs, schema.name ?? '') ? unitsInMs[schema.name ?? ''] : undefined;
    if (unit === undefined) {
      throw dataError(`Unsupported field type ${schema.name ?? schema.type} for event timestamp`);
    }
    return Number(value / unit);
  }
}

function requireColumn(row: Struct, name: string, what: string): Field {
  const field = row.schema.field(name);
  if (field === undefined) throw dataError(`Unable to find ${what} field ${name} in event`);
  return field;
}

/** The route goes before the last part of the name of the row's schema. */
function nameOf(schema: Schema, route: string): string {
  if (schema.name === null) return route;
  const start = schema.name.lastIndexOf('.') + 1;
  return `${schema.name.slice(0, start)}${route}.${schema.name.slice(start)}`;
}

function isEmpty(payload: unknown): boolean {
  return payload === null || (typeof payload === 'string' && payload.trim() === '');
}

function numberOrNull(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}
