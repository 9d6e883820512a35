const escapeSequence = /\\(?:u[0-9a-f]{4}|.)/g;
const surrogate = /[\ud800-\udfff]/g;

/** A string in JSON, byte for byte as the Java converter writes it: equal keys must keep going to equal partitions. */
export function jsonText(text: string): string {
  const json = JSON.stringify(text);
  // Escapes with digits have them in upper case, and characters beyond 16 bits are always escaped.
  const upper =
    json.length > text.length + 2 && json.includes('\\u')
      ? json.replaceAll(escapeSequence, upperCased)
      : json;
  return json.search(surrogate) === -1 ? upper : upper.replaceAll(surrogate, escaped);
}

function upperCased(found: string): string {
  return found.length > 2 ? `\\u${found.slice(2).toUpperCase()}` : found;
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).toUpperCase()}`;
}
