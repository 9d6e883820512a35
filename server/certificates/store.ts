import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ConnectError, messageOf } from '../errors/connect-error.ts';

/** What a trust store or key store holds, whatever its format. */
export interface StoreContents {
  readonly trusted: readonly Buffer[];
  readonly privateKeys: readonly StoredKey[];
}

export interface StoredKey {
  /** PKCS#8, DER, not encrypted. */
  readonly key: Buffer;
  /** DER, the key's own certificate first. */
  readonly chain: readonly Buffer[];
}

export interface StorePasswords {
  /** Null: the integrity of the store is not checked. */
  readonly store: string | null;
  /** Of private keys; null: that of the store. */
  readonly key: string | null;
}

/** Thrown by the readers of formats: what is wrong with the bytes or the password. Never holds a secret. */
export class BadStore extends Error {}

/** Larger than any bundle of all public authorities by far. */
const maxStoreBytes = 16 * 1024 * 1024;

/** Reads a store file; throws a `config` error that names the key, the file and the reason. */
export function readStoreFile(key: string, path: string): Buffer {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new BadStore('it is not a file');
    if (stat.size > maxStoreBytes) {
      throw new BadStore(`it has ${stat.size} bytes, and a store has at most ${maxStoreBytes}`);
    }
    const bytes = Buffer.alloc(stat.size);
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
  } catch (error) {
    throw storeError(key, path, messageOf(error));
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

export function storeError(key: string, path: string | null, reason: string): ConnectError {
  const where = path === null ? `The value of ${key}` : `${path}, named by ${key},`;
  return new ConnectError('config', `${where} cannot be used: ${reason}`, { details: { key } });
}
