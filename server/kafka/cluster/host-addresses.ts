import { lookup, lookupService } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { BootstrapAddress } from '../client-settings.ts';

/** Names to addresses and back; the system's resolver unless a test brings another. */
export interface Resolver {
  /** All IP addresses of a host, the preferred one first. Rejects when there is none. */
  readonly addressesOf: (host: string) => Promise<readonly string[]>;
  /** The canonical name of an IP address. Rejects when there is none. */
  readonly nameOf: (address: string, port: number) => Promise<string>;
}

export const systemResolver: Resolver = {
  async addressesOf(host) {
    // As Java prefers them. A listener on one family alone is found all the same: every address gets its turn.
    const found = await lookup(host, { all: true, order: 'ipv4first' });
    return found.map(({ address }) => address);
  },
  async nameOf(address, port) {
    return (await lookupService(address, port)).hostname;
  },
};

/**
 * Which addresses of a host to try, and in which order: those that failed of late come last. Asks the resolver every
 * time, because addresses behind a name change.
 */
export class HostAddresses {
  readonly #resolver: Resolver;
  readonly #failed = new Map<string, Set<string>>();

  constructor(resolver: Resolver) {
    this.#resolver = resolver;
  }

  async inOrder(host: string): Promise<readonly string[]> {
    if (isIP(host) !== 0) return [host];
    const addresses = [...new Set(await this.#resolver.addressesOf(host))];
    const failed = this.#failed.get(host);
    if (failed === undefined || addresses.every((address) => failed.has(address))) {
      this.forget(host);
      return addresses;
    }
    return [
      ...addresses.filter((address) => !failed.has(address)),
      ...addresses.filter((address) => failed.has(address)),
    ];
  }

  failed(host: string, address: string): void {
    const failed = this.#failed.get(host) ?? new Set();
    this.#failed.set(host, failed.add(address));
  }

  /** All addresses count as good again. */
  forget(host: string): void {
    this.#failed.delete(host);
  }
}

/**
 * `client.dns.lookup=resolve_canonical_bootstrap_servers_only`: each bootstrap host becomes the canonical names of all
 * its addresses. What cannot be looked up stays as it is, to be told as a failure to connect.
 */
export async function canonicalAddresses(
  bootstrap: readonly BootstrapAddress[],
  resolver: Resolver,
): Promise<readonly BootstrapAddress[]> {
  const found = await Promise.all(
    bootstrap.map(async ({ host, port }) => {
      const addresses = isIP(host) === 0 ? await resolver.addressesOf(host).catch(() => [host]) : [host];
      return await Promise.all(
        addresses.map(async (address) => {
          const name =
            isIP(address) === 0 ? address : await resolver.nameOf(address, port).catch(() => address);
          return { host: name, port };
        }),
      );
    }),
  );
  const unique = new Map(found.flat().map((address) => [`${address.host} ${address.port}`, address]));
  return [...unique.values()];
}
