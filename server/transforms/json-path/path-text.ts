import { ConnectError } from '../../errors/connect-error.ts';

/** The text of a path while it is read from left to right. */
export class PathText {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  startsWith(token: string): boolean {
    return this.#text.startsWith(token, this.#at);
  }

  take(token: string): boolean {
    if (!this.startsWith(token)) return false;
    this.#at += token.length;
    return true;
  }

  expect(token: string): void {
    this.skipBlanks();
    if (!this.take(token)) throw this.wrong(`${token} is expected`);
  }

  skipBlanks(): void {
    this.#matched(/\s*/y);
  }

  /** A name without quotes. */
  name(): string {
    const name = this.#matched(/[^\s.[\]()?*,:'"=!<>&|@$]+/y);
    if (name === '') throw this.wrong('a name is expected');
    return name;
  }

  /** A word of letters, such as an operator or a constant; empty: there is none. */
  word(): string {
    return this.#matched(/[a-zA-Z]+/y);
  }

  /** undefined: there is none. */
  integer(): number | undefined {
    this.skipBlanks();
    const text = this.#matched(/-?\d{1,9}/y);
    return text === '' ? undefined : Number(text);
  }

  /** Text of a number of any form; empty: there is none. */
  numberText(): string {
    return this.#matched(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?/y);
  }

  quoted(): string {
    this.skipBlanks();
    const text = this.#matched(/'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"/y);
    if (text === '') throw this.wrong('a text in quotes is expected');
    return text.slice(1, -1).replace(/\\([\s\S])/g, '$1');
  }

  /** What stands between slashes, and the letters after them. */
  pattern(): readonly [pattern: string, flags: string] {
    const text = this.#matched(/\/(?:[^/\\]|\\[\s\S])*\/[a-zA-Z]*/y);
    if (text === '') throw this.wrong('a pattern between slashes is expected');
    const end = text.lastIndexOf('/');
    return [text.slice(1, end).replaceAll('\\/', '/'), text.slice(end + 1)];
  }

  /** Items parted by commas, up to and with the token. */
  listUntil<T>(end: string, item: () => T): readonly T[] {
    const items: T[] = [];
    for (;;) {
      items.push(item());
      this.skipBlanks();
      if (this.take(end)) return items;
      this.expect(',');
      this.skipBlanks();
    }
  }

  wrong(why = 'it cannot be read on'): ConnectError {
    return new ConnectError(
      'config',
      `Invalid JSON path ${this.#text}: at position ${this.#at + 1}, ${why}.`,
    );
  }

  /** The expression is sticky; empty text where it does not match. */
  #matched(regex: RegExp): string {
    regex.lastIndex = this.#at;
    const [found = ''] = regex.exec(this.#text) ?? [];
    this.#at += found.length;
    return found;
  }
}
