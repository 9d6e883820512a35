import type { SchemaAndValue } from '../../plugin-api/converter.ts';
import { Decimal } from '../../records/decimal.ts';
import { DATE_SCHEMA, decimalSchema, TIME_SCHEMA, TIMESTAMP_SCHEMA } from '../../records/logical-types.ts';
import {
  FLOAT32_SCHEMA,
  FLOAT64_SCHEMA,
  INT8_SCHEMA,
  INT16_SCHEMA,
  INT32_SCHEMA,
  INT64_SCHEMA,
} from '../../records/primitive-schemas.ts';

const number = /^(?:\d|[+-][\d.])/;
const time = /^(\d\d):(\d\d):(\d\d)\.(\d{3})Z$/;
const date = /^(\d{4})-(\d\d)-(\d\d)$/;
const timestamp = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{3})Z$/;

/** Longer ones are texts, as for JSON: finding their type would take long. */
const longestNumber = 1000;

/** Whole numbers with more zeros than this behind them become floats or decimals. */
const mostZeros = 400;

/** A day, a time of day or a point in time, in UTC; colons may be escaped. Fields too large run over, as in Java. */
export function temporalOf(text: string): SchemaAndValue | null {
  const plain = text.replaceAll('\\:', ':');
  const parts = (pattern: RegExp) => pattern.exec(plain)?.slice(1).map(Number) ?? null;
  const timeParts = parts(time);
  if (timeParts !== null) {
    const [hour = 0, minute = 0, second = 0, ms = 0] = timeParts;
    return { schema: TIME_SCHEMA, value: new Date(((hour * 60 + minute) * 60 + second) * 1000 + ms) };
  }
  const dateParts = parts(date);
  if (dateParts !== null) return { schema: DATE_SCHEMA, value: utc(dateParts) };
  const timestampParts = parts(timestamp);
  if (timestampParts !== null) return { schema: TIMESTAMP_SCHEMA, value: utc(timestampParts) };
  return null;
}

function utc([year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, ms = 0]: number[]): Date {
  const result = new Date(0);
  result.setUTCFullYear(year, month - 1, day);
  result.setUTCHours(hour, minute, second, ms);
  return result;
}

/** The narrowest type that takes the number: integers first, then floats, at last a decimal. */
export function numberOf(text: string): SchemaAndValue | null {
  if (text.length > longestNumber || !number.test(text)) return null;
  let decimal: Decimal;
  try {
    decimal = Decimal.parse(text);
  } catch {
    return null;
  }
  const whole = wholeOf(decimal);
  if (whole !== null) {
    const integer = integerOf(whole);
    if (integer !== null) return integer;
  }
  const double = decimal.toNumber();
  if (decimal.scale !== 0) {
    const float = Math.fround(double);
    if (Number.isFinite(float)) return { schema: FLOAT32_SCHEMA, value: float };
    if (Number.isFinite(double)) return { schema: FLOAT64_SCHEMA, value: double };
  }
  return { schema: decimalSchema(decimal.scale), value: decimal };
}

function wholeOf({ unscaled, scale }: Decimal): bigint | null {
  if (scale <= 0) return -scale > mostZeros ? null : unscaled * 10n ** BigInt(-scale);
  const unit = 10n ** BigInt(scale);
  return unscaled % unit === 0n ? unscaled / unit : null;
}

function integerOf(value: bigint): SchemaAndValue | null {
  if (BigInt.asIntN(8, value) === value) return { schema: INT8_SCHEMA, value: Number(value) };
  if (BigInt.asIntN(16, value) === value) return { schema: INT16_SCHEMA, value: Number(value) };
  if (BigInt.asIntN(32, value) === value) return { schema: INT32_SCHEMA, value: Number(value) };
  if (BigInt.asIntN(64, value) === value) return { schema: INT64_SCHEMA, value };
  return null;
}
