import { describe, expect, test } from 'vitest';
import { MemoryConfigStore } from '../../storage/memory-config-store.ts';
import { isSessionKeyDue, newSessionKey, sessionKeyExpiry } from './session-keys.ts';

const settings = { algorithm: 'HmacSHA256', bytes: null, ttlMs: 1000 };

describe('session keys', () => {
  test('a key is due when there is none, and when it is too old', async () => {
    const store = new MemoryConfigStore();
    expect(isSessionKeyDue(store.snapshot(), settings, 0)).toBe(true);
    await store.putSessionKey(newSessionKey(settings, 5000));
    expect(isSessionKeyDue(store.snapshot(), settings, 5999)).toBe(false);
    expect(sessionKeyExpiry(store.snapshot(), settings)).toBe(6000);
    expect(isSessionKeyDue(store.snapshot(), settings, 6000)).toBe(true);
    const forEver = { ...settings, ttlMs: 0 };
    expect(isSessionKeyDue(store.snapshot(), forEver, 1e15)).toBe(false);
    expect(sessionKeyExpiry(store.snapshot(), forEver)).toBe(Number.POSITIVE_INFINITY);
  });

  test('a key is due when another algorithm or length is configured', async () => {
    const store = new MemoryConfigStore();
    await store.putSessionKey(newSessionKey(settings, 5000));
    expect(store.snapshot().sessionKey?.key).toHaveLength(32);
    expect(isSessionKeyDue(store.snapshot(), { ...settings, algorithm: 'HmacSHA512' }, 5000)).toBe(true);
    expect(isSessionKeyDue(store.snapshot(), { ...settings, bytes: 64 }, 5000)).toBe(true);
    expect(isSessionKeyDue(store.snapshot(), { ...settings, bytes: 32 }, 5000)).toBe(false);
  });

  test('no two keys are the same', () => {
    expect(newSessionKey(settings, 0).key).not.toEqual(newSessionKey(settings, 0).key);
  });
});
