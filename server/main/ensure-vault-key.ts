import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { newKeyLine } from '../runtime/vault/key-ring.ts';

/** The key file of the vault in a data folder, made at the first start. */
export function ensureVaultKey(folder: string): string {
  const file = join(folder, 'vault.key');
  let handle: number;
  try {
    handle = openSync(file, 'wx', 0o600);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return file;
    throw error;
  }
  try {
    writeSync(handle, newKeyLine('k1'));
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return file;
}
