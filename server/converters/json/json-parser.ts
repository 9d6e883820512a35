import { dataError } from '../converter-error.ts';
import { JsonDecimal } from './json-decimal.ts';
import type { JsonNode } from './json-node.ts';
import type { NameTable } from './name-table.ts';

const deepestNesting = 1000;
const longestNumber = 1000;
/** Whole numbers of so many digits are exact as numbers. */
const safeDigits = 15;

const quote = 0x22;
const backslash = 0x5c;
const minus = 0x2d;
const point = 0x2e;
const lowerE = 0x65;
const upperE = 0x45;
const plus = 0x2b;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/**
 * Reads JSON out of a text, token by token or whole values, without losing digits. Leading zeros of numbers are
 * allowed, as the Java converter does. Throws a `data` error that says where it went wrong, without repeating the text.
 */
export class JsonParser {
  readonly #text: string;
  #at: number;
  #depth = 0;
  readonly #names: NameTable | null;

  constructor(text: string, at = 0, names: NameTable | null = null) {
    this.#text = text;
    this.#at = at;
    this.#names = names;
  }

  /** Where the next token begins, after white space. */
  get place(): number {
    this.#next();
    return this.#at;
  }

  /** Where the last token ended. */
  get end(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    return this.place >= this.#text.length;
  }

  /** Takes `{` if it comes next. The members follow: names, colons and values, then `endsObject`. */
  startsObject(): boolean {
    return this.#enter(openBrace);
  }

  startsArray(): boolean {
    return this.#enter(openBracket);
  }

  /** Takes `}` if it comes next. */
  endsObject(): boolean {
    return this.#leave(closeBrace);
  }

  endsArray(): boolean {
    return this.#leave(closeBracket);
  }

  /** After a member: whether another one follows; else the object ends here, or the text is malformed. */
  hasMoreMembers(): boolean {
    if (this.#take(comma)) return true;
    if (this.endsObject()) return false;
    throw this.#wrong();
  }

  hasMoreItems(): boolean {
    if (this.#take(comma)) return true;
    if (this.endsArray()) return false;
    throw this.#wrong();
  }

  /** A member's name and the colon behind it. */
  name(): string {
    const name = this.#names === null ? this.string() : this.#knownString(this.#names);
    if (!this.#take(colon)) throw this.#wrong();
    return name;
  }

  /** Takes a name, given in its quotes, and its colon if just this name comes next. */
  takesName(quoted: string): boolean {
    this.#next();
    if (!this.#text.startsWith(quoted, this.#at)) return false;
    this.#at += quoted.length;
    if (!this.#take(colon)) throw this.#wrong();
    return true;
  }

  takesNull(): boolean {
    if (this.#next() !== 0x6e || !this.#text.startsWith('null', this.#at)) return false;
    return this.#word('null', true);
  }

  get isAtString(): boolean {
    return this.#next() === quote;
  }

  get isAtNumber(): boolean {
    const code = this.#next();
    return isDigit(code) || code === minus;
  }

  value(): JsonNode {
    const text = this.#text;
    const code = this.#next();
    if (code === quote) return this.string();
    if (isDigit(code) || code === minus) return this.number();
    if (code === openBrace) return this.#object();
    if (code === openBracket) return this.#array();
    if (text.startsWith('true', this.#at)) return this.#word('true', true);
    if (text.startsWith('false', this.#at)) return this.#word('false', false);
    if (text.startsWith('null', this.#at)) return this.#word('null', null);
    throw this.#wrong();
  }

  string(): string {
    const start = this.#plainString();
    return start < 0 ? this.#stringWithEscapes(~start) : this.#text.slice(start, this.#at - 1);
  }

  #knownString(names: NameTable): string {
    const start = this.#plainString();
    return start < 0 ? this.#stringWithEscapes(~start) : names.nameIn(this.#text, start, this.#at - 1);
  }

  /** Goes behind a string and tells where its text begins; stops at its first escape and inverts the place. */
  #plainString(): number {
    const text = this.#text;
    if (this.#next() !== quote) throw this.#wrong();
    const start = this.#at + 1;
    for (let at = start; ; at++) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        this.#at = at + 1;
        return start;
      }
      // NaN at the end of the text counts as too small as well.
      if (code === backslash || !(code >= 0x20)) {
        this.#at = at;
        if (code === backslash) return ~start;
        throw this.#wrong();
      }
    }
  }

  /** A whole number that is exact as such; NaN for anything else, which is then still to be read. */
  safeInteger(): number {
    const text = this.#text;
    const first = this.#next();
    const start = first === minus ? this.#at + 1 : this.#at;
    let at = start;
    let value = 0;
    let code = text.charCodeAt(at);
    while (isDigit(code)) {
      value = value * 10 + (code - 0x30);
      code = text.charCodeAt(++at);
    }
    const isWhole = at > start && at - start <= safeDigits && isEndOfToken(code);
    if (!isWhole) return Number.NaN;
    this.#at = at;
    return first === minus && value !== 0 ? -value : value;
  }

  /** The double nearest to a number; -0 only if it is written with a fraction or an exponent. */
  double(): number {
    const whole = this.safeInteger();
    if (!Number.isNaN(whole)) return whole;
    const start = this.#at;
    this.#skipNumber();
    return Number(this.#text.slice(start, this.#at));
  }

  number(): bigint | JsonDecimal {
    const whole = this.safeInteger();
    if (!Number.isNaN(whole)) return BigInt(whole);
    const start = this.#at;
    const isWhole = this.#skipNumber();
    const text = this.#text.slice(start, this.#at);
    return isWhole ? BigInt(text) : new JsonDecimal(text);
  }

  /** Whether the number is written without a fraction and an exponent. */
  #skipNumber(): boolean {
    const text = this.#text;
    const start = this.#at;
    let isWhole = true;
    if (text.charCodeAt(this.#at) === minus) this.#at++;
    this.#digits();
    if (text.charCodeAt(this.#at) === point) {
      isWhole = false;
      this.#at++;
      this.#digits();
    }
    const exponent = text.charCodeAt(this.#at);
    if (exponent === lowerE || exponent === upperE) {
      isWhole = false;
      const sign = text.charCodeAt(++this.#at);
      if (sign === plus || sign === minus) this.#at++;
      this.#digits();
    }
    if (!isEndOfToken(text.charCodeAt(this.#at))) throw this.#wrong();
    if (this.#at - start > longestNumber) {
      throw dataError(`JSON has a number of more than ${longestNumber} digits.`);
    }
    return isWhole;
  }

  #digits(): void {
    const start = this.#at;
    let at = start;
    while (isDigit(this.#text.charCodeAt(at))) at++;
    this.#at = at;
    if (at === start) throw this.#wrong();
  }

  #stringWithEscapes(start: number): string {
    const text = this.#text;
    let result = text.slice(start, this.#at);
    for (;;) {
      const code = text.charCodeAt(this.#at);
      if (!(code >= 0x20)) throw this.#wrong();
      this.#at++;
      if (code === quote) return result;
      if (code !== backslash) {
        const from = this.#at - 1;
        this.#skipPlain();
        result += text.slice(from, this.#at);
        continue;
      }
      const name = text[this.#at] ?? '';
      const plain = escapes[name];
      if (plain !== undefined) {
        result += plain;
        this.#at++;
      } else {
        const digits = text.slice(this.#at + 1, this.#at + 5);
        if (name !== 'u' || !/^[0-9a-fA-F]{4}$/.test(digits)) throw this.#wrong();
        result += String.fromCharCode(Number.parseInt(digits, 16));
        this.#at += 5;
      }
    }
  }

  #skipPlain(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (!(code >= 0x20) || code === quote || code === backslash) return;
      this.#at++;
    }
  }

  #object(): Map<string, JsonNode> {
    this.startsObject();
    const members = new Map<string, JsonNode>();
    if (this.endsObject()) return members;
    do members.set(this.name(), this.value());
    while (this.hasMoreMembers());
    return members;
  }

  #array(): JsonNode[] {
    this.startsArray();
    const items: JsonNode[] = [];
    if (this.endsArray()) return items;
    do items.push(this.value());
    while (this.hasMoreItems());
    return items;
  }

  #enter(code: number): boolean {
    if (!this.#take(code)) return false;
    if (++this.#depth > deepestNesting) {
      throw dataError(`JSON is nested deeper than ${deepestNesting} levels.`);
    }
    return true;
  }

  #leave(code: number): boolean {
    if (!this.#take(code)) return false;
    this.#depth--;
    return true;
  }

  #take(code: number): boolean {
    if (this.#next() !== code) return false;
    this.#at++;
    return true;
  }

  #word<T extends null | boolean>(word: string, value: T): T {
    this.#at += word.length;
    if (!isEndOfToken(this.#text.charCodeAt(this.#at))) throw this.#wrong();
    return value;
  }

  /** Skips white space; the code of what follows, or NaN at the end. */
  #next(): number {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code > 0x20 || (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09)) return code;
      this.#at++;
    }
  }

  #wrong() {
    return dataError(
      this.#at >= this.#text.length
        ? 'JSON ends too early.'
        : `JSON is malformed at character ${this.#at} of ${this.#text.length}.`,
    );
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Numbers and words end at white space, at `,`, `]` or `}`, or with the text. */
function isEndOfToken(code: number): boolean {
  return !(code > 0x20) || code === comma || code === closeBracket || code === closeBrace;
}
