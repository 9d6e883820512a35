import { doubleText, floatText } from './java-number-text.ts';
import type { Schema } from './schema.ts';

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Any Connect value as text, the way Java's `toString` shows it: `Struct{a=1}`, `{a=1}`, `[1, 2]`, `1.0`. The schema
 * tells floats from doubles; null: a number is a double. Bytes are shown in base64, and dates in UTC, where Java
 * would print an address in memory and the time zone of the machine.
 */
export function javaText(schema: Schema | null, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(schema, value);
  if (typeof value !== 'object' || value === null) return value === undefined ? 'null' : String(value);
  if (value instanceof Uint8Array) {
    return Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64');
  }
  if (value instanceof Date) return dateText(value);
  const valueSchema = schema?.valueSchema ?? null;
  if (Array.isArray(value)) return `[${value.map((item) => javaText(valueSchema, item)).join(', ')}]`;
  if (value instanceof Map) {
    const keySchema = schema?.keySchema ?? null;
    const entries = [...value].map(
      ([key, item]) => `${javaText(keySchema, key)}=${javaText(valueSchema, item)}`,
    );
    return `{${entries.join(', ')}}`;
  }
  return String(value);
}

function numberText(schema: Schema | null, value: number): string {
  switch (schema?.type) {
    case 'INT8':
    case 'INT16':
    case 'INT32':
      return String(value);
    case 'FLOAT32':
      return floatText(value);
    default:
      return doubleText(value);
  }
}

function dateText(date: Date): string {
  if (Number.isNaN(date.getTime())) return 'Invalid date';
  const two = (number: number) => String(number).padStart(2, '0');
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  const day = `${weekdays[date.getUTCDay()]} ${months[date.getUTCMonth()]} ${two(date.getUTCDate())}`;
  return `${day} ${time} UTC ${String(date.getUTCFullYear()).padStart(4, '0')}`;
}
