import { ConnectError } from '../errors/connect-error.ts';

/** Classes of ASCII characters that Java writes as properties, by their POSIX names. */
const posixClasses: Readonly<Record<string, string>> = {
  Lower: 'lower',
  Upper: 'upper',
  ASCII: 'ascii',
  Alpha: 'alpha',
  Digit: 'digit',
  Alnum: 'alnum',
  Punct: 'punct',
  Graph: 'graph',
  Print: 'print',
  Blank: 'blank',
  Cntrl: 'cntrl',
  XDigit: 'xdigit',
  Space: 'space',
};

const refusedGroups: Readonly<Record<string, string>> = {
  '=': 'lookahead (?=',
  '!': 'negative lookahead (?!',
  '<=': 'lookbehind (?<=',
  '<!': 'negative lookbehind (?<!',
  '>': 'atomic groups (?>',
};

const quantifier = /^(?:[*+?]|\{\d+(?:,\d*)?\})/;
const group = /^\(\?(?:(=|!|<=|<!|>)|<([A-Za-z][A-Za-z0-9]*)>|([A-Za-z]*)(-[A-Za-z]+)?([:)]))/;
const property = /^\\([pP])(?:\{([^}]*)\}|([A-Z]))/;
const hex = /^\\(?:x([0-9A-Fa-f]{2})|x\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|0([0-3]?[0-7]{1,2}))/;

/** How much of the pattern was read, and what it is in RE2. */
type Translation = readonly [length: number, text: string];

/** A regular expression of Java in the syntax of RE2. Throws a `config` error that names what RE2 cannot do. */
export function toRe2Syntax(pattern: string): string {
  const parts: string[] = [];
  let rest = pattern;
  let isInClass = false;
  while (rest !== '') {
    const [length, text] = isInClass ? translateInClass(rest) : translate(rest);
    if (rest[0] === '[') isInClass = true;
    else if (rest[0] === ']') isInClass = false;
    parts.push(text);
    rest = rest.slice(length);
  }
  return parts.join('');
}

function translate(rest: string): Translation {
  if (rest[0] === '\\') return translateEscape(rest, false);
  if (rest[0] === '[') {
    const start = /^\[\^?\]?/.exec(rest)?.[0] ?? '[';
    return [start.length, start.replace(']', '\\]')];
  }
  if (rest.startsWith('(?')) return translateGroup(rest);
  const repeat = quantifier.exec(rest)?.[0];
  if (repeat === undefined) return wholeCharacter(rest);
  if (rest[repeat.length] === '+') throw unsupported(`possessive quantifiers ${repeat}+`);
  return rest[repeat.length] === '?' ? [repeat.length + 1, `${repeat}?`] : [repeat.length, repeat];
}

function translateInClass(rest: string): Translation {
  if (rest[0] === '\\') return translateEscape(rest, true);
  if (rest[0] === '[') throw unsupported('character classes inside character classes');
  if (rest.startsWith('&&')) throw unsupported('intersections of character classes (&&)');
  return wholeCharacter(rest);
}

function wholeCharacter(rest: string): Translation {
  const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
  return [character.length, character];
}

function translateGroup(rest: string): Translation {
  const match = group.exec(rest);
  if (match === null) throw new ConnectError('config', `Unknown group ${rest.slice(0, 4)}`);
  const [text, refused, name, on = '', off = '', end = ''] = match;
  if (refused !== undefined) throw unsupported(refusedGroups[refused] ?? refused);
  if (name !== undefined) return [text.length, `(?P<${name}>`];
  for (const flag of on + off.slice(1)) {
    if (flag === 'x') throw unsupported('the flag x (comments)');
    if (flag === 'U') throw unsupported('the flag U (Unicode character classes)');
    if (!'idmsu'.includes(flag)) throw new ConnectError('config', `Unknown inline modifier ${flag}`);
  }
  // Case is ignored by Unicode's rules anyway, and lines end at \n only.
  const [kept, dropped] = [on.replaceAll(/[du]/g, ''), off.slice(1).replaceAll(/[du]/g, '')];
  const flags = dropped === '' ? kept : `${kept}-${dropped}`;
  return [text.length, flags === '' && end === ')' ? '' : `(?${flags}${end}`];
}

function translateEscape(rest: string, isInClass: boolean): Translation {
  const next = rest[1];
  if (next === undefined) throw new ConnectError('config', 'A single backslash at the end');
  if (next === 'Q') {
    const end = rest.indexOf('\\E', 2);
    return end === -1 ? [rest.length, quoted(rest.slice(2))] : [end + 2, quoted(rest.slice(2, end))];
  }
  const code = hex.exec(rest);
  if (code !== null) {
    const digits = code[1] ?? code[2] ?? code[3];
    const value = digits === undefined ? Number.parseInt(code[4] ?? '', 8) : Number.parseInt(digits, 16);
    return [code[0].length, `\\x{${value.toString(16)}}`];
  }
  const named = property.exec(rest);
  if (named !== null) {
    return [named[0].length, characterClass(named[2] ?? named[3] ?? '', named[1] === 'P', isInClass)];
  }
  if (/[1-9k]/.test(next)) throw unsupported(`back references \\${next}`);
  if (/[hHvVRXNGZ]/.test(next)) throw unsupported(`\\${next}`);
  if (next === 'e') return [2, '\\x1b'];
  if (next === 'c' && rest[2] !== undefined) {
    return [3, `\\x{${(rest.charCodeAt(2) ^ 64).toString(16)}}`];
  }
  if (/[A-Za-z]/.test(next) && !/[dDwWsStnrfaAbBz]/.test(next)) {
    throw new ConnectError('config', `Illegal or unsupported escape sequence \\${next}`);
  }
  const [length, character] = wholeCharacter(rest.slice(1));
  return [length + 1, character > '\u007f' ? character : `\\${character}`];
}

function quoted(text: string): string {
  return text.replaceAll(/[\\^$.|?*+()[\]{}\-&]/g, '\\$&');
}

function characterClass(name: string, isNegated: boolean, isInClass: boolean): string {
  const posix = posixClasses[name];
  if (posix !== undefined) {
    const own = `[:${isNegated ? '^' : ''}${posix}:]`;
    return isInClass ? own : `[${own}]`;
  }
  if (/^(?:java|In|blk=|block=)/.test(name)) throw unsupported(`\\p{${name}}`);
  const category = name.replace(/^(?:Is|script=|sc=|general_category=|gc=)/, '');
  return `\\${isNegated ? 'P' : 'p'}{${category}}`;
}

function unsupported(what: string): ConnectError {
  return new ConnectError('config', `${what} cannot be used: expressions run in linear time, as RE2 does`);
}
