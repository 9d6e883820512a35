import { messageOf } from '../../errors/connect-error.ts';
import { Decimal } from '../../records/decimal.ts';
import type { LogicalKind } from './special-messages.ts';
import { WireProblem } from './wire-problem.ts';
import { type WireReader, wireTypes } from './wire-reader.ts';

const secondsOfYear1 = -62_135_596_800;
const secondsOfYear9999 = 253_402_300_799;
const nanosPerMs = 1_000_000;

/** Reads the message that stands for a logical type, as far as the reader's end. */
export const logicalReaders: Readonly<Record<LogicalKind, (reader: WireReader) => Decimal | Date>> = {
  decimal: readDecimal,
  date: readDate,
  time: readTime,
  timestamp: readTimestamp,
};

/** The decimal has the scale that was written, whatever the schema says. */
function readDecimal(reader: WireReader): Decimal {
  let unscaled: Buffer | null = null;
  let scale = 0;
  while (reader.position < reader.end) {
    const tag = reader.tag();
    if (tag === ((1 << 3) | wireTypes.bytes)) unscaled = reader.bytes();
    else if (tag === 3 << 3) scale = reader.int32();
    else reader.skip(tag);
  }
  if (unscaled === null || unscaled.length === 0) throw new WireProblem('the decimal has no value');
  try {
    return Decimal.fromUnscaledBytes(unscaled, scale);
  } catch (error) {
    throw new WireProblem(messageOf(error));
  }
}

/** Months and days count from one; the Gregorian calendar goes back to the year 1. */
function readDate(reader: WireReader): Date {
  const [year = 0, month = 0, day = 0] = readIntegers(reader, 3);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (year < 1 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) {
    throw new WireProblem('the date does not exist');
  }
  return date;
}

/** What is smaller than a millisecond is cut off, as Connect's type has no place for it. */
function readTime(reader: WireReader): Date {
  const [hours = 0, minutes = 0, seconds = 0, nanos = 0] = readIntegers(reader, 4);
  if (
    !isWithin(hours, 23) ||
    !isWithin(minutes, 59) ||
    !isWithin(seconds, 59) ||
    !isWithin(nanos, 999_999_999)
  ) {
    throw new WireProblem('the time of day does not exist');
  }
  return new Date(((hours * 60 + minutes) * 60 + seconds) * 1_000 + Math.floor(nanos / nanosPerMs));
}

function readTimestamp(reader: WireReader): Date {
  let seconds = 0n;
  let nanos = 0;
  while (reader.position < reader.end) {
    const tag = reader.tag();
    if (tag === 1 << 3) seconds = reader.int64();
    else if (tag === 2 << 3) nanos = reader.int32();
    else reader.skip(tag);
  }
  if (seconds < secondsOfYear1 || seconds > secondsOfYear9999 || !isWithin(nanos, 999_999_999)) {
    throw new WireProblem('the timestamp lies outside of the years 1 to 9999');
  }
  return new Date(Number(seconds) * 1_000 + Math.floor(nanos / nanosPerMs));
}

/** The fields 1 to `count`, all int32. */
function readIntegers(reader: WireReader, count: number): number[] {
  const values = new Array<number>(count).fill(0);
  while (reader.position < reader.end) {
    const tag = reader.tag();
    const number = tag >>> 3;
    if (number <= count && (tag & 7) === wireTypes.varint) values[number - 1] = reader.int32();
    else reader.skip(tag);
  }
  return values;
}

function isWithin(value: number, most: number): boolean {
  return value >= 0 && value <= most;
}
