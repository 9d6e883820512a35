import { invalidValue } from './config-error.ts';
import type { ConfigType } from './config-key.ts';
import { hiddenText, passwordOf } from './password.ts';

const listSeparator = /[ \t\n\v\f\r]*,[ \t\n\v\f\r]*/;
const integer = /^[+-]?\d+$/;
const decimal = /^[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?)$/;

const integerBits = { SHORT: 16, INT: 32, LONG: 64 } as const;

/** Value of one key from its text, by Kafka's rules. Throws a `config` error that names the key. */
export function parseValue(key: string, type: ConfigType, raw: string): unknown {
  const text = trimmed(raw);
  switch (type) {
    case 'STRING':
    case 'CLASS':
      return text;
    case 'PASSWORD':
      return passwordOf(text);
    case 'LIST':
      return text === '' ? [] : text.split(listSeparator);
    case 'BOOLEAN':
      return parseBoolean(key, raw, text);
    case 'INT':
    case 'SHORT':
    case 'LONG':
      return parseInteger(key, type, raw, text);
    case 'DOUBLE':
      if (!decimal.test(text)) throw notANumber(key, type, raw);
      return Number(text.replace(/(?<=[\d.])[fFdD]$/, ''));
  }
}

/**
 * The text to show for a value that was parsed from `raw`. For LONG it comes from the text, because the parsed
 * number may have been held within safe integers.
 */
export function shownText(type: ConfigType, raw: string): string | undefined {
  if (type === 'PASSWORD') return hiddenText;
  return type === 'LONG' ? String(BigInt(trimmed(raw).replace(/^\+/, ''))) : undefined;
}

function parseBoolean(key: string, raw: string, text: string): boolean {
  const lower = text.toLowerCase();
  if (lower === 'true') return true;
  if (lower === 'false') return false;
  throw invalidValue(key, raw, 'Expected value to be either true or false');
}

function parseInteger(key: string, type: keyof typeof integerBits, raw: string, text: string): number {
  if (!integer.test(text)) throw notANumber(key, type, raw);
  const value = BigInt(text.replace(/^\+/, ''));
  if (BigInt.asIntN(integerBits[type], value) !== value) throw notANumber(key, type, raw);
  return Math.min(Math.max(Number(value), Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}

function notANumber(key: string, type: ConfigType, raw: string) {
  return invalidValue(key, raw, `Not a number of type ${type}`);
}

/** Java's `trim`: everything up to the blank goes, other white space of Unicode stays. */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 32) start++;
  while (end > start && text.charCodeAt(end - 1) <= 32) end--;
  return text.slice(start, end);
}
