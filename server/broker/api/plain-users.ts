import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { ConnectError } from '../../errors/connect-error.ts';
import { refusal } from '../refusal.ts';

const rejection = 'Authentication failed: Invalid username or password';

/** The users of a SASL PLAIN listener. Keeps digests under a key of its own, so that no password stays in memory. */
export class PlainUsers {
  readonly #key = randomBytes(32);
  readonly #digests = new Map<string, Buffer>();

  /** Passwords by user name. Throws a `config` error that names the user at fault. */
  constructor(passwords: Readonly<Record<string, string>>) {
    for (const [name, password] of Object.entries(passwords)) {
      if (name === '') throw new ConnectError('config', 'a user of the broker has no name');
      if (password === '') throw new ConnectError('config', `the broker's user ${name} has no password`);
      if (`${name}${password}`.includes('\0'))
        throw new ConnectError('config', `name or password of the broker's user ${name} contains a NUL`);
      this.#digests.set(name, this.#digest(password));
    }
    if (this.#digests.size === 0) throw new ConnectError('config', 'the broker has SASL but no users');
  }

  #digest(password: string): Buffer {
    return createHmac('sha256', this.#key).update(password, 'utf8').digest();
  }

  /** Who the token of RFC 4616 proves to be. Throws a refusal in Kafka's words, without saying which part was wrong. */
  authenticate(token: Uint8Array): string {
    const parts = Buffer.from(token).toString('utf8').split('\0');
    if (parts.length !== 3) {
      throw refuse(`Invalid SASL/PLAIN response: expected 3 tokens, got ${parts.length}`);
    }
    const [claimed, name, password] = parts as [string, string, string];
    if (name === '') throw refuse('Authentication failed: username not specified');
    if (password === '') throw refuse('Authentication failed: password not specified');
    const known = this.#digests.get(name);
    // An unknown user costs the same comparison as a wrong password.
    const isRight = timingSafeEqual(this.#digest(password), known ?? this.#digest(''));
    if (known === undefined || !isRight) throw refuse(rejection);
    if (claimed !== '' && claimed !== name) {
      throw refuse(
        'Authentication failed: Client requested an authorization id that is different from username',
      );
    }
    return name;
  }
}

function refuse(message: string): ConnectError {
  return refusal('SASL_AUTHENTICATION_FAILED', message);
}
