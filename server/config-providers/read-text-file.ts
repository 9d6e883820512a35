import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { ConnectError } from '../errors/connect-error.ts';

const maxBytes = 10 * 1024 * 1024;

/** A regular file as UTF-8 text. Rejects for anything else, so that no device or pipe is waited for. */
export async function readTextFile(path: string): Promise<string> {
  // Without O_NONBLOCK, opening a pipe would wait for its writer.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new ConnectError('config', `${path} is no regular file`);
    if (stats.size > maxBytes) {
      throw new ConnectError(
        'config',
        `${path} has ${stats.size} bytes, config providers read at most ${maxBytes}`,
      );
    }
    const bytes = await file.readFile();
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } finally {
    await file.close();
  }
}
