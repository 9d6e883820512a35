import { dataError } from '../converter-error.ts';
import { JsonDecimal } from './json-decimal.ts';
import type { JsonNode } from './json-node.ts';

const deepestNesting = 1000;
const longestNumber = 1000;

const quote = 0x22;
const backslash = 0x5c;
const minus = 0x2d;
const point = 0x2e;
const lowerE = 0x65;
const upperE = 0x45;
const plus = 0x2b;
const openBrace = 0x7b;
const openBracket = 0x5b;

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
 * Reads JSON values out of a text without losing digits. Leading zeros of numbers are allowed, as the Java converter
 * does. Throws a `data` error that says where it went wrong, without repeating the text.
 */
export class JsonParser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string, at = 0) {
    this.#text = text;
    this.#at = at;
  }

  /** Where the next token begins, after white space. */
  get place(): number {
    this.#skipSpace();
    return this.#at;
  }

  /** Where the last token ended. */
  get end(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    return this.place >= this.#text.length;
  }

  /** Takes this character if it comes next. */
  take(character: ',' | ':' | '{' | '}' | '[' | ']'): boolean {
    this.#skipSpace();
    if (this.#text.charCodeAt(this.#at) !== character.charCodeAt(0)) return false;
    this.#at++;
    return true;
  }

  value(): JsonNode {
    const text = this.#text;
    this.#skipSpace();
    const code = text.charCodeAt(this.#at);
    if (code === quote) return this.string();
    if (code === minus || isDigit(code)) return this.#number();
    if (code === openBrace) return this.#object();
    if (code === openBracket) return this.#array();
    if (text.startsWith('true', this.#at)) return this.#word('true', true);
    if (text.startsWith('false', this.#at)) return this.#word('false', false);
    if (text.startsWith('null', this.#at)) return this.#word('null', null);
    throw this.#wrong();
  }

  string(): string {
    const text = this.#text;
    this.#skipSpace();
    if (text.charCodeAt(this.#at) !== quote) throw this.#wrong();
    const start = this.#at + 1;
    for (let at = start; ; at++) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        this.#at = at + 1;
        return text.slice(start, at);
      }
      // NaN at the end of the text counts as too small as well.
      if (code === backslash || !(code >= 0x20)) {
        this.#at = at;
        if (code === backslash) return this.#stringWithEscapes(start);
        throw this.#wrong();
      }
    }
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
    this.#enter();
    const members = new Map<string, JsonNode>();
    if (!this.take('}')) {
      do {
        const name = this.string();
        if (!this.take(':')) throw this.#wrong();
        members.set(name, this.value());
      } while (this.take(','));
      if (!this.take('}')) throw this.#wrong();
    }
    this.#depth--;
    return members;
  }

  #array(): JsonNode[] {
    this.#enter();
    const items: JsonNode[] = [];
    if (!this.take(']')) {
      do items.push(this.value());
      while (this.take(','));
      if (!this.take(']')) throw this.#wrong();
    }
    this.#depth--;
    return items;
  }

  #enter(): void {
    this.#at++;
    if (++this.#depth > deepestNesting)
      throw dataError(`JSON is nested deeper than ${deepestNesting} levels.`);
  }

  #number(): bigint | JsonDecimal {
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
    this.#expectEndOfToken();
    const literal = text.slice(start, this.#at);
    if (literal.length > longestNumber)
      throw dataError(`JSON has a number of more than ${longestNumber} digits.`);
    if (!isWhole) return new JsonDecimal(literal);
    return BigInt(literal.length <= 15 ? Number(literal) : literal);
  }

  #digits(): void {
    const start = this.#at;
    let at = start;
    while (isDigit(this.#text.charCodeAt(at))) at++;
    this.#at = at;
    if (at === start) throw this.#wrong();
  }

  #word<T extends null | boolean>(word: string, value: T): T {
    this.#at += word.length;
    this.#expectEndOfToken();
    return value;
  }

  /** Numbers and words end at white space, at `,`, `]` or `}`, or with the text. */
  #expectEndOfToken(): void {
    const code = this.#text.charCodeAt(this.#at);
    if (code > 0x20 && code !== 0x2c && code !== 0x5d && code !== 0x7d) throw this.#wrong();
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
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
