import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from './file-io.ts';

/** The first readable offset, when it is not that of the first segment; kept beside the segments. */
export const logStartFileName = 'log-start-offset';

export function readLogStart(folder: string): number {
  const offset = Number(readFileSync(join(folder, logStartFileName), 'utf8'));
  return Number.isSafeInteger(offset) && offset >= 0 ? offset : 0;
}

export function writeLogStart(folder: string, offset: number): void {
  replaceFile(join(folder, logStartFileName), `${offset}\n`);
}
