import { invalidValue } from '../config/config-error.ts';

export interface Charset {
  encode(text: string): Buffer;
  decode(bytes: Buffer): string;
}

const byteOrderMark = 0xfeff;

const latin1: Charset = {
  encode: (text) => singleByte(text, 0xff),
  decode: (bytes) => bytes.toString('latin1'),
};

const ascii: Charset = {
  encode: (text) => singleByte(text, 0x7f),
  decode: (bytes) => bytes.toString('latin1').replaceAll(/[\u0080-\u00ff]/g, '\ufffd'),
};

const utf16LittleEndian: Charset = {
  encode: (text) => Buffer.from(text, 'utf16le'),
  decode: (bytes) => bytes.toString('utf16le'),
};

const utf16BigEndian: Charset = {
  encode: (text) => Buffer.from(text, 'utf16le').swap16(),
  decode: (bytes) =>
    Buffer.from(bytes.subarray(0, bytes.length & ~1))
      .swap16()
      .toString('utf16le'),
};

/** Writes big-endian with a mark in front, as Java does; reads either, by its mark. */
const utf16: Charset = {
  encode: (text) =>
    text === '' ? Buffer.alloc(0) : utf16BigEndian.encode(String.fromCharCode(byteOrderMark) + text),
  decode: (bytes) => {
    if (bytes.length >= 2 && bytes.readUInt16LE(0) === byteOrderMark)
      return utf16LittleEndian.decode(bytes.subarray(2));
    const isMarked = bytes.length >= 2 && bytes.readUInt16BE(0) === byteOrderMark;
    return utf16BigEndian.decode(isMarked ? bytes.subarray(2) : bytes);
  },
};

const charsets: Readonly<Record<string, Charset | null>> = {
  UTF8: null,
  ISO88591: latin1,
  LATIN1: latin1,
  USASCII: ascii,
  ASCII: ascii,
  UTF16: utf16,
  UTF16BE: utf16BigEndian,
  UTF16LE: utf16LittleEndian,
};

/** By its Java name, with or without hyphens. null: UTF-8. Throws a `config` error for one that is not known. */
export function charsetOf(name: string): Charset | null {
  const charset = charsets[name.toUpperCase().replaceAll(/[-_]/g, '')];
  if (charset !== undefined) return charset;
  throw invalidValue(
    'converter.encoding',
    name,
    'Must be one of UTF-8, ISO-8859-1, US-ASCII, UTF-16, UTF-16BE, UTF-16LE',
  );
}

/** A character that the set does not have becomes a question mark, as in Java. */
function singleByte(text: string, largest: number): Buffer {
  const known = [...text].map((character) => ((character.codePointAt(0) ?? 0) > largest ? '?' : character));
  return Buffer.from(known.join(''), 'latin1');
}
