import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ConnectError, messageOf } from '../errors/connect-error.ts';

/**
 * Creates the folder if need be and tries a file in it. Throws a `config` error that names it when that cannot be.
 * One level after the other: Node's recursive mkdir never ends in places such as /proc, where a parent exists and
 * takes no folder.
 */
export function ensureWritableFolder(path: string): void {
  try {
    makeFolder(resolve(path));
    const probe = join(path, `.write-test-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new ConnectError(
      'config',
      `The data folder ${path} cannot be written (${messageOf(error)}): choose another with --data or change its permissions.`,
      { cause: error },
    );
  }
}

function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}
