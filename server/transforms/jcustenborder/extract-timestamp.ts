import { defineConfig } from '../../config/define-config.ts';
import { string } from '../../config/kinds.ts';
import { parseConfig } from '../../config/parse-config.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import type { ConnectRecord } from '../../records/record.ts';
import { Struct } from '../../records/struct.ts';
import { dataError, fieldValue, requireMap } from '../fields/record-data.ts';

export const extractTimestampConfig = defineConfig({
  'field.name': string({
    importance: 'HIGH',
    documentation: "The field of the value that becomes the record's timestamp: an INT64 or a Timestamp.",
  }),
});

/** The record's timestamp out of a field of the value. */
export class ExtractTimestamp implements Transformation {
  #field = '';

  configure(settings: Settings): void {
    this.#field = parseConfig(extractTimestampConfig, settings)['field.name'];
  }

  apply<R extends ConnectRecord>(record: R): R {
    const value = this.#valueIn(record.value);
    if (value instanceof Date) return { ...record, timestamp: value.getTime() };
    if (typeof value === 'bigint') return { ...record, timestamp: Number(value) };
    throw dataError(`Field '${this.#field}' must be an INT64 or a Timestamp, and not null.`);
  }

  #valueIn(data: unknown): unknown {
    if (!(data instanceof Struct)) return requireMap(data, 'timestamp extraction').get(this.#field);
    const field = data.schema.field(this.#field);
    return field?.schema.type === 'INT64' ? fieldValue(data, field, true) : null;
  }
}
