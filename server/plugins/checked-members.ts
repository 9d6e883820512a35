import { ConnectError } from '../errors/connect-error.ts';

/** Guards for what strangers export. Each throws a `config` error that names the member. */

export function wrong(place: string, why: string): ConnectError {
  return new ConnectError('config', `${place}: ${why}`);
}

export function record(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw wrong(place, 'must be an object');
}

/** One line. */
export function text(value: unknown, place: string): string {
  if (typeof value === 'string' && value.length <= 1_000 && !/\p{Cc}/u.test(value)) return value;
  throw wrong(place, 'must be a text of at most 1000 characters without control characters');
}

/** Not empty; may have several lines. */
export function longText(value: unknown, place: string): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= 10_000) return value;
  throw wrong(place, 'must be a text of 1 to 10000 characters');
}

export function optional<T>(value: unknown, check: (value: unknown) => T): T | undefined {
  return value === undefined ? undefined : check(value);
}

export function member<T extends string>(value: unknown, allowed: readonly T[], place: string): T {
  const found = allowed.find((each) => each === value);
  if (found !== undefined) return found;
  throw wrong(place, `must be one of ${allowed.join(', ')}`);
}
