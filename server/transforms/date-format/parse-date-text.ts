import { dataError } from '../fields/record-data.ts';
import { dayNumberOf } from './calendar.ts';
import { type DateToken, monthNames, weekdayNames } from './date-pattern.ts';
import { parseTimeZone } from './parse-time-zone.ts';

const dayMs = 86_400_000;
/** Java lets larger numbers run over into something else. */
const largestField = 2 ** 31 - 1;

/** What was found in a text; a field that its pattern does not have stays undefined. */
interface Fields {
  isBeforeChrist?: boolean;
  year?: number;
  /** From 1. */
  month?: number;
  day?: number;
  dayOfYear?: number;
  hourOfDay?: number;
  hourOfHalf?: number;
  isAfternoon?: boolean;
  minute?: number;
  second?: number;
  ms?: number;
  zoneOffsetMs?: number;
}

interface Place {
  readonly text: string;
  index: number;
}

/** Reads the beginning of `text`, as SimpleDateFormat does. Throws a `data` error. */
export function parseDateText(pattern: string, tokens: readonly DateToken[], text: string): Date {
  refuseWeeks(pattern, tokens);
  const place: Place = { text, index: 0 };
  const fields: Fields = {};
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    const isAbutting = next !== undefined && 'letter' in next;
    const isRead =
      'literal' in token
        ? readLiteral(place, token.literal)
        : readField(place, fields, token.letter, token.count, isAbutting);
    if (!isRead) {
      throw dataError(
        `Could not parse timestamp: value (${text.slice(0, 60)}) does not match pattern (${pattern})`,
      );
    }
  }
  const date = new Date(msOf(fields));
  if (Number.isNaN(date.getTime())) {
    throw dataError(`The timestamp ${text.slice(0, 60)} is outside of what can be kept (±8.64e15 ms).`);
  }
  return date;
}

/** A day that only its week and weekday tell depends on calendars that we do not keep for reading. */
function refuseWeeks(pattern: string, tokens: readonly DateToken[]): void {
  const letters = new Set(tokens.map((token) => ('letter' in token ? token.letter : '')));
  const found = ['Y', 'w', 'W', 'F'].find((letter) => letters.has(letter));
  const lone =
    letters.has('d') || letters.has('D') ? undefined : ['E', 'u'].find((each) => letters.has(each));
  const letter = found ?? lone;
  if (letter === undefined) return;
  throw dataError(
    `The pattern ${pattern} can write timestamps, but not read them: its ${letter} tells the day by its week.`,
  );
}

function readLiteral(place: Place, literal: string): boolean {
  if (!place.text.startsWith(literal, place.index)) return false;
  place.index += literal.length;
  return true;
}

function readField(
  place: Place,
  fields: Fields,
  letter: string,
  count: number,
  isAbutting: boolean,
): boolean {
  // A field of fixed width counts the blanks before it.
  const end = isAbutting ? place.index + count : null;
  while (place.text[place.index] === ' ' || place.text[place.index] === '\t') place.index++;
  if (place.index >= place.text.length) return false;
  if (letter === 'z' || letter === 'Z' || letter === 'X') return readZone(place, fields, letter, count);
  if (letter === 'G') return readEra(place, fields);
  if (letter === 'a') return readHalf(place, fields);
  if (letter === 'E') return readName(place, weekdayNames) !== null;
  if ((letter === 'M' || letter === 'L') && count > 2) {
    const month = readName(place, monthNames);
    if (month !== null) fields.month = month + 1;
    return month !== null;
  }
  const start = place.index;
  const value = readNumber(place, end);
  if (value === null) return false;
  if (letter === 'y' && count <= 2 && place.index - start === 2 && value >= 0) {
    fields.year = nearYear(value);
  } else setNumber(fields, letter, value);
  return true;
}

function setNumber(fields: Fields, letter: string, value: number): void {
  if (letter === 'y') fields.year = value;
  else if (letter === 'M' || letter === 'L') fields.month = value;
  else if (letter === 'D') fields.dayOfYear = value;
  else if (letter === 'd') fields.day = value;
  else if (letter === 'H') fields.hourOfDay = value;
  else if (letter === 'k') fields.hourOfDay = value === 24 ? 0 : value;
  else if (letter === 'K') fields.hourOfHalf = value;
  else if (letter === 'h') fields.hourOfHalf = value === 12 ? 0 : value;
  else if (letter === 'm') fields.minute = value;
  else if (letter === 's') fields.second = value;
  else if (letter === 'S') fields.ms = value;
}

/** With an end: what stands before it, and no more. */
function readNumber(place: Place, fixedEnd: number | null): number | null {
  const end = fixedEnd ?? place.text.length;
  if (end > place.text.length) return null;
  const digits = /^-?\d+/.exec(place.text.slice(place.index, Math.min(end, place.index + 20)))?.[0];
  if (digits === undefined || Math.abs(Number(digits)) > largestField) return null;
  place.index += digits.length;
  return Number(digits);
}

/** Two digits mean the year that lies between 80 years ago and 20 years ahead. */
function nearYear(twoDigits: number): number {
  const first = new Date().getUTCFullYear() - 80;
  const year = first - (first % 100) + twoDigits;
  return year < first ? year + 100 : year;
}

/** Place of the name in the list, long or with three letters, in whatever case; null when there is none. */
function readName(place: Place, names: readonly string[]): number | null {
  const rest = place.text.slice(place.index, place.index + 12).toLowerCase();
  for (const [index, name] of names.entries()) {
    for (const form of [name, name.slice(0, 3)]) {
      if (!rest.startsWith(form.toLowerCase())) continue;
      place.index += form.length;
      return index;
    }
  }
  return null;
}

function readEra(place: Place, fields: Fields): boolean {
  const era = place.text.slice(place.index, place.index + 2).toUpperCase();
  if (era !== 'AD' && era !== 'BC') return false;
  fields.isBeforeChrist = era === 'BC';
  place.index += 2;
  return true;
}

function readHalf(place: Place, fields: Fields): boolean {
  const half = place.text.slice(place.index, place.index + 2).toUpperCase();
  if (half !== 'AM' && half !== 'PM') return false;
  fields.isAfternoon = half === 'PM';
  place.index += 2;
  return true;
}

function readZone(place: Place, fields: Fields, letter: string, count: number): boolean {
  const zone = parseTimeZone(place.text.slice(place.index, place.index + 40), letter, count);
  if (zone === null) return false;
  fields.zoneOffsetMs = zone.offsetMs;
  place.index += zone.length;
  return true;
}

function msOf(fields: Fields): number {
  const { year = 1970, month = 1, day = 1, minute = 0, second = 0, ms = 0, zoneOffsetMs = 0 } = fields;
  const civilYear = fields.isBeforeChrist ? 1 - year : year;
  const isByMonth = fields.dayOfYear === undefined || fields.day !== undefined || fields.month !== undefined;
  const dayNumber = isByMonth
    ? dayNumberOf(civilYear, month, day)
    : dayNumberOf(civilYear, 1, 1) + (fields.dayOfYear ?? 1) - 1;
  const half = fields.isAfternoon ? 12 : 0;
  const hour = fields.hourOfDay ?? (fields.hourOfHalf ?? 0) + half;
  return dayNumber * dayMs + ((hour * 60 + minute) * 60 + second) * 1000 + ms - zoneOffsetMs;
}
