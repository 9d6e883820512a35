import { invalidValue } from '../config/config-error.ts';
import type { Validator } from '../config/config-key.ts';
import { satisfies, validator } from '../config/validators.ts';
import { messageOf } from '../errors/connect-error.ts';

export function uniqueAliases(description: string): Validator<readonly string[]> {
  return validator(description, (key, value) => {
    if (value === null) throw invalidValue(key, value, 'Value must be non-null');
    if (new Set(value).size < value.length) throw invalidValue(key, value, 'Duplicate alias provided.');
  });
}

/** Why the text is no regular expression, or null. */
export function regexProblem(text: string): string | null {
  try {
    wholeNameRegex(text);
    return null;
  } catch (error) {
    return `Invalid regex: ${messageOf(error)}`;
  }
}

/** Java's `matches`: the whole name. Flags at the beginning, such as `(?i)`, are Java's way to write them. */
export function wholeNameRegex(text: string): RegExp {
  const [leading = '', flags = ''] = /^\(\?([ims]+)\)/.exec(text) ?? [];
  return new RegExp(`^(?:${text.slice(leading.length)})$`, [...new Set(flags)].join(''));
}

export function compilableRegex(): Validator<string> {
  return satisfies<string>('valid regex', regexProblem);
}
