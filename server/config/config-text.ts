import type { ConfigType } from './config-key.ts';
import { hiddenText } from './password.ts';

/** A parsed value or default as REST and documents show it. */
export function configText(type: ConfigType, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (type === 'PASSWORD') return hiddenText;
  if (Array.isArray(value)) return value.join(',');
  if (type === 'DOUBLE' && typeof value === 'number') return doubleText(value);
  return String(value);
}

/** Shows a double as Java does: always with a fraction, with `E` below 0.001 and from ten million. */
function doubleText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e7)) {
    return Number.isInteger(value) ? `${value}.0` : String(value);
  }
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${exponent.replace('+', '')}`;
}
