import { readFileSync, statSync } from 'node:fs';
import { ConnectError, messageOf } from '../errors/connect-error.ts';

/** A text file of a stranger: never more than the bound. Throws a `config` error that names the file. */
export function readBoundedText(path: string, name: string, maxBytes: number): string {
  try {
    const stats = statSync(path);
    if (!stats.isFile()) throw new ConnectError('config', `${name} is not a file`);
    if (stats.size > maxBytes) {
      throw new ConnectError('config', `${name} has ${stats.size} bytes, at most ${maxBytes} are read`);
    }
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof ConnectError) throw cause;
    throw new ConnectError('config', `${name} cannot be read: ${codeOrMessage(cause)}`, { cause });
  }
}

function codeOrMessage(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : messageOf(error);
}
