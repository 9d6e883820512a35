import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { type SaslExchange, type SaslMechanism, SaslRejection } from './mechanism.ts';

const derive = promisify(pbkdf2);

export const scramDigests = { 'SCRAM-SHA-256': 'sha256', 'SCRAM-SHA-512': 'sha512' } as const;
export type ScramName = keyof typeof scramDigests;

/** What Kafka asks for at least; fewer would make the password cheap to guess. */
const minIterations = 4096;
/** Kafka's brokers allow 16384; more than this only serves to keep the client busy. */
const maxIterations = 1_000_000;

export interface ScramCredentials {
  readonly username: string;
  readonly password: string;
  /** Name and password are those of a delegation token. */
  readonly isToken?: boolean;
}

/**
 * RFC 5802. As in Kafka, names and passwords are taken as they are, in UTF-8, without SASLprep. `nonce` is for tests.
 */
export function scramMechanism(
  name: ScramName,
  credentials: ScramCredentials,
  nonce: () => string = () => randomBytes(24).toString('base64url'),
): SaslMechanism {
  return { name, begin: () => new ScramExchange(scramDigests[name], credentials, nonce()) };
}

class ScramExchange implements SaslExchange {
  readonly #digest: string;
  readonly #credentials: ScramCredentials;
  readonly #nonce: string;
  readonly #clientFirst: string;
  #serverSignature: Buffer | null = null;
  #isVerified = false;

  constructor(digest: string, credentials: ScramCredentials, nonce: string) {
    this.#digest = digest;
    this.#credentials = credentials;
    this.#nonce = nonce;
    const name = credentials.username.replaceAll('=', '=3D').replaceAll(',', '=2C');
    this.#clientFirst = `n=${name},r=${nonce}${credentials.isToken === true ? ',tokenauth=true' : ''}`;
  }

  start(): Buffer {
    return Buffer.from(`n,,${this.#clientFirst}`, 'utf8');
  }

  async next(challenge: Buffer): Promise<Buffer | undefined> {
    if (this.#isVerified) throw new SaslRejection('the broker goes on after its last message');
    const message = challenge.toString('utf8');
    if (this.#serverSignature === null) return await this.#answer(message);
    this.#verify(message, this.#serverSignature);
    return undefined;
  }

  async #answer(serverFirst: string): Promise<Buffer> {
    const { nonce, salt, iterations } = readServerFirst(serverFirst);
    if (!nonce.startsWith(this.#nonce) || nonce.length === this.#nonce.length) {
      throw new SaslRejection(
        "the broker's nonce does not continue the client's; somebody may be in between",
      );
    }
    const digest = this.#digest;
    const length = createHash(digest).digest().length;
    const salted = await derive(
      Buffer.from(this.#credentials.password, 'utf8'),
      salt,
      iterations,
      length,
      digest,
    );
    const clientKey = createHmac(digest, salted).update('Client Key').digest();
    const withoutProof = `c=biws,r=${nonce}`;
    const authMessage = `${this.#clientFirst},${serverFirst},${withoutProof}`;
    const storedKey = createHash(digest).update(clientKey).digest();
    const proof = createHmac(digest, storedKey).update(authMessage).digest();
    for (let i = 0; i < proof.length; i++) proof[i] = (proof[i] ?? 0) ^ (clientKey[i] ?? 0);
    const serverKey = createHmac(digest, salted).update('Server Key').digest();
    this.#serverSignature = createHmac(digest, serverKey).update(authMessage).digest();
    return Buffer.from(`${withoutProof},p=${proof.toString('base64')}`, 'utf8');
  }

  #verify(serverFinal: string, expected: Buffer): void {
    const error = /^e=([^,]*)/.exec(serverFinal)?.[1];
    if (error !== undefined) throw new SaslRejection(`the broker answers: ${error}`);
    const signature = Buffer.from(/^v=([A-Za-z0-9+/=]+)/.exec(serverFinal)?.[1] ?? '', 'base64');
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
      throw new SaslRejection('the broker does not know the password either; it may not be the one meant');
    }
    this.#isVerified = true;
  }
}

function readServerFirst(message: string): { nonce: string; salt: Buffer; iterations: number } {
  // No mandatory extension (m=) is known, so none is accepted; what follows the count is ignored.
  const match = /^r=([^,]+),s=([A-Za-z0-9+/]+={0,2}),i=([0-9]{1,10})(?:,.*)?$/.exec(message);
  if (match === null) throw new SaslRejection("the broker's first message cannot be read");
  const [, nonce = '', salt = '', count = ''] = match;
  const iterations = Number(count);
  if (iterations < minIterations || iterations > maxIterations) {
    throw new SaslRejection(
      `the broker asks for ${iterations} iterations, and ${minIterations} to ${maxIterations} are acceptable`,
    );
  }
  return { nonce, salt: Buffer.from(salt, 'base64'), iterations };
}
