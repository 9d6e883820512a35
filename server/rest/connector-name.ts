import type { RawConfig } from '../config/config-key.ts';
import { ConnectError } from '../errors/connect-error.ts';

const maxEncodedLength = 4096;

/**
 * Refuses to create a connector that no request could address afterwards: neither its status nor its deletion would
 * have a URL. Called wherever a name does not come from a URL.
 */
export function requireAddressableName(name: string): void {
  const problem = findProblem(name);
  if (problem !== null) {
    throw new ConnectError(
      'bad-request',
      `Invalid value ${JSON.stringify(name.slice(0, 200))} for configuration name: ${problem}`,
    );
  }
}

function findProblem(name: string): string | null {
  if (!name.isWellFormed()) return 'half of a surrogate pair is in it, which has no place in a URL';
  if (/\p{Cc}/u.test(name)) return 'control characters are not allowed';
  const odd = /[/\\%]/.exec(name)?.[0];
  if (odd !== undefined) return `"${odd}" is not allowed, a URL with it would be refused`;
  if (name === '.' || name === '..') return 'a URL with it would mean another path';
  if (encodeURIComponent(name).length > maxEncodedLength) return 'it is too long for a URL';
  return null;
}

/** The settings with their `name`, which if present must be the one the request names. */
export function withName(name: string, config: RawConfig): RawConfig {
  const included = config.name ?? null;
  if (included !== null && included !== name) {
    throw new ConnectError(
      'bad-request',
      `Connector name configuration (${included}) doesn't match connector name in the URL (${name})`,
    );
  }
  return { ...config, name };
}

/** Absolute URL of a connector. */
export function locationOf(baseUrl: string, name: string): string {
  return `${baseUrl}/connectors/${encodeURIComponent(name)}`;
}
