import type { AvroDataOptions } from './avro-data-options.ts';

const startsWell = /^[A-Za-z_]/;
const invalid = /[^A-Za-z0-9_]/g;
const unescaped = /^[A-Za-z0-9.*_-]$/;

/** A name that Avro takes: encoded as in a URL, then everything but letters, digits and `_` made `_`. */
export function scrubName(name: string, options: AvroDataOptions): string {
  if (!options.scrubsNames) return name;
  let encoded = '';
  for (const character of name) {
    if (unescaped.test(character)) encoded += character;
    else if (character === ' ') encoded += '+';
    else
      for (const byte of Buffer.from(character))
        encoded += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return (startsWell.test(encoded) ? encoded : `x${encoded}`).replaceAll(invalid, '_');
}

/** The same for the last part of a name with dots. */
export function scrubFullName(name: string, options: AvroDataOptions): string {
  const dot = name.lastIndexOf('.') + 1;
  return name.slice(0, dot) + scrubName(name.slice(dot), options);
}
