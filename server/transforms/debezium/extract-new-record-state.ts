import { parseConfig } from '../../config/parse-config.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import type { ConnectRecord } from '../../records/record.ts';
import type { Schema } from '../../records/schema.ts';
import { Struct } from '../../records/struct.ts';
import { ExtractField } from '../extract-field.ts';
import { copiedValue, requireStruct } from '../fields/record-data.ts';
import { valueSide } from '../fields/record-side.ts';
import { structLike } from '../fields/schema-basics.ts';
import { SchemaCache } from '../fields/schema-cache.ts';
import { InsertField } from '../insert-field.ts';
import { AddedField } from './added-field.ts';
import { withAddedHeaders } from './added-headers.ts';
import { type DeleteHandling, deleteHandlingOf } from './delete-handling.ts';
import { FieldDropper } from './drop-fields.ts';
import { hasEnvelope, requireEnvelope, textIn } from './envelope.ts';
import { extractNewRecordStateConfig } from './extract-new-record-state-config.ts';

/** The row after the change in place of Debezium's envelope around it. */
export class ExtractNewRecordState implements Transformation {
  readonly #after = new ExtractField(valueSide);
  readonly #before = new ExtractField(valueSide);
  readonly #markDeleted = new InsertField(valueSide);
  readonly #markKept = new InsertField(valueSide);
  #handling: DeleteHandling = deleteHandlingOf({
    mode: '',
    hasMode: true,
    dropTombstones: null,
    olderMode: null,
  });
  #routeBy = '';
  #fields: readonly AddedField[] = [];
  #headers: readonly AddedField[] = [];
  #dropper: FieldDropper | null = null;
  /** By the schema of the envelope, then by that of the row. */
  readonly #schemas = new SchemaCache(
    (envelope) => new SchemaCache((row) => this.#withFields(envelope, row)),
  );

  configure(settings: Settings): void {
    const config = parseConfig(extractNewRecordStateConfig, settings);
    this.#handling = deleteHandlingOf({
      mode: config['delete.tombstone.handling.mode'],
      hasMode: settings['delete.tombstone.handling.mode'] !== undefined,
      dropTombstones: config['drop.tombstones'],
      olderMode: config['delete.handling.mode'],
    });
    this.#routeBy = config['route.by.field'];
    this.#fields = config['add.fields'].map((text) => new AddedField(config['add.fields.prefix'], text));
    this.#headers = config['add.headers'].map((text) => new AddedField(config['add.headers.prefix'], text));
    const dropHeader = config['drop.fields.header.name'] ?? '';
    this.#dropper =
      dropHeader.trim() === ''
        ? null
        : new FieldDropper({
            header: dropHeader,
            fromKey: config['drop.fields.from.key'],
            onlyOptional: config['drop.fields.keep.schema.compatible'],
          });
    this.#after.configure({ field: 'after' });
    this.#before.configure({ field: 'before' });
    const replaces = { 'replace.null.with.default': String(config['replace.null.with.default']) };
    this.#markDeleted.configure({ 'static.field': '__deleted', 'static.value': 'true', ...replaces });
    this.#markKept.configure({ 'static.field': '__deleted', 'static.value': 'false', ...replaces });
  }

  apply<R extends ConnectRecord>(record: R): R | null {
    if (record.value === null || record.value === undefined) {
      return this.#handling.keepsTombstones ? withAddedHeaders(record, this.#headers, null) : null;
    }
    if (!hasEnvelope(record)) return record;
    const envelope = requireEnvelope(record);
    const event = withAddedHeaders(record, this.#headers, envelope);
    const row = this.#after.apply(event);
    if (row.value !== null) return this.#changed(row, envelope);
    const old = this.#before.apply(event);
    // Without any row: a truncate.
    return old.value === null ? null : this.#deleted(event, row, old, envelope);
  }

  #changed<R extends ConnectRecord>(row: R, envelope: Struct): R {
    const marked = this.#handling.deletes === 'rewrite' ? this.#markKept.apply(row) : row;
    const routed = this.#routed(marked, marked.value);
    const whole = this.#addFields(routed, envelope);
    return this.#dropper === null ? whole : this.#dropper.apply(whole);
  }

  #deleted<R extends ConnectRecord>(event: R, withoutRow: R, old: R, envelope: Struct): R | null {
    const { deletes } = this.#handling;
    if (deletes === 'drop') return null;
    let result: R = withoutRow;
    if (deletes === 'rewrite') result = this.#markDeleted.apply(old);
    if (deletes === 'tombstone') result = { ...event, valueSchema: null, value: null };
    result = this.#routed(result, old.value);
    if (this.#dropper !== null) result = this.#dropper.apply(result);
    return result.value === null ? result : this.#addFields(result, envelope);
  }

  #routed<R extends ConnectRecord>(record: R, row: unknown): R {
    if (this.#routeBy === '') return record;
    const topic = textIn(requireStruct(row, 'topic routing'), this.#routeBy);
    return topic === null || topic.trim() === '' ? record : { ...record, topic };
  }

  #addFields<R extends ConnectRecord>(record: R, envelope: Struct): R {
    const row = requireStruct(record.value, 'source field insertion');
    const schema = this.#schemas.of(envelope.schema).of(row.schema);
    const whole = new Struct(schema);
    for (const field of row.schema.fields) whole.values[field.index] = copiedValue(row, field, false);
    let index = row.schema.fields.length;
    for (const added of this.#fields) {
      if (schema.fields[index]?.name !== added.name) continue;
      whole.values[index++] = added.valueIn(envelope);
    }
    return { ...record, valueSchema: schema, value: whole };
  }

  #withFields(envelope: Schema, row: Schema): Schema {
    const added = this.#fields.flatMap((field) => {
      const schema = field.schemaIn(envelope);
      return schema === null ? [] : [{ name: field.name, schema }];
    });
    return structLike(row, [...row.fields, ...added]);
  }
}
