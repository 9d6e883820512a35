import { dataError } from '../converter-error.ts';

export type TokenKind = 'word' | 'number' | 'string' | 'symbol' | 'end';

/** Registries have packages with hyphens, although the language does not know them. */
const wordPattern = /[A-Za-z_][A-Za-z0-9_-]*/y;
const numberPattern = /0[xX][0-9A-Fa-f]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fF]?/y;
const blankPattern = /\s+/y;

const simpleEscapes: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
  "'": 39,
  '"': 34,
  '?': 63,
};

/** Cuts a .proto text into words, numbers, strings and single symbols, one ahead of its reader. */
export class ProtoTokens {
  readonly #text: string;
  #position = 0;
  #start = 0;
  kind: TokenKind = 'end';
  /** Of the token that comes next; for a string its bytes are in `bytes`. */
  text = '';
  bytes: Buffer = Buffer.alloc(0);

  constructor(text: string) {
    this.#text = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
    this.advance();
  }

  error(message: string): Error {
    const line = this.#text.slice(0, this.#start).split('\n').length;
    return dataError(`Protobuf schema, line ${line}: ${message}`);
  }

  unexpected(expected: string): Error {
    const found = this.kind === 'end' ? 'the end of the text' : this.text.slice(0, 50);
    return this.error(`expected ${expected}, but found ${found}`);
  }

  advance(): void {
    this.#skipBlanks();
    this.#start = this.#position;
    const character = this.#text[this.#position];
    if (character === undefined) {
      this.#set('end', '');
    } else if (character === '"' || character === "'") {
      this.#readString(character);
    } else if (!this.#match(wordPattern, 'word') && !this.#match(numberPattern, 'number')) {
      this.#position += 1;
      this.#set('symbol', character);
    }
  }

  isNext(text: string): boolean {
    return this.text === text && (this.kind === 'symbol' || this.kind === 'word');
  }

  /** Takes the token if it is this one. */
  take(text: string): boolean {
    if (!this.isNext(text)) return false;
    this.advance();
    return true;
  }

  require(text: string): void {
    if (!this.take(text)) throw this.unexpected(`'${text}'`);
  }

  word(what: string): string {
    if (this.kind !== 'word') throw this.unexpected(what);
    const { text } = this;
    this.advance();
    return text;
  }

  /** A plain identifier: what names messages, fields and values. */
  identifier(what: string): string {
    if (this.kind === 'word' && this.text.includes('-')) throw this.unexpected(what);
    return this.word(what);
  }

  /** Words with dots between them, perhaps one in front. */
  dottedName(what: string): string {
    let name = this.take('.') ? '.' : '';
    name += this.word(what);
    while (this.take('.')) name += `.${this.word(what)}`;
    return name;
  }

  /** One string, or several that follow each other. */
  stringBytes(what: string): Buffer {
    if (this.kind !== 'string') throw this.unexpected(what);
    const parts: Buffer[] = [];
    while (this.kind === 'string') {
      parts.push(this.bytes);
      this.advance();
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  }

  /** A whole number, perhaps negative, decimal, octal or hexadecimal. */
  integer(what: string): bigint {
    const isNegative = this.take('-');
    if (this.kind !== 'number') throw this.unexpected(what);
    const value = parseInteger(this.text);
    if (value === null) throw this.unexpected(what);
    this.advance();
    return isNegative ? -value : value;
  }

  #skipBlanks(): void {
    for (;;) {
      blankPattern.lastIndex = this.#position;
      if (blankPattern.test(this.#text)) this.#position = blankPattern.lastIndex;
      if (this.#text.startsWith('//', this.#position)) this.#skipTo('\n', this.#text.length);
      else if (this.#text.startsWith('/*', this.#position)) this.#skipTo('*/', -1);
      else return;
    }
  }

  /** `otherwise`: where to go on if that does not come; below zero it has to. */
  #skipTo(end: string, otherwise: number): void {
    this.#start = this.#position;
    const found = this.#text.indexOf(end, this.#position + 2);
    if (found < 0 && otherwise < 0) throw this.error('a comment has no end');
    this.#position = found < 0 ? otherwise : found + end.length;
  }

  #match(pattern: RegExp, kind: TokenKind): boolean {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#text);
    if (match === null) return false;
    this.#position += match[0].length;
    this.#set(kind, match[0]);
    return true;
  }

  #set(kind: TokenKind, text: string): void {
    this.kind = kind;
    this.text = text;
  }

  #readString(quote: string): void {
    const parts: Buffer[] = [];
    let position = this.#position + 1;
    let plainFrom = position;
    for (;;) {
      const character = this.#text[position];
      if (character === undefined || character === '\n') throw this.error('a string has no end');
      if (character !== quote && character !== '\\') {
        position += 1;
        continue;
      }
      if (position > plainFrom) parts.push(Buffer.from(this.#text.slice(plainFrom, position)));
      position += 1;
      if (character === quote) break;
      position = this.#readEscape(position, parts);
      plainFrom = position;
    }
    this.#position = position;
    this.#set('string', 'a string');
    this.bytes = Buffer.concat(parts);
  }

  #readEscape(position: number, parts: Buffer[]): number {
    const rest = this.#text.slice(position, position + 9);
    const simple = Object.hasOwn(simpleEscapes, rest[0] ?? '') ? simpleEscapes[rest[0] ?? ''] : undefined;
    if (simple !== undefined) {
      parts.push(Buffer.of(simple));
      return position + 1;
    }
    const octal = /^[0-7]{1,3}/.exec(rest);
    if (octal !== null) {
      parts.push(Buffer.of(Number.parseInt(octal[0], 8) & 0xff));
      return position + octal[0].length;
    }
    const hex = /^[xX]([0-9A-Fa-f]{1,2})/.exec(rest);
    if (hex?.[1] !== undefined) {
      parts.push(Buffer.of(Number.parseInt(hex[1], 16)));
      return position + hex[0].length;
    }
    const unicode = /^(?:u([0-9A-Fa-f]{4})|U(00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4}))/.exec(rest);
    const code = unicode?.[1] ?? unicode?.[2];
    if (unicode === null || code === undefined) throw this.error('a string has an escape that is not known');
    parts.push(Buffer.from(String.fromCodePoint(Number.parseInt(code, 16))));
    return position + unicode[0].length;
  }
}

/** null for what is no whole number. */
export function parseInteger(text: string): bigint | null {
  if (text.length > 40) return null;
  if (/^0[xX]/.test(text)) return BigInt(text.toLowerCase());
  if (/^0[0-7]+$/.test(text)) return BigInt(`0o${text.slice(1)}`);
  return /^(?:0|[1-9]\d*)$/.test(text) ? BigInt(text) : null;
}
