import { readFileSync, statSync } from 'node:fs';
import { type JavaProperties, parseJavaProperties } from '../config/java-properties.ts';
import { ConnectError } from '../errors/connect-error.ts';

const maxBytes = 16 * 1024 * 1024;

/** Reads a file of settings. Throws a `config` error that names it. */
export function readSettingsFile(path: string): Buffer {
  try {
    const { size } = statSync(path);
    if (size > maxBytes) {
      throw new ConnectError('config', `${path} has ${size} bytes, settings files have at most ${maxBytes}`);
    }
    return readFileSync(path);
  } catch (error) {
    const reason = fileProblems[(error as NodeJS.ErrnoException).code ?? ''];
    if (reason === undefined) throw error;
    throw new ConnectError('config', `${path} ${reason}`, { cause: error });
  }
}

const fileProblems: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EISDIR: 'is a folder, not a file of settings',
  EACCES: 'may not be read by this user',
};

/** The settings of a worker. An empty path means none, as in Kafka's scripts. */
export function readWorkerFile(path: string): JavaProperties {
  if (path === '') return { entries: {}, duplicates: [] };
  return parseJavaProperties(readSettingsFile(path).toString('latin1'), path);
}
