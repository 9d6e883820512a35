import { type CalendarDay, dayOf, dayOfYear, weekdayOf, weekOfMonth, weekOfYear } from './calendar.ts';
import { type DateToken, monthNames, parseDatePattern, weekdayNames } from './date-pattern.ts';
import { parseDateText } from './parse-date-text.ts';

const dayMs = 86_400_000;

/**
 * Dates as text by a pattern of Java's SimpleDateFormat, with its English names and American weeks, in UTC. Throws a
 * `config` error for a pattern that is none.
 */
export class SimpleDateFormat {
  readonly #pattern: string;
  readonly #tokens: readonly DateToken[];

  constructor(pattern: string) {
    this.#pattern = pattern;
    this.#tokens = parseDatePattern(pattern);
  }

  format(date: Date): string {
    const ms = date.getTime();
    const day = dayOf(ms);
    const timeOfDay = ms - day.number * dayMs;
    return this.#tokens
      .map((token) =>
        'literal' in token ? token.literal : fieldText(token.letter, token.count, day, timeOfDay),
      )
      .join('');
  }

  /** Like Java: fields beyond their ends go on into the next, and what follows is not looked at. Throws a `data` error. */
  parse(text: string): Date {
    return parseDateText(this.#pattern, this.#tokens, text);
  }
}

function fieldText(letter: string, count: number, day: CalendarDay, timeOfDay: number): string {
  switch (letter) {
    case 'G':
      return day.year > 0 ? 'AD' : 'BC';
    case 'y':
      return yearText(day.year, count);
    case 'Y':
      return yearText(weekOfYear(day).year, count);
    case 'M':
    case 'L':
      if (count < 3) return padded(day.month, count);
      return named(monthNames[day.month - 1] ?? '', count);
    case 'E':
      return named(weekdayNames[weekdayOf(day.number)] ?? '', count);
    case 'z':
      return count >= 4 ? 'Coordinated Universal Time' : 'UTC';
    case 'Z':
      return '+0000';
    case 'X':
      return 'Z';
    case 'a':
      return timeOfDay < dayMs / 2 ? 'AM' : 'PM';
    default:
      return padded(numberOf(letter, day, timeOfDay), count);
  }
}

function numberOf(letter: string, day: CalendarDay, timeOfDay: number): number {
  const hour = Math.floor(timeOfDay / 3_600_000);
  switch (letter) {
    case 'w':
      return weekOfYear(day).week;
    case 'W':
      return weekOfMonth(day);
    case 'D':
      return dayOfYear(day);
    case 'd':
      return day.day;
    case 'F':
      return Math.floor((day.day - 1) / 7) + 1;
    case 'u':
      return weekdayOf(day.number) || 7;
    case 'H':
      return hour;
    case 'k':
      return hour || 24;
    case 'K':
      return hour % 12;
    case 'h':
      return hour % 12 || 12;
    case 'm':
      return Math.floor(timeOfDay / 60_000) % 60;
    case 's':
      return Math.floor(timeOfDay / 1000) % 60;
    default:
      return timeOfDay % 1000;
  }
}

function yearText(year: number, count: number): string {
  const ofEra = year > 0 ? year : 1 - year;
  return count === 2 ? padded(ofEra % 100, 2) : padded(ofEra, count);
}

function named(name: string, count: number): string {
  return count >= 4 ? name : name.slice(0, 3);
}

function padded(value: number, count: number): string {
  return String(value).padStart(count, '0');
}
