import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConnectError, messageOf } from '../errors/connect-error.ts';
import { tryLock } from './exclusive-lock.ts';

export interface DataFolder {
  readonly path: string;
  release(): void;
}

export const installFolder = resolve(import.meta.dirname, '../..');

/** The folder given with `--data`, or `.data` beside the sources. */
export function dataPath(option: string | undefined): string {
  return resolve(option ?? join(installFolder, '.data'));
}

/** Creates the folder if need be and takes hold of it. Throws a `config` error that names it when that cannot be. */
export function openDataFolder(path: string): DataFolder {
  try {
    mkdirSync(path, { recursive: true });
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
  const lock = tryLock(join(path, 'millrace.lock'));
  if (lock === null) {
    throw new ConnectError(
      'config',
      `The data folder ${path} is in use by another Millrace: stop that one, or choose another folder with --data.`,
    );
  }
  return { path, release: () => lock.release() };
}
