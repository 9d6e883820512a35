export const schemaNameAdjustmentModes = ['none', 'avro', 'avro_unicode'] as const;

/** A name that is one of Avro's full names: what cannot stand in it becomes `_`, or its code. */
export function adjustedName(name: string, mode: string): string {
  const how = mode.trim().toLowerCase();
  if (how === 'none' || name === '') return name;
  if (how === 'avro_unicode') return unicodeName(name);
  const first = name.charAt(0);
  const rest = name.slice(1).replace(/[^A-Za-z0-9_.]/g, '_');
  if (/[A-Za-z_]/.test(first)) return first + rest;
  return `_${/\p{Nd}/u.test(first) ? first : ''}${rest}`;
}

/** The underscore begins such a code, so it needs one itself. */
function unicodeName(name: string): string {
  const first = name.charAt(0);
  return (/[A-Za-z]/.test(first) ? first : code(first)) + name.slice(1).replace(/[^A-Za-z0-9.]/g, code);
}

/** Two digits are filled up to four, three stay three, as Debezium does it. */
function code(character: string): string {
  const hex = character.charCodeAt(0).toString(16);
  return `_u${hex.length <= 2 ? '00' : ''}${hex}`;
}
