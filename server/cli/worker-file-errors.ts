import { ConnectError, codeOf, messageOf } from '../errors/connect-error.ts';
import type { Loggers } from '../main.ts';

/** Says which file a wrong setting is in. */
export async function atFile<T>(file: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) !== 'config' || file === '') throw error;
    throw new ConnectError('config', `${file}: ${messageOf(error)}`, { cause: error });
  }
}

export function warnOfDuplicates(loggers: Loggers, file: string, keys: readonly string[]): void {
  for (const key of keys) {
    loggers.logger('millrace.cli').warn(`${file}: ${key} is there more than once, the last one counts`);
  }
}
