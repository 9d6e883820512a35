const size = 256;
const longestName = 64;

/**
 * Names of members seen before. Messages of one kind have the same names again and again; taking the string that is
 * there already spares making and hashing a new one each time. A fixed number of places: another name of the same
 * place takes it over.
 */
export class NameTable {
  readonly #names: string[] = new Array<string>(size).fill('');

  /** The part of the text as a string. */
  nameIn(text: string, start: number, end: number): string {
    const length = end - start;
    if (length === 0 || length > longestName) return text.slice(start, end);
    const middle = text.charCodeAt(start + (length >> 1));
    const ends = text.charCodeAt(start) * 31 + text.charCodeAt(end - 1);
    const place = (ends * 31 + middle * 7 + length) & (size - 1);
    const known = this.#names[place];
    if (known !== undefined && known.length === length && text.startsWith(known, start)) return known;
    // A copy of its own, so that the text of the whole message is not kept with it.
    const name = Buffer.from(text.slice(start, end), 'utf16le').toString('utf16le');
    this.#names[place] = name;
    return name;
  }
}
