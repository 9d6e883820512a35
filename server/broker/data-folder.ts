import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConnectError } from '../errors/connect-error.ts';
import { tryLock } from './exclusive-lock.ts';
import { replaceFile } from './log/file-io.ts';
import { ensureWritableFolder } from './writable-folder.ts';

/** The folder of one broker, held for as long as it runs. */
export interface DataFolder {
  readonly path: string;
  readonly clusterId: string;
  /** Gives the folder to others; not before all files in it are closed. */
  release(): void;
}

/** Creates the folder if need be and takes hold of it. Throws a `config` error that names it when that cannot be. */
export function openDataFolder(path: string): DataFolder {
  const folder = resolve(path);
  ensureWritableFolder(folder);
  const lock = tryLock(join(folder, 'lock.db'));
  if (lock === null) {
    throw new ConnectError(
      'config',
      `The data folder ${folder} is in use by another broker; stop that one or choose another folder`,
    );
  }
  return { path: folder, clusterId: readClusterId(folder), release: () => lock.release() };
}

function readClusterId(folder: string): string {
  const file = join(folder, 'cluster-id');
  const known = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (/^[\w-]{22}$/.test(known)) return known;
  const clusterId = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');
  replaceFile(file, `${clusterId}\n`);
  return clusterId;
}
