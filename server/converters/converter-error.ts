import { ConnectError } from '../errors/connect-error.ts';

/** A record that cannot be converted; the worker's error handling decides what becomes of it. */
export function dataError(message: string, cause?: unknown): ConnectError {
  return new ConnectError('data', message, { cause });
}
