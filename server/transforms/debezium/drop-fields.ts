import type { ConnectRecord } from '../../records/record.ts';
import type { Schema } from '../../records/schema.ts';
import { Struct } from '../../records/struct.ts';
import { copiedValue, dataError, requireMap } from '../fields/record-data.ts';
import { keySide, type RecordSide, valueSide } from '../fields/record-side.ts';
import { structLike } from '../fields/schema-basics.ts';

export interface DropFieldsSettings {
  /** The header that lists the fields. */
  readonly header: string;
  readonly fromKey: boolean;
  readonly onlyOptional: boolean;
}

/** Leaves out the fields that a header of the record lists. */
export class FieldDropper {
  readonly #settings: DropFieldsSettings;

  constructor(settings: DropFieldsSettings) {
    this.#settings = settings;
  }

  apply<R extends ConnectRecord>(record: R): R {
    const { header, fromKey } = this.#settings;
    const value = [...(record.headers ?? [])].find(({ key }) => key === header)?.value ?? null;
    if (value === null) return record;
    if (!Array.isArray(value)) throw dataError(`Header ${header} must be a list of the fields to drop.`);
    if (value.length === 0) return record;
    const names = new Set<unknown>(value);
    const changed = fromKey && record.key !== null ? this.#without(record, keySide, names) : record;
    return this.#without(changed, valueSide, names);
  }

  #without<R extends ConnectRecord>(record: R, side: RecordSide, names: ReadonlySet<unknown>): R {
    const value = side.valueOf(record);
    if (value === null) return record;
    if (!(value instanceof Struct)) {
      if (this.#settings.onlyOptional) throw dataError('Cannot drop fields of what is no Struct.');
      const kept = [...requireMap(value, 'field replacement')].filter(([name]) => !names.has(name));
      return side.replace(record, null, new Map(kept));
    }
    const kept = value.schema.fields.filter((field) => !this.#drops(field.name, field.schema, names));
    if (this.#settings.onlyOptional && kept.length === value.schema.fields.length) return record;
    const schema = structLike(value.schema, kept);
    const rest = new Struct(schema);
    for (const [index, field] of kept.entries()) rest.values[index] = copiedValue(value, field, true);
    return side.replace(record, schema, rest);
  }

  #drops(name: string, schema: Schema, names: ReadonlySet<unknown>): boolean {
    return names.has(name) && (schema.optional || !this.#settings.onlyOptional);
  }
}
