import type { RawConfig } from '../config/config-key.ts';
import { ConnectError } from '../errors/connect-error.ts';
import { javaNumberText } from './java-number-text.ts';
import { isJsonObject, type JsonValue, parseJson } from './json-reader.ts';

/** A body in which numbers mean their text, as in everything that holds a config. */
export function parseConfigBody(text: string): JsonValue {
  return parseJson(text, { number: javaNumberText });
}

/**
 * A flat map of settings. Booleans and numbers become text; null stays, so that validation can name its key (or PATCH
 * remove it); lists and objects are refused.
 */
export function toFlatConfig(value: JsonValue | undefined, place: string): RawConfig {
  if (!isJsonObject(value)) {
    throw new ConnectError(
      'bad-request',
      `${place} must be a JSON object of settings, each with a text as value`,
    );
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, setting]) => [key, settingText(setting, `${place}: value of "${key}"`)]),
  );
}

function settingText(value: JsonValue, place: string): string | null {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'object') {
    throw new ConnectError(
      'bad-request',
      `${place} must be a text, a number or a boolean, not ${Array.isArray(value) ? 'a list' : 'an object'}`,
    );
  }
  return String(value);
}
