import { defineConfig } from '../../config/define-config.ts';
import { string } from '../../config/kinds.ts';
import { parseConfig } from '../../config/parse-config.ts';
import { nonEmptyString, oneOf } from '../../config/validators.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import type { ConnectRecord } from '../../records/record.ts';
import { Struct } from '../../records/struct.ts';
import { dataError, fieldValue, requireMap } from '../fields/record-data.ts';
import type { RecordSide } from '../fields/record-side.ts';

const maxLong = 2n ** 63n - 1n;

export const extractTimestampConfig = defineConfig({
  'field.name': string({
    importance: 'HIGH',
    validator: nonEmptyString(),
    documentation: "The field that becomes the record's timestamp: an INT64 or a Timestamp, not null.",
  }),
  'timestamp.resolution': string({
    importance: 'LOW',
    default: 'milliseconds',
    validator: oneOf('milliseconds', 'seconds'),
    documentation: 'What an INT64 counts since 1970: milliseconds or seconds.',
  }),
});

/** The record's timestamp out of a field. */
export class ExtractTimestamp implements Transformation {
  readonly #side: RecordSide;
  #field = '';
  #isSeconds = false;

  constructor(side: RecordSide) {
    this.#side = side;
  }

  configure(settings: Settings): void {
    const config = parseConfig(extractTimestampConfig, settings);
    this.#field = config['field.name'];
    this.#isSeconds = config['timestamp.resolution'] === 'seconds';
  }

  apply<R extends ConnectRecord>(record: R): R {
    const value = this.#valueOf(this.#side.valueOf(record));
    if (value === null) throw dataError(`Field ${this.#field} must be present and not null.`);
    if (value instanceof Date) return { ...record, timestamp: value.getTime() };
    if (typeof value !== 'bigint') throw dataError(`Field ${this.#field} must be an INT64 or a Timestamp.`);
    return { ...record, timestamp: Number(this.#isSeconds ? toMs(value) : value) };
  }

  #valueOf(data: unknown): unknown {
    if (!(data instanceof Struct)) return requireMap(data, 'timestamp extraction').get(this.#field) ?? null;
    const field = data.schema.field(this.#field);
    return field === undefined ? null : fieldValue(data, field, true);
  }
}

/** Held within 64 bits, as Java does. */
function toMs(seconds: bigint): bigint {
  const ms = seconds * 1000n;
  if (ms > maxLong) return maxLong;
  return ms < -maxLong - 1n ? -maxLong - 1n : ms;
}
