import { DatabaseSync } from 'node:sqlite';

export interface ExclusiveLock {
  release(): void;
}

/**
 * Takes hold of a file among all processes; null when another one has it. It is a lock on a database, because the
 * system gives that back however the process ends; a file with a process id in it would go stale.
 */
export function tryLock(file: string): ExclusiveLock | null {
  const lock = new DatabaseSync(file);
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE; COMMIT;');
    return { release: () => lock.close() };
  } catch {
    lock.close();
    return null;
  }
}
