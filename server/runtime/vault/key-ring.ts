import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { ConnectError, messageOf } from '../../errors/connect-error.ts';

const keyBytes = 32;
const maxFileBytes = 64 * 1024;

/** The keys that wrap the keys of secrets. The last one of the file wraps what is written from now on. */
export class KeyRing {
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly currentId: string;

  /** `keys` in the order of the file; must not be empty. */
  constructor(keys: ReadonlyMap<string, Buffer>) {
    this.#keys = keys;
    this.currentId = [...keys.keys()].at(-1) ?? '';
  }

  /** Throws a `config` error that names the key and what to do. */
  key(id: string): Buffer {
    const key = this.#keys.get(id);
    if (key !== undefined) return key;
    throw new ConnectError(
      'config',
      `vault.key.file has no key ${id}; add its line again, before the last one`,
    );
  }
}

/** A line for a key file, with a key that is new. */
export function newKeyLine(id: string): string {
  return `${id}=${randomBytes(keyBytes).toString('base64')}\n`;
}

/** Reads a file of lines `id=base64 of 32 bytes`. Rejects with a `config` error that never shows a key. */
export async function readKeyRing(file: string): Promise<KeyRing> {
  const text = await readPrivateFile(file);
  const keys = new Map<string, Buffer>();
  for (const [index, line] of text.split('\n').entries()) {
    const content = line.trim();
    if (content === '' || content.startsWith('#')) continue;
    const place = `vault.key.file: line ${index + 1} of ${file}`;
    const at = content.indexOf('=');
    const id = content.slice(0, at).trim();
    if (at < 1 || !/^[A-Za-z0-9._-]{1,64}$/.test(id)) {
      throw new ConnectError('config', `${place} is not of the form name=key`);
    }
    const key = Buffer.from(content.slice(at + 1), 'base64');
    if (key.length !== keyBytes) {
      throw new ConnectError('config', `${place}: key ${id} must be ${keyBytes} bytes in base64`);
    }
    if (keys.has(id)) throw new ConnectError('config', `${place}: key ${id} is there twice`);
    keys.set(id, key);
  }
  if (keys.size > 0) return new KeyRing(keys);
  throw new ConnectError(
    'config',
    `vault.key.file: ${file} holds no key. Make one with: echo "k1=$(openssl rand -base64 32)" > ${file}`,
  );
}

async function readPrivateFile(file: string): Promise<string> {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    throw new ConnectError('config', `vault.key.file: ${file} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
  try {
    const { mode, size } = await handle.stat();
    if ((mode & 0o077) !== 0) {
      throw new ConnectError(
        'config',
        `vault.key.file: ${file} can be read by others than its owner. Run: chmod 600 ${file}`,
      );
    }
    if (size > maxFileBytes) {
      throw new ConnectError('config', `vault.key.file: ${file} is larger than ${maxFileBytes} bytes`);
    }
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}
