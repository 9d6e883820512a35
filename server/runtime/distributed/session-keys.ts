import { randomBytes } from 'node:crypto';
import type { ConfigSnapshot, SessionKey } from '../../storage/config-store.ts';

export interface SessionKeySettings {
  /** `inter.worker.key.generation.algorithm`. */
  readonly algorithm: string;
  /** `inter.worker.key.size`; null: as usual for the algorithm. */
  readonly bytes: number | null;
  /** `inter.worker.key.ttl.ms`; 0: for ever. */
  readonly ttlMs: number;
}

/** Lengths that Java's key generators choose. */
const usualBytes: Readonly<Record<string, number>> = {
  HmacMD5: 64,
  HmacSHA1: 64,
  HmacSHA224: 28,
  HmacSHA256: 32,
  HmacSHA384: 48,
  HmacSHA512: 64,
};

function keyBytes({ algorithm, bytes }: SessionKeySettings): number {
  return bytes ?? usualBytes[algorithm] ?? 32;
}

/** A new key is due: none known, too old, or not of the kind that is configured. */
export function isSessionKeyDue(
  snapshot: ConfigSnapshot,
  settings: SessionKeySettings,
  now: number,
): boolean {
  const known = snapshot.sessionKey;
  if (known === null || known.algorithm !== settings.algorithm) return true;
  if (known.key.length !== keyBytes(settings)) return true;
  return settings.ttlMs > 0 && known.createdAt + settings.ttlMs <= now;
}

/** Milliseconds since the epoch; infinite when keys do not age. */
export function sessionKeyExpiry(snapshot: ConfigSnapshot, { ttlMs }: SessionKeySettings): number {
  const known = snapshot.sessionKey;
  return known === null || ttlMs === 0 ? Number.POSITIVE_INFINITY : known.createdAt + ttlMs;
}

export function newSessionKey(settings: SessionKeySettings, now: number): SessionKey {
  return { key: randomBytes(keyBytes(settings)), algorithm: settings.algorithm, createdAt: now };
}
