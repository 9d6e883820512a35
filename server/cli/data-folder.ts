import { join, resolve } from 'node:path';
import { tryLock } from '../broker/exclusive-lock.ts';
import { ensureWritableFolder } from '../broker/writable-folder.ts';
import { ConnectError } from '../errors/connect-error.ts';

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
  ensureWritableFolder(path);
  const lock = tryLock(join(path, 'millrace.lock'));
  if (lock === null) {
    throw new ConnectError(
      'config',
      `The data folder ${path} is in use by another Millrace: stop that one, or choose another folder with --data.`,
    );
  }
  return { path, release: () => lock.release() };
}
