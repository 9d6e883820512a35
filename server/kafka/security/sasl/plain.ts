import type { SaslMechanism } from './mechanism.ts';

/** RFC 4616: everything in one message. */
export function plainMechanism(username: string, password: string): SaslMechanism {
  return {
    name: 'PLAIN',
    begin: () => ({
      start: () => Buffer.from(`\0${username}\0${password}`, 'utf8'),
      next: () => undefined,
    }),
  };
}
