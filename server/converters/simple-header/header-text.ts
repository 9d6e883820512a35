import { javaText } from '../../records/java-text.ts';
import type { Schema } from '../../records/schema.ts';
import { Struct } from '../../records/struct.ts';
import { kindOf, logicalNames } from '../../records/validate-value.ts';
import { dataError } from '../converter-error.ts';

const dayMs = 86_400_000;

/** The text form of a header's value: a string as it is, containers much like JSON. */
export function headerText(schema: Schema | null, value: unknown): string {
  return typeof value === 'string' ? value : embeddedText(schema, value, false);
}

function embeddedText(schema: Schema | null, value: unknown, isEmbedded: boolean): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return quoted(value);
  if (value instanceof Uint8Array)
    return isEmbedded ? quoted(javaText(schema, value)) : javaText(schema, value);
  if (value instanceof Date) return dateText(schema, value);
  if (Array.isArray(value)) {
    return `[${value.map((item) => embeddedText(schema?.valueSchema ?? null, item, true)).join(',')}]`;
  }
  if (value instanceof Map) {
    const entries = [...value].map(
      ([key, item]) =>
        `${embeddedText(schema?.keySchema ?? null, key, true)}:${embeddedText(schema?.valueSchema ?? null, item, true)}`,
    );
    return `{${entries.join(',')}}`;
  }
  if (value instanceof Struct) {
    const entries = value.schema.fields.map(
      (field) => `${quoted(field.name)}:${embeddedText(field.schema, value.get(field.name), true)}`,
    );
    return `{${entries.join(',')}}`;
  }
  if (typeof value === 'function' || typeof value === 'symbol') {
    throw dataError(`Failed to serialize unexpected value type ${kindOf(value)}`);
  }
  return javaText(schema, value);
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** The first day of the epoch shows as a time of day and other midnights as days, as in Java; always in UTC. */
function dateText(schema: Schema | null, date: Date): string {
  const ms = date.getTime();
  if (Number.isNaN(ms)) throw dataError('A header has an invalid date.');
  const iso = date.toISOString();
  if (schema?.name === logicalNames.date) return iso.slice(0, iso.indexOf('T'));
  if (ms >= 0 && ms < dayMs) return iso.slice(iso.indexOf('T') + 1);
  return ms % dayMs === 0 ? iso.slice(0, iso.indexOf('T')) : iso;
}
