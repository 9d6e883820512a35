import { describe, expect, it } from 'vitest';
import { readJwt } from './jwt.ts';

const names = { subject: 'sub', scope: 'scope' };

function token(claims: unknown): string {
  const part = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `e30.${part}.c2ln`;
}

describe('a token', () => {
  it('tells when it was issued and when it ends', () => {
    expect(readJwt(token({ sub: 'a', exp: 1_700_000_000.5, iat: 1_600_000_000 }), names)).toEqual({
      expiresAtMs: 1_700_000_000_500,
      issuedAtMs: 1_600_000_000_000,
    });
    const own = readJwt(token({ azp: 'a', exp: 1, scp: ['x'] }), { subject: 'azp', scope: 'scp' });
    expect(own).toEqual({ expiresAtMs: 1000, issuedAtMs: null });
  });

  it('is refused when it is none, and never shown', () => {
    const bad: [string, string][] = [
      ['', 'is no JWT'],
      ['canary', 'is no JWT'],
      ['canary.canary', 'is no JWT'],
      ['a.canary\r\n.c', 'is no JWT'],
      ['a.canary.c', 'the claims of the token cannot be read'],
      [`a.${Buffer.from('[1]').toString('base64url')}.c`, 'the claims of the token cannot be read'],
      [token({ exp: 1, canary: 1 }), 'has no claim sub'],
      [token({ sub: ' ', exp: 1 }), 'has no claim sub'],
      [token({ sub: 'canary' }), 'has no claim exp'],
      [token({ sub: 'a', exp: '1' }), 'has no claim exp'],
      [token({ sub: 'a', exp: -1 }), 'has no claim exp'],
      [token({ sub: 'a', exp: 1, scope: 5 }), 'the claim scope'],
      ['a'.repeat(300_000), 'has 300000 characters'],
    ];
    for (const [text, reason] of bad) {
      expect(() => readJwt(text, names), text.slice(0, 50)).toThrow(reason);
      try {
        readJwt(text, names);
      } catch (error) {
        expect(String(error)).not.toContain('canary');
      }
    }
  });
});
