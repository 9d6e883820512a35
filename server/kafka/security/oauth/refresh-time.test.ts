import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refreshAtMs } from './refresh-time.ts';

const settings = { windowFactor: 0.8, windowJitter: 0.05, minPeriodMs: 60_000, bufferMs: 300_000 };
const now = 1_000_000_000;

describe('the time to renew a token', () => {
  it('is after a share of its life', () => {
    const hour = { issuedAtMs: now, expiresAtMs: now + 3_600_000 };
    expect(refreshAtMs(settings, hour, now, () => 0)).toBe(now + 2_880_000);
    expect(refreshAtMs(settings, hour, now, () => 1)).toBe(now + 3_060_000);
    // Issued a while ago: the share is of its whole life.
    const older = { issuedAtMs: now - 1_800_000, expiresAtMs: now + 1_800_000 };
    expect(refreshAtMs(settings, older, now, () => 0)).toBe(now + 1_080_000);
    expect(refreshAtMs(settings, { ...hour, issuedAtMs: null }, now, () => 0)).toBe(now + 2_880_000);
  });

  it('keeps the buffer before the end, and the shortest period', () => {
    const tenMinutes = { issuedAtMs: now, expiresAtMs: now + 600_000 };
    expect(refreshAtMs(settings, tenMinutes, now, () => 0)).toBe(now + 300_000);
    const nearlyOver = { issuedAtMs: now - 100_000_000, expiresAtMs: now + 400_000 };
    expect(refreshAtMs(settings, nearlyOver, now, () => 0)).toBe(now + 60_000);
  });

  it('is the share alone where buffer and period do not fit', () => {
    const short = { issuedAtMs: now, expiresAtMs: now + 60_000 };
    expect(refreshAtMs(settings, short, now, () => 0)).toBe(now + 48_000);
  });

  it('is never in the past, and before the end of what has a life left', () => {
    const lives = fc.tuple(
      fc.nat(10_000_000),
      fc.integer({ min: 1, max: 10_000_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(lives, ([age, left, random]) => {
        const token = { issuedAtMs: now - age, expiresAtMs: now + left };
        const at = refreshAtMs(settings, token, now, () => random);
        expect(at).toBeGreaterThanOrEqual(now);
        expect(at).toBeLessThanOrEqual(token.expiresAtMs);
      }),
    );
  });
});
