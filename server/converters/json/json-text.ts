/** Anything but plain characters: controls, the quote, the backslash, halves of characters beyond 16 bits. */
const special = /[^ -!#-[\]-\ud7ff\ue000-\uffff]/;
const escapeSequence = /\\(?:u[0-9a-f]{4}|.)/g;
const surrogate = /[\ud800-\udfff]/g;

/** A string in JSON, byte for byte as the Java converter writes it: equal keys must keep going to equal partitions. */
export function jsonText(text: string): string {
  if (!special.test(text)) return `"${text}"`;
  // Digits of escapes are in upper case, and characters beyond 16 bits are escaped as two halves.
  return JSON.stringify(text).replaceAll(escapeSequence, upperCased).replaceAll(surrogate, escaped);
}

function upperCased(found: string): string {
  return found.length > 2 ? `\\u${found.slice(2).toUpperCase()}` : found;
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).toUpperCase()}`;
}
