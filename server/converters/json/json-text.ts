/** Anything but plain characters: controls, the quote, the backslash, halves of characters beyond 16 bits. */
const special = /[^ -!#-[\]-\ud7ff\ue000-\uffff]/;
/** Up to this length looking at each character is faster than a regular expression. */
const shortText = 48;
const escapeSequence = /\\(?:u[0-9a-f]{4}|.)/g;
const surrogate = /[\ud800-\udfff]/g;

/** A string in JSON, byte for byte as the Java converter writes it: equal keys must keep going to equal partitions. */
export function jsonText(text: string): string {
  if (isPlain(text)) return `"${text}"`;
  // Digits of escapes are in upper case, and characters beyond 16 bits are escaped as two halves.
  return JSON.stringify(text).replaceAll(escapeSequence, upperCased).replaceAll(surrogate, escaped);
}

function upperCased(found: string): string {
  return found.length > 2 ? `\\u${found.slice(2).toUpperCase()}` : found;
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).toUpperCase()}`;
}

function isPlain(text: string): boolean {
  if (text.length > shortText) return !special.test(text);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code === 0x22 || code === 0x5c || (code >= 0xd800 && code < 0xe000)) return false;
  }
  return true;
}
