import { invalidValue } from '../../config/config-error.ts';
import type { Validator } from '../../config/config-key.ts';
import { satisfies, validator } from '../../config/validators.ts';
import { ConnectError } from '../../errors/connect-error.ts';

/** Java classes that can be named, by what they do; any other is refused by name. */
export function knownClasses(classes: Readonly<Record<string, unknown>>): Validator<string> {
  const names = Object.keys(classes);
  return satisfies(`one of ${names.join(', ')}`, (name) =>
    names.includes(name) ? null : `Java classes cannot be loaded; what is built in is ${names.join(', ')}`,
  );
}

/** A key that means something elsewhere: any value but an empty one is refused, with the reason. */
export function notSupported<T>(reason: string): Validator<T> {
  return validator('not supported', (key, value) => {
    const isEmpty = value === null || value === '' || (Array.isArray(value) && value.length === 0);
    if (!isEmpty) throw invalidValue(key, value, reason);
  });
}

/** Values that are known but cannot be served have their own reason. */
export function oneOfBut(
  allowed: readonly string[],
  refused: Readonly<Record<string, string>>,
): Validator<string> {
  return satisfies(`one of ${allowed.join(', ')}`, (value) => {
    if (allowed.includes(value)) return null;
    return (
      (Object.hasOwn(refused, value) ? refused[value] : undefined) ?? `It is one of ${allowed.join(', ')}`
    );
  });
}

/** The message leaves the URLs out: they may hold a password. */
export const usableUrls: Validator<readonly string[]> = validator('http or https URLs', (key, urls) => {
  if (urls === null) return;
  if (urls.length === 0) throw new ConnectError('config', `${key} is empty; it names at least one URL`);
  for (const [index, url] of urls.entries()) {
    const why = refusalOf(url);
    if (why !== null) throw new ConnectError('config', `URL ${index + 1} of ${key} cannot be used: ${why}`);
  }
});

function refusalOf(text: string): string | null {
  if (!URL.canParse(text)) return 'it is no URL, such as http://registry:8081';
  const { protocol, search, hash, username, password } = new URL(text);
  if (/%(?![0-9a-f]{2})/i.test(username + password)) return 'a % in its name or password must be written %25';
  if (protocol === 'mock:') return 'registries in memory (mock:) exist in Java tests only';
  if (protocol !== 'http:' && protocol !== 'https:') return 'it must begin with http:// or https://';
  return search === '' && hash === '' ? null : 'it must end with its path, without ? and #';
}
