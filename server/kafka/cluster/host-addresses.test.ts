import { describe, expect, it } from 'vitest';
import { canonicalAddresses, HostAddresses, type Resolver, systemResolver } from './host-addresses.ts';

function resolver(names: Record<string, readonly string[]>, reverse: Record<string, string> = {}): Resolver {
  return {
    addressesOf: async (host) => names[host] ?? Promise.reject(new Error(`getaddrinfo ENOTFOUND ${host}`)),
    nameOf: async (address) => reverse[address] ?? Promise.reject(new Error('getnameinfo ENOTFOUND')),
  };
}

describe('addresses of a host', () => {
  it('are all that the name has, once each', async () => {
    const addresses = new HostAddresses(resolver({ kafka: ['10.0.0.1', '10.0.0.2', '10.0.0.1'] }));
    expect(await addresses.inOrder('kafka')).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  it('come last when they failed, until all have failed or one of them was reached', async () => {
    const addresses = new HostAddresses(resolver({ kafka: ['10.0.0.1', '10.0.0.2'] }));
    addresses.failed('kafka', '10.0.0.1');
    expect(await addresses.inOrder('kafka')).toEqual(['10.0.0.2', '10.0.0.1']);
    addresses.failed('kafka', '10.0.0.2');
    expect(await addresses.inOrder('kafka')).toEqual(['10.0.0.1', '10.0.0.2']);
    addresses.failed('kafka', '10.0.0.1');
    addresses.forget('kafka');
    expect(await addresses.inOrder('kafka')).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  it('follow the name when it leads elsewhere', async () => {
    const names: Record<string, string[]> = { kafka: ['10.0.0.1'] };
    const addresses = new HostAddresses(resolver(names));
    await addresses.inOrder('kafka');
    names.kafka = ['10.0.0.9'];
    expect(await addresses.inOrder('kafka')).toEqual(['10.0.0.9']);
  });

  it('are not looked up when the host is an address', async () => {
    const addresses = new HostAddresses(resolver({}));
    expect(await addresses.inOrder('127.0.0.1')).toEqual(['127.0.0.1']);
    expect(await addresses.inOrder('::1')).toEqual(['::1']);
  });

  it('are those of the system, IPv4 first', async () => {
    expect((await new HostAddresses(systemResolver).inOrder('localhost'))[0]).toBe('127.0.0.1');
  });
});

describe('canonical bootstrap addresses', () => {
  it('are the names of all addresses of each host, each once', async () => {
    const names = { kafka: ['10.0.0.1', '10.0.0.2'], also: ['10.0.0.2'] };
    const reverse = { '10.0.0.1': 'one.example', '10.0.0.2': 'two.example' };
    const bootstrap = [
      { host: 'kafka', port: 9092 },
      { host: 'also', port: 9092 },
    ];
    expect(await canonicalAddresses(bootstrap, resolver(names, reverse))).toEqual([
      { host: 'one.example', port: 9092 },
      { host: 'two.example', port: 9092 },
    ]);
  });

  it('stay as they are where a name or an address is not known', async () => {
    const bootstrap = [
      { host: 'gone', port: 1 },
      { host: 'kafka', port: 2 },
    ];
    expect(await canonicalAddresses(bootstrap, resolver({ kafka: ['10.0.0.7'] }))).toEqual([
      { host: 'gone', port: 1 },
      { host: '10.0.0.7', port: 2 },
    ]);
  });
});
