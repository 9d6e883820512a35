import { Decimal } from '../../records/decimal.ts';
import { kindOf } from '../../records/validate-value.ts';
import type { ByteWriter } from '../schema-registry/byte-writer.ts';
import type { LogicalKind } from './special-messages.ts';
import { WireProblem } from './wire-problem.ts';
import { wireTypes } from './wire-reader.ts';
import { writeBytes, writeInt64, writeSigned, writeUnsigned } from './wire-writing.ts';

const dayMs = 86_400_000;
const firstMs = -62_135_596_800_000;
const lastMs = 253_402_300_799_999;

/** Writes the inside of the message that stands for a logical type. */
export const logicalWriters: Readonly<Record<LogicalKind, (value: unknown, out: ByteWriter) => void>> = {
  decimal: writeDecimal,
  date: writeDate,
  time: writeTime,
  timestamp: writeTimestamp,
};

function writeDecimal(value: unknown, out: ByteWriter): void {
  if (!(value instanceof Decimal))
    throw new WireProblem(`a Decimal is expected, but this is ${kindOf(value)}`);
  writeUnsigned(out, (1 << 3) | wireTypes.bytes);
  writeBytes(out, value.unscaledBytes());
  writeNumber(out, 2, String(value.unscaled < 0n ? -value.unscaled : value.unscaled).length);
  writeNumber(out, 3, value.scale);
}

function writeDate(value: unknown, out: ByteWriter): void {
  const date = requireDate(value);
  if (date.getTime() % dayMs !== 0) throw new WireProblem('a Date has no time of day');
  if (date.getTime() < firstMs) throw new WireProblem('a Date before the year 1 cannot be written');
  writeNumber(out, 1, date.getUTCFullYear());
  writeNumber(out, 2, date.getUTCMonth() + 1);
  writeNumber(out, 3, date.getUTCDate());
}

function writeTime(value: unknown, out: ByteWriter): void {
  const date = requireDate(value);
  const ms = date.getTime();
  if (ms < 0 || ms >= dayMs) throw new WireProblem('a Time lies within one day');
  writeNumber(out, 1, date.getUTCHours());
  writeNumber(out, 2, date.getUTCMinutes());
  writeNumber(out, 3, date.getUTCSeconds());
  writeNumber(out, 4, date.getUTCMilliseconds() * 1_000_000);
}

function writeTimestamp(value: unknown, out: ByteWriter): void {
  const ms = requireDate(value).getTime();
  if (ms < firstMs || ms > lastMs) throw new WireProblem('a Timestamp lies within the years 1 to 9999');
  const seconds = Math.floor(ms / 1_000);
  if (seconds !== 0) {
    writeUnsigned(out, 1 << 3);
    writeInt64(out, BigInt(seconds));
  }
  writeNumber(out, 2, (ms - seconds * 1_000) * 1_000_000);
}

/** A field of type int32 or uint32, unless it is zero. */
function writeNumber(out: ByteWriter, number: number, value: number): void {
  if (value === 0) return;
  writeUnsigned(out, number << 3);
  writeSigned(out, value);
}

function requireDate(value: unknown): Date {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value;
  throw new WireProblem(`a Date is expected, but this is ${kindOf(value)}`);
}
