import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConnectError, messageOf } from '../errors/connect-error.ts';
import { replaceFile } from './log/file-io.ts';

/** The folder of one broker, held for as long as it runs. */
export interface DataFolder {
  readonly path: string;
  readonly clusterId: string;
  /** Whether the former broker handed everything to the disk before it ended. */
  readonly wasClosedCleanly: boolean;
  /** Releases the folder; `isClean` when all logs are on disk. */
  release(isClean: boolean): void;
}

/** Creates the folder if need be and takes hold of it. Throws a `config` error that names it when that cannot be. */
export function openDataFolder(path: string): DataFolder {
  const folder = resolve(path);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'write-test'), '');
    rmSync(join(folder, 'write-test'));
  } catch (error) {
    throw new ConnectError(
      'config',
      `the data folder ${folder} cannot be written (${messageOf(error)}); choose another or change its permissions`,
      { cause: error },
    );
  }
  const lock = lockFolder(folder);
  const cleanMark = join(folder, 'closed-cleanly');
  const wasClosedCleanly = existsSync(cleanMark);
  rmSync(cleanMark, { force: true });
  return {
    path: folder,
    clusterId: readClusterId(folder),
    wasClosedCleanly,
    release(isClean) {
      if (isClean) writeFileSync(cleanMark, '');
      lock.close();
    },
  };
}

/**
 * Holds an exclusive SQLite lock on a file: unlike a file with a process id in it, the system takes the lock back
 * however the process ends, so there is nothing stale to judge.
 */
function lockFolder(folder: string): DatabaseSync {
  const lock = new DatabaseSync(join(folder, 'lock.db'));
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE; COMMIT;');
    return lock;
  } catch (error) {
    lock.close();
    throw new ConnectError(
      'config',
      `the data folder ${folder} is in use by another broker; stop that one or choose another folder`,
      { cause: error },
    );
  }
}

function readClusterId(folder: string): string {
  const file = join(folder, 'cluster-id');
  const known = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (/^[\w-]{22}$/.test(known)) return known;
  const clusterId = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');
  replaceFile(file, `${clusterId}\n`);
  return clusterId;
}
