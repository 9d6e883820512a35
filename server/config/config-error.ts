import { ConnectError } from '../errors/connect-error.ts';

/** The error a validator throws: `Invalid value V for configuration K: why`. Never pass a secret as `value`. */
export function invalidValue(key: string, value: unknown, why: string): ConnectError {
  return new ConnectError('config', `Invalid value ${valueText(value)} for configuration ${key}: ${why}`);
}

function valueText(value: unknown): string {
  return Array.isArray(value) ? `[${value.join(', ')}]` : String(value);
}
