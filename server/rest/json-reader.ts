import { ConnectError } from '../errors/connect-error.ts';

export type JsonValue = string | number | bigint | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [member: string]: JsonValue;
}

export interface JsonReaderOptions {
  /** What a number becomes, given its text in the body. */
  readonly number: (text: string) => JsonValue;
  readonly maxDepth?: number;
  readonly maxMembers?: number;
}

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const blankPattern = /[ \t\r\n]*/y;
/** Everything up to the quote that ends the string; escapes are left to the standard parser. */
const stringPattern = /"(?:[^"\\]|\\.)*"/sy;

/**
 * Reads one JSON document. Unlike `JSON.parse` it keeps the text of numbers, says line and column of a mistake without
 * repeating the body (which may hold secrets), and bounds depth and size. Of equal member names the last counts.
 */
export function parseJson(text: string, options: JsonReaderOptions): JsonValue {
  const { maxDepth = 64, maxMembers = 250_000 } = options;
  let at = 0;
  let members = 0;

  function fail(what: string): never {
    const before = text.slice(0, at);
    const line = before.split('\n').length;
    const column = at - before.lastIndexOf('\n');
    throw new ConnectError(
      'bad-request',
      `The request body is not valid JSON: ${what} at line ${line}, column ${column}`,
    );
  }

  function match(pattern: RegExp): string | null {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? null;
    if (found !== null) at += found.length;
    return found;
  }

  function take(character: string): boolean {
    match(blankPattern);
    if (text[at] !== character) return false;
    at++;
    return true;
  }

  function expected(what: string): never {
    return fail(at >= text.length ? `it ends where ${what} is expected` : `${what} is expected`);
  }

  function readString(): string {
    const start = at;
    const literal = match(stringPattern);
    if (literal === null) return fail('a string does not end');
    try {
      return JSON.parse(literal) as string;
    } catch {
      at = start;
      return fail('a string has a bad escape or a control character');
    }
  }

  function countMember(): void {
    if (++members > maxMembers) {
      throw new ConnectError('bad-request', `The request body has more than ${maxMembers} members`);
    }
  }

  function readObject(depth: number): JsonObject {
    const entries = new Map<string, JsonValue>();
    if (take('}')) return {};
    do {
      match(blankPattern);
      if (text[at] !== '"') expected('a member name in double quotes');
      const name = readString();
      if (!take(':')) expected('":"');
      entries.set(name, readValue(depth));
      countMember();
    } while (take(','));
    if (!take('}')) expected('"," or "}"');
    // Unlike assignments, this makes a member called `__proto__` an ordinary one.
    return Object.fromEntries(entries);
  }

  function readArray(depth: number): readonly JsonValue[] {
    const items: JsonValue[] = [];
    if (take(']')) return items;
    do {
      items.push(readValue(depth));
      countMember();
    } while (take(','));
    if (!take(']')) expected('"," or "]"');
    return items;
  }

  function readValue(depth: number): JsonValue {
    match(blankPattern);
    const first = text[at];
    if (first === '{' || first === '[') {
      if (depth >= maxDepth) fail(`it is nested more than ${maxDepth} deep`);
      at++;
      return first === '{' ? readObject(depth + 1) : readArray(depth + 1);
    }
    if (first === '"') return readString();
    for (const [word, value] of words) {
      if (text.startsWith(word, at)) {
        at += word.length;
        return value;
      }
    }
    const number = match(numberPattern);
    return number === null ? expected('a value') : options.number(number);
  }

  if (text.trim() === '') throw new ConnectError('bad-request', 'The request has no body, JSON is expected');
  const value = readValue(0);
  match(blankPattern);
  if (at < text.length) fail('there is more after its end');
  return value;
}

const words: readonly (readonly [string, JsonValue])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
