const plain = /^[A-Za-z][A-Za-z0-9_]*$/;

/**
 * A name that Protobuf takes, as the Java converter makes it: what is no letter, digit or underscore is encoded as in
 * an URL, and whatever that leaves becomes an underscore; a letter goes in front of a digit or underscore.
 */
export function scrubName(name: string): string {
  if (name === '' || plain.test(name)) return name;
  const encoded = Array.from(Buffer.from(name, 'utf8'), (byte) => {
    const character = String.fromCharCode(byte);
    if (/[A-Za-z0-9_]/.test(character)) return character;
    if (/[-.* ]/.test(character)) return '_';
    return `_${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
  return /^[0-9_]/.test(name) ? `x${encoded}` : encoded;
}
