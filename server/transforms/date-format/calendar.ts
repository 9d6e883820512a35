const dayMs = 86_400_000;
/** 15 October 1582 as days since the epoch: earlier days are of the Julian calendar, as in Java. */
const firstGregorianDay = -141_427;
const julianDayOfEpoch = 2_440_588;

export interface CalendarDay {
  /** 0 is the year before the year 1. */
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  /** Days since the epoch. */
  readonly number: number;
}

export function dayOf(ms: number): CalendarDay {
  const number = Math.floor(ms / dayMs);
  if (number < firstGregorianDay) return julianDay(number);
  const date = new Date(ms);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), number };
}

/** Days since the epoch. Months and days beyond their ends go on into the next. */
export function dayNumberOf(year: number, month: number, day: number): number {
  const date = new Date(0);
  const gregorian = date.setUTCFullYear(year, month - 1, day) / dayMs;
  return gregorian < firstGregorianDay ? julianNumberOf(year, month, day) : gregorian;
}

/** 0 is Sunday. */
export function weekdayOf(dayNumber: number): number {
  return (((dayNumber + 4) % 7) + 7) % 7;
}

export function dayOfYear({ year, number }: CalendarDay): number {
  return number - dayNumberOf(year, 1, 1) + 1;
}

/** Week and its year where weeks begin on Sunday and the first is that of 1 January. */
export function weekOfYear({ year, number }: CalendarDay): { readonly year: number; readonly week: number } {
  const sunday = number - weekdayOf(number);
  const nextYear = dayNumberOf(year + 1, 1, 1);
  if (sunday + 6 >= nextYear) return { year: year + 1, week: 1 };
  const newYear = dayNumberOf(year, 1, 1);
  return { year, week: (sunday - (newYear - weekdayOf(newYear))) / 7 + 1 };
}

export function weekOfMonth({ day, number }: CalendarDay): number {
  return Math.floor((day - 1 + weekdayOf(number - day + 1)) / 7) + 1;
}

/** Counted from the first of March, so that leap days come last. */
function julianDay(number: number): CalendarDay {
  const shifted = number + julianDayOfEpoch + 32_082;
  const years = Math.floor((4 * shifted + 3) / 1461);
  const rest = shifted - Math.floor((1461 * years) / 4);
  const months = Math.floor((5 * rest + 2) / 153);
  return {
    year: years - 4800 + Math.floor(months / 10),
    month: months + 3 - 12 * Math.floor(months / 10),
    day: rest - Math.floor((153 * months + 2) / 5) + 1,
    number,
  };
}

function julianNumberOf(year: number, month: number, day: number): number {
  const normalYear = year + Math.floor((month - 1) / 12);
  const normalMonth = ((((month - 1) % 12) + 12) % 12) + 1;
  const shift = normalMonth <= 2 ? 1 : 0;
  const years = normalYear + 4800 - shift;
  const months = normalMonth + 12 * shift - 3;
  const days = day + Math.floor((153 * months + 2) / 5) + 365 * years + Math.floor(years / 4) - 32_083;
  return days - julianDayOfEpoch;
}
