/** A string in JSON, byte for byte as the Java converter writes it. */
export function jsonText(text: string): string {
  const json = JSON.stringify(text);
  // Control characters are the only escapes with digits, and Java writes those digits in upper case.
  return json.length > text.length + 2 && json.includes('\\u')
    ? json.replaceAll(escapeSequence, upperCased)
    : json;
}

const escapeSequence = /\\(?:u00[0-9a-f]{2}|.)/g;

function upperCased(found: string): string {
  return found.length > 2 ? `\\u${found.slice(2).toUpperCase()}` : found;
}
