import { isAscii } from 'node:buffer';

const lineFeed = 10;
const carriageReturn = 13;

/**
 * The lines of a stretch of bytes that ends with a line end. The whole stretch is decoded at once and lines are
 * slices of that text: several times cheaper than decoding line by line. Broken UTF-8 becomes U+FFFD and never
 * swallows a line end, so text and bytes have the same line ends in the same order.
 */
export class LineBlock {
  readonly #text: string;
  /** null: pure ASCII, where places in text and bytes are the same. */
  readonly #bytes: Buffer | null;
  readonly #base: number;
  #cursor = 0;
  #byteCursor = 0;
  #nextLineFeed = -1;
  #nextCarriageReturn = -1;

  /** `position` is the place of the first byte in the file. The bytes must not change while lines are taken. */
  constructor(bytes: Buffer, position: number) {
    this.#base = position;
    const ascii = isAscii(bytes);
    this.#bytes = ascii ? null : bytes;
    this.#text = ascii ? bytes.toString('latin1') : bytes.toString('utf8');
  }

  /** Place in the file, in bytes, after the line end of the last line taken. */
  get position(): number {
    return this.#base + (this.#bytes === null ? this.#cursor : this.#byteCursor);
  }

  /** The next line without its end (`\n`, `\r` or `\r\n`), or null. */
  next(): string | null {
    const from = this.#cursor;
    const text = this.#text;
    if (from >= text.length) return null;
    if (this.#nextLineFeed < from) this.#nextLineFeed = placeOrEnd(text, '\n', from);
    if (this.#nextCarriageReturn < from) this.#nextCarriageReturn = placeOrEnd(text, '\r', from);
    const lineFeedFirst = this.#nextLineFeed < this.#nextCarriageReturn;
    const end = lineFeedFirst ? this.#nextLineFeed : this.#nextCarriageReturn;
    const both = !lineFeedFirst && end + 1 === this.#nextLineFeed && end + 1 < text.length;
    this.#cursor = end + (both ? 2 : 1);
    if (this.#bytes !== null) {
      const byte = lineFeedFirst ? lineFeed : carriageReturn;
      this.#byteCursor = this.#bytes.indexOf(byte, this.#byteCursor) + (both ? 2 : 1);
    }
    return text.slice(from, end);
  }
}

function placeOrEnd(text: string, character: string, from: number): number {
  const place = text.indexOf(character, from);
  return place === -1 ? text.length : place;
}

/**
 * Bytes up to and including the last line end of the range, 0 if there is none. A `\r` as the very last byte is no
 * line end yet: a `\n` may follow it.
 */
export function lengthOfWholeLines(bytes: Buffer): number {
  const feed = bytes.lastIndexOf(lineFeed);
  const carriage = bytes.length > 1 ? bytes.lastIndexOf(carriageReturn, bytes.length - 2) : -1;
  return Math.max(feed, carriage) + 1;
}
