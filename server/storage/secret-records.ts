import { ConnectError } from '../errors/connect-error.ts';
import type { StoredSecret } from './secret-store.ts';

export function encodeSecret(secret: StoredSecret): string {
  const { name, version, fieldNames, updatedAt, updatedBy, keyId, wrappedKey, sealed } = secret;
  return JSON.stringify({ name, version, fieldNames, updatedAt, updatedBy, keyId, wrappedKey, sealed });
}

/** Throws a `data` error for what is no stored secret. */
export function decodeSecret(text: string): StoredSecret {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new ConnectError('data', 'it is no JSON');
  }
  if (!isStoredSecret(parsed)) throw new ConnectError('data', 'it is no sealed secret');
  return parsed;
}

function isStoredSecret(value: unknown): value is StoredSecret {
  if (typeof value !== 'object' || value === null) return false;
  const { version, fieldNames, updatedAt, ...texts } = value as Partial<Record<keyof StoredSecret, unknown>>;
  return (
    Number.isSafeInteger(version) &&
    typeof updatedAt === 'number' &&
    Array.isArray(fieldNames) &&
    fieldNames.every((name) => typeof name === 'string') &&
    [texts.name, texts.updatedBy, texts.keyId, texts.wrappedKey, texts.sealed].every(
      (text) => typeof text === 'string',
    )
  );
}
