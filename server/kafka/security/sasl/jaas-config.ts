import type { ConnectError } from '../../../errors/connect-error.ts';
import { settingError } from '../../settings-table.ts';

/** The one entry of `sasl.jaas.config`. */
export interface JaasConfig {
  /** Java class of the login module. */
  readonly loginModule: string;
  readonly options: ReadonlyMap<string, string>;
}

type Token = { readonly word: string; readonly quoted: boolean } | '=' | ';';

const key = 'sasl.jaas.config';
const controlFlags = ['required', 'requisite', 'sufficient', 'optional'];

/**
 * Reads `loginModuleClass controlFlag (option=value)*;` as Java does: values in single or double quotes with the
 * escapes of Java, or bare; comments as in Java. Bare values may hold anything but blanks, quotes, `=` and `;`, which
 * is more than Java allows. Throws a `config` error that holds no value.
 */
export function parseJaasConfig(text: string): JaasConfig {
  const tokens = tokensOf(text);
  const [module, flag, ...rest] = tokens;
  if (module === undefined) throw invalid('it is empty');
  if (typeof module === 'string' || module.quoted)
    throw invalid('it must start with the class of a login module');
  if (flag === undefined || typeof flag === 'string' || !controlFlags.includes(flag.word.toLowerCase())) {
    throw invalid(`after the login module there must be one of ${controlFlags.join(', ')}`);
  }
  const options = new Map<string, string>();
  let at = 0;
  for (; at < rest.length && rest[at] !== ';'; at += 3) {
    const [name, equals, value] = [rest[at], rest[at + 1], rest[at + 2]];
    if (name === undefined || typeof name === 'string') throw invalid('an option has no name');
    if (equals !== '=' || value === undefined || typeof value === 'string') {
      // What stands where a name is expected may be a piece of an unquoted secret.
      throw invalid(
        `option number ${options.size + 1} has no value; put values with special characters in quotes`,
      );
    }
    options.set(name.word, value.word);
  }
  if (rest[at] !== ';') throw invalid('it must end with a semicolon');
  if (rest.length > at + 1) throw invalid('there must be one login module and nothing behind its semicolon');
  return { loginModule: module.word, options };
}

function invalid(reason: string): ConnectError {
  const form = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="…" password="…";';
  return settingError(key, `${key} cannot be read: ${reason}. Its form is: ${form}`);
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  // Blanks and comments; a quoted string on one line; a sign; a bare word.
  const pattern =
    /(?:[\0- ]+|\/\/[^\r\n]*|\/\*[\s\S]*?\*\/)|(["'])((?:\\[^\r\n]|(?!\1)[^\\\r\n])*)\1|([=;])|([^\0- "'=;]+)/y;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) throw invalid('a quote is not closed, or a line ends inside quotes');
    const [, quote, quoted = '', sign, bare] = match;
    if (quote !== undefined) tokens.push({ word: withoutEscapes(quoted), quoted: true });
    else if (sign === '=' || sign === ';') tokens.push(sign);
    else if (bare !== undefined) tokens.push({ word: bare, quoted: false });
  }
  return tokens;
}

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Letters and octal numbers as in Java; any other escaped character stands for itself. */
function withoutEscapes(quoted: string): string {
  return quoted.replace(/\\([0-3][0-7]{0,2}|[4-7][0-7]?|[\s\S])/g, (_, escaped: string) => {
    if (/^[0-7]/.test(escaped)) return String.fromCharCode(Number.parseInt(escaped, 8));
    return escapes[escaped] ?? escaped;
  });
}
