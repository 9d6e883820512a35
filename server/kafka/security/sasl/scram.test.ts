import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { SaslExchange } from './mechanism.ts';
import { scramMechanism } from './scram.ts';

function begin(username: string, password: string, nonce: string): SaslExchange {
  return scramMechanism('SCRAM-SHA-256', { username, password }, () => nonce).begin();
}

async function answer(exchange: SaslExchange, message: string): Promise<string | undefined> {
  return (await exchange.next(Buffer.from(message)))?.toString();
}

/** The broker's part, by the book. */
function serverFor(digest: 'sha256' | 'sha512', password: string, salt: Buffer, iterations: number) {
  const length = digest === 'sha256' ? 32 : 64;
  const salted = pbkdf2Sync(password, salt, iterations, length, digest);
  const storedKey = createHash(digest)
    .update(createHmac(digest, salted).update('Client Key').digest())
    .digest();
  const serverKey = createHmac(digest, salted).update('Server Key').digest();
  return {
    final(clientFirst: string, serverFirst: string, clientFinal: string): string {
      const proof = Buffer.from(clientFinal.split(',p=')[1] ?? '', 'base64');
      const auth = `${clientFirst.slice(3)},${serverFirst},${clientFinal.split(',p=')[0]}`;
      const signature = createHmac(digest, storedKey).update(auth).digest();
      const clientKey = signature.map((byte, i) => byte ^ (proof[i] ?? 0));
      if (!createHash(digest).update(clientKey).digest().equals(storedKey)) return 'e=invalid-proof';
      return `v=${createHmac(digest, serverKey).update(auth).digest('base64')}`;
    },
  };
}

describe('SCRAM', () => {
  const serverFirst =
    'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096';
  const serverFinal = 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=';

  it('says what RFC 7677 shows', async () => {
    const exchange = begin('user', 'pencil', 'rOprNGfwEbeRWgbNEkqO');
    expect(String(await exchange.start())).toBe('n,,n=user,r=rOprNGfwEbeRWgbNEkqO');
    expect(await answer(exchange, serverFirst)).toBe(
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    );
    expect(await answer(exchange, serverFinal)).toBeUndefined();
  });

  it('logs in with names and passwords of any characters', async () => {
    const [username, password] = ['a=b,c,ü', 'pässwörd ,=\u{1f511}'];
    for (const [name, digest] of [
      ['SCRAM-SHA-256', 'sha256'],
      ['SCRAM-SHA-512', 'sha512'],
    ] as const) {
      const exchange = scramMechanism(name, { username, password }).begin();
      const clientFirst = String(await exchange.start());
      expect(clientFirst).toContain('n=a=3Db=2Cc=2Cü,');
      const salt = Buffer.from('0123456789');
      const first = `r=${clientFirst.split(',r=')[1]}more,s=${salt.toString('base64')},i=8192`;
      const final = (await answer(exchange, first)) ?? '';
      const last = serverFor(digest, password, salt, 8192).final(clientFirst, first, final);
      expect(await answer(exchange, last)).toBeUndefined();
    }
  });

  it('marks the login of a delegation token', async () => {
    const token = { username: 'id', password: 'hmac', isToken: true };
    const start = await scramMechanism('SCRAM-SHA-256', token, () => 'n')
      .begin()
      .start();
    expect(String(start)).toBe('n,,n=id,r=n,tokenauth=true');
  });

  it("refuses a broker's first message that is not as it must be", async () => {
    const bad: [string, string][] = [
      ['r=another,s=W22Z,i=4096', "does not continue the client's"],
      ['r=mine,s=W22Z,i=4096', "does not continue the client's"],
      ['r=mine-more,s=W22Z,i=4095', 'asks for 4095 iterations'],
      ['r=mine-more,s=W22Z,i=1000001', 'asks for 1000001 iterations'],
      ['r=mine-more,s=W22Z,i=99999999999', 'cannot be read'],
      ['r=mine-more,s=W22Z,i=-1', 'cannot be read'],
      ['r=mine-more,s=,i=4096', 'cannot be read'],
      ['m=ext,r=mine-more,s=W22Z,i=4096', 'cannot be read'],
      ['', 'cannot be read'],
    ];
    for (const [message, reason] of bad) {
      await expect(answer(begin('user', 'pencil', 'mine'), message), message).rejects.toThrow(reason);
    }
  });

  it('refuses a broker that cannot prove that it knows the password', async () => {
    const bad: [string, string][] = [
      ['v=AAAATRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=', 'does not know the password either'],
      ['v=6rri', 'does not know the password either'],
      ['', 'does not know the password either'],
      ['e=other-error', 'the broker answers: other-error'],
    ];
    for (const [message, reason] of bad) {
      const exchange = begin('user', 'pencil', 'rOprNGfwEbeRWgbNEkqO');
      await answer(exchange, serverFirst);
      await expect(answer(exchange, message), message).rejects.toThrow(reason);
    }
  });
});
