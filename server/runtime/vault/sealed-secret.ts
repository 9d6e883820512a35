import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ConnectError } from '../../errors/connect-error.ts';
import type { StoredSecret } from '../../storage/secret-store.ts';
import type { KeyRing } from './key-ring.ts';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;

export interface OpenSecret {
  readonly name: string;
  readonly version: number;
  readonly fields: ReadonlyMap<string, string>;
  readonly updatedAt: number;
  readonly updatedBy: string;
}

/**
 * Envelope encryption: each version has a key of its own, which the ring's current key wraps. Name, version and field
 * names are authenticated, so that a record moved to another name or version does not open.
 */
export function sealSecret(secret: OpenSecret, keys: KeyRing): StoredSecret {
  const { name, version, fields, updatedAt, updatedBy } = secret;
  const fieldNames = [...fields.keys()];
  const ownKey = randomBytes(keyBytes);
  const values = JSON.stringify(Object.fromEntries(fields));
  const sealed = encrypt(ownKey, Buffer.from(values), contentLabel({ name, version, fieldNames }));
  const keyId = keys.currentId;
  const wrappedKey = encrypt(keys.key(keyId), ownKey, keyLabel({ name, version, keyId }));
  return { name, version, fieldNames, updatedAt, updatedBy, keyId, wrappedKey, sealed };
}

/** Throws a `config` error for a secret that was tampered with or whose key is missing. */
export function openSecret(stored: StoredSecret, keys: KeyRing): ReadonlyMap<string, string> {
  const ownKey = unwrap(stored, keys);
  const text = decrypt(stored, ownKey, stored.sealed, contentLabel(stored)).toString('utf8');
  return new Map(Object.entries(JSON.parse(text) as Record<string, string>));
}

/** The same version under the ring's current key; the values are not looked at. */
export function rewrapSecret(stored: StoredSecret, keys: KeyRing): StoredSecret {
  const keyId = keys.currentId;
  const wrappedKey = encrypt(keys.key(keyId), unwrap(stored, keys), keyLabel({ ...stored, keyId }));
  return { ...stored, keyId, wrappedKey };
}

function unwrap(stored: StoredSecret, keys: KeyRing): Buffer {
  return decrypt(stored, keys.key(stored.keyId), stored.wrappedKey, keyLabel(stored));
}

function contentLabel({
  name,
  version,
  fieldNames,
}: Pick<StoredSecret, 'name' | 'version' | 'fieldNames'>): string {
  return JSON.stringify(['fields', name, version, fieldNames]);
}

function keyLabel({ name, version, keyId }: Pick<StoredSecret, 'name' | 'version' | 'keyId'>): string {
  return JSON.stringify(['key', name, version, keyId]);
}

function encrypt(key: Buffer, content: Buffer, label: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(label));
  const encrypted = Buffer.concat([cipher.update(content), cipher.final()]);
  return Buffer.concat([nonce, encrypted, cipher.getAuthTag()]).toString('base64');
}

function decrypt({ name, version }: StoredSecret, key: Buffer, text: string, label: string): Buffer {
  try {
    const bytes = Buffer.from(text, 'base64');
    const end = bytes.length - tagBytes;
    if (end < nonceBytes) throw new RangeError('too short');
    const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    })
      .setAAD(Buffer.from(label))
      .setAuthTag(bytes.subarray(end));
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, end)), decipher.final()]);
  } catch {
    // The cause would say nothing more, and must not say anything of the content.
    throw new ConnectError(
      'config',
      `Secret ${name} version ${version} does not open: it was changed or damaged, or a key of vault.key.file is not the one it was sealed with`,
    );
  }
}
