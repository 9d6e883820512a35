import { ConnectError } from '../../errors/connect-error.ts';
import { dateSchema, timeSchema, timestampSchema } from '../../records/logical-types.ts';
import type { Schema } from '../../records/schema.ts';
import { schemaOf } from '../../records/schema-of.ts';
import { kindOf, logicalNames } from '../../records/validate-value.ts';
import type { SimpleDateFormat } from '../date-format/simple-date-format.ts';
import { dataError } from '../fields/record-data.ts';

export const timestampTypes = ['string', 'unix', 'Date', 'Time', 'Timestamp'] as const;
export type TimestampType = (typeof timestampTypes)[number];

export const unixPrecisions = ['nanoseconds', 'microseconds', 'milliseconds', 'seconds'] as const;
export type UnixPrecision = (typeof unixPrecisions)[number];

export interface TimestampForm {
  /** null: texts are neither read nor written. */
  readonly format: SimpleDateFormat | null;
  readonly precision: UnixPrecision;
}

const dayMs = 86_400_000;
const maxLong = 2n ** 63n - 1n;
const unitsInMs = { nanoseconds: 1_000_000n, microseconds: 1000n, milliseconds: 1n } as const;

export function timestampTypeSchema(type: TimestampType, optional: boolean): Schema {
  switch (type) {
    case 'string':
      return schemaOf({ type: 'STRING', optional });
    case 'unix':
      return schemaOf({ type: 'INT64', optional });
    case 'Date':
      return dateSchema({ optional });
    case 'Time':
      return timeSchema({ optional });
    case 'Timestamp':
      return timestampSchema({ optional });
  }
}

/** How a timestamp under this schema is kept; throws where none can be. */
export function timestampTypeOfSchema(schema: Schema): TimestampType {
  if (schema.name === logicalNames.timestamp) return 'Timestamp';
  if (schema.name === logicalNames.date) return 'Date';
  if (schema.name === logicalNames.time) return 'Time';
  if (schema.type === 'STRING') return 'string';
  if (schema.type === 'INT64') return 'unix';
  throw dataError(
    `Schema ${schema.name ?? schema.type} does not correspond to a known timestamp type format`,
  );
}

export function timestampTypeOfValue(value: unknown): TimestampType {
  if (value instanceof Date) return 'Timestamp';
  if (typeof value === 'bigint') return 'unix';
  if (typeof value === 'string') return 'string';
  throw dataError(`TimestampConverter does not support ${kindOf(value)} objects as timestamps`);
}

/** Reads a timestamp that is kept as `type`. */
export function readTimestamp(value: unknown, type: TimestampType, form: TimestampForm): Date {
  if (type === 'string') {
    if (typeof value !== 'string') throw unexpected('string timestamp to be a String', value);
    if (form.format === null)
      throw dataError('TimestampConverter needs a format to read timestamps in text.');
    return form.format.parse(value);
  }
  if (type === 'unix') {
    if (typeof value !== 'bigint') throw unexpected('Unix timestamp to be a Long', value);
    const ms = form.precision === 'seconds' ? value * 1000n : value / unitsInMs[form.precision];
    return dateOf(Number(ms));
  }
  if (!(value instanceof Date)) throw unexpected(`${type} to be a date`, value);
  return value;
}

/** The timestamp as a value of `type`; a Date loses its time of day, a Time its day. */
export function writeTimestamp(date: Date, type: TimestampType, form: TimestampForm): unknown {
  const ms = date.getTime();
  const timeOfDay = ((ms % dayMs) + dayMs) % dayMs;
  switch (type) {
    case 'string':
      if (form.format === null) throw new ConnectError('config', 'TimestampConverter needs a format.');
      return form.format.format(date);
    case 'unix':
      return unixTime(BigInt(ms), form.precision);
    case 'Date':
      return new Date(ms - timeOfDay);
    case 'Time':
      return new Date(timeOfDay);
    case 'Timestamp':
      return date;
  }
}

function unixTime(ms: bigint, precision: UnixPrecision): bigint {
  if (precision === 'seconds') return ms / 1000n;
  const time = ms * unitsInMs[precision];
  if (time > maxLong) return maxLong;
  return time < -maxLong - 1n ? -maxLong - 1n : time;
}

function dateOf(ms: number): Date {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) {
    throw dataError(`A timestamp of ${ms} ms is outside of what can be kept (±8.64e15 ms).`);
  }
  return date;
}

function unexpected(what: string, value: unknown) {
  return dataError(`Expected ${what}, but found ${kindOf(value)}`);
}
