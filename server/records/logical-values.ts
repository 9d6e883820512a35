import { ConnectError } from '../errors/connect-error.ts';
import { Decimal } from './decimal.ts';
import type { Schema } from './schema.ts';
import { logicalNames } from './validate-value.ts';

const dayMs = 86_400_000;

export function decimalScaleOf(schema: Schema): number {
  const text = schema.parameters?.scale;
  if (text === undefined) {
    throw new ConnectError('data', 'Invalid Decimal schema: scale parameter not found.');
  }
  if (!/^[+-]?\d+$/.test(text)) {
    throw new ConnectError('data', 'Invalid scale parameter found in Decimal schema.');
  }
  return Number(text);
}

/** The bytes of a decimal, big-endian two's complement of the unscaled number. */
export function decimalToBytes(schema: Schema, value: Decimal): Buffer {
  const scale = decimalScaleOf(schema);
  if (value.scale !== scale) {
    throw new ConnectError(
      'data',
      `Decimal value has mismatching scale for given Decimal schema. Schema has scale ${scale}, value has scale ${value.scale}.`,
    );
  }
  return value.unscaledBytes();
}

export function decimalFromBytes(schema: Schema, bytes: Uint8Array): Decimal {
  return Decimal.fromUnscaledBytes(bytes, decimalScaleOf(schema));
}

/** Days since the epoch of a Date value. */
export function dateToDays(value: Date): number {
  const days = value.getTime() / dayMs;
  if (!Number.isInteger(days)) {
    throw new ConnectError(
      'data',
      'Kafka Connect Date type should not have any time fields set to non-zero values.',
    );
  }
  return days;
}

/** Milliseconds since midnight of a Time value. */
export function timeToMs(value: Date): number {
  const ms = value.getTime();
  if (!(ms >= 0 && ms <= dayMs)) {
    throw new ConnectError(
      'data',
      'Kafka Connect Time type should not have any date fields set to non-zero values.',
    );
  }
  return ms;
}

export function dateFromDays(days: number): Date {
  const date = new Date(days * dayMs);
  if (Number.isNaN(date.getTime())) {
    throw new ConnectError('data', `Date ${days} is outside of what can be kept (±100,000,000 days).`);
  }
  return date;
}

export function timeFromMs(ms: number): Date {
  if (!(ms >= 0 && ms <= dayMs)) {
    throw new ConnectError(
      'data',
      'Time values must use number of milliseconds greater than 0 and less than 86400000',
    );
  }
  return new Date(ms);
}

export function timestampFromMs(ms: bigint | number): Date {
  const date = new Date(Number(ms));
  if (Number.isNaN(date.getTime())) {
    throw new ConnectError('data', `Timestamp ${ms} ms is outside of what can be kept (±8.64e15 ms).`);
  }
  return date;
}

export function isLogical(schema: Schema): boolean {
  return schema.name !== null && logicalNameSet.has(schema.name);
}

const logicalNameSet: ReadonlySet<string> = new Set(Object.values(logicalNames));
