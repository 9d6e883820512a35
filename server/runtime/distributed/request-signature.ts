import { createHmac, timingSafeEqual } from 'node:crypto';
import { ConnectError } from '../../errors/connect-error.ts';
import type { SessionKey } from '../../storage/config-store.ts';
import { algorithmHeader, type ReceivedSignature, signatureHeader } from '../internal-request.ts';
import { hashOfMac } from '../mac-algorithms.ts';

export interface SignatureRules {
  /** The group has agreed on signed requests. */
  readonly isRequired: boolean;
  /** The newest one; older ones are not accepted any more. */
  readonly key: SessionKey | null;
  /** `inter.worker.verification.algorithms`. */
  readonly accepted: readonly string[];
}

/** Headers of a request to another worker. A request without body is signed as an empty one. */
export function signatureHeaders(
  key: SessionKey,
  algorithm: string,
  body: string,
): Readonly<Record<string, string>> {
  return {
    [signatureHeader]: macOf(key, algorithm, body).toString('base64'),
    [algorithmHeader]: algorithm,
  };
}

/** Rejects what does not come from a worker of the group: `bad-request`, `forbidden`, or `unavailable` without a key. */
export function requireSignature(
  { body, signature, algorithm }: ReceivedSignature,
  { isRequired, key, accepted }: SignatureRules,
): void {
  const received = signature === null || algorithm === null ? null : decode(signature, algorithm);
  if (!isRequired) return;
  if (received === null || algorithm === null) {
    throw new ConnectError('bad-request', 'Internal request missing required signature');
  }
  if (!accepted.includes(algorithm)) {
    throw new ConnectError(
      'bad-request',
      `This worker does not support the '${algorithm}' key signing algorithm used by other workers. This worker is currently configured to use: [${accepted.join(', ')}]. Check that all workers' configuration files permit the same set of signature algorithms, and correct any misconfigured worker and restart it.`,
    );
  }
  if (key === null) {
    throw new ConnectError(
      'unavailable',
      'This worker is still starting up and has not been able to read a session key from the config topic yet',
    );
  }
  const expected = macOf(key, algorithm, body);
  if (received.length !== expected.length || !timingSafeEqual(received, expected)) {
    throw new ConnectError('forbidden', 'Internal request contained invalid signature.');
  }
}

function decode(signature: string, algorithm: string): Buffer {
  if (hashOfMac(algorithm) === null) throw notAvailable(algorithm);
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(signature)) {
    throw new ConnectError('bad-request', `The header ${signatureHeader} is not base64`);
  }
  return Buffer.from(signature, 'base64');
}

function macOf({ key }: SessionKey, algorithm: string, body: string): Buffer {
  const hash = hashOfMac(algorithm);
  if (hash === null) throw notAvailable(algorithm);
  return createHmac(hash, key).update(body, 'utf8').digest();
}

function notAvailable(algorithm: string): ConnectError {
  return new ConnectError('bad-request', `Algorithm ${algorithm.slice(0, 100)} not available`);
}
