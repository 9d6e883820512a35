import { Matcher, RE2JS } from 're2js';
import { invalidValue } from '../config/config-error.ts';
import type { Validator } from '../config/config-key.ts';
import { validator } from '../config/validators.ts';
import { ConnectError, messageOf } from '../errors/connect-error.ts';
import { toRe2Syntax } from './java-regex-syntax.ts';

/**
 * A regular expression of a user, in the syntax of Java, run in time linear in the text. Throws a `config` error for
 * what is malformed, and for what no linear engine can do (look-around, back references, possessive quantifiers …),
 * by name.
 */
export class LinearRegex {
  readonly #regex: RE2JS;

  constructor(pattern: string) {
    try {
      this.#regex = RE2JS.compile(toRe2Syntax(pattern));
    } catch (error) {
      throw new ConnectError('config', `Invalid regex: ${messageOf(error)}`, { cause: error });
    }
  }

  /** Whether it matches the text as a whole. */
  matches(text: string): boolean {
    return new Matcher(this.#regex, text).matches();
  }

  /** The groups of its first match in the text, the whole match first; null: there is none. */
  find(text: string): readonly (string | null)[] | null {
    const matcher = new Matcher(this.#regex, text);
    if (!matcher.find()) return null;
    return Array.from({ length: matcher.groupCount() + 1 }, (_, index) => matcher.group(index));
  }

  /** `$1` and `${name}` in the replacement are groups, a backslash takes the next character as it is. Throws `data`. */
  replaceFirst(text: string, replacement: string): string {
    return this.#replace(text, replacement, 'replaceFirst');
  }

  /** The same for every match. */
  replaceAll(text: string, replacement: string): string {
    return this.#replace(text, replacement, 'replaceAll');
  }

  #replace(text: string, replacement: string, method: 'replaceFirst' | 'replaceAll'): string {
    try {
      return new Matcher(this.#regex, text)[method](replacement, true);
    } catch (error) {
      throw new ConnectError('data', `Invalid replacement ${replacement}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }
}

/** For keys that hold such an expression. */
export function linearRegex(): Validator<string> {
  return validator('valid regex', (key, value) => {
    if (value === null) throw invalidValue(key, value, 'Invalid regex: there is none');
    try {
      new LinearRegex(value);
    } catch (error) {
      throw invalidValue(key, value, messageOf(error));
    }
  });
}
