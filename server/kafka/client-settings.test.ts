import { describe, expect, it } from 'vitest';
import { parseBootstrapServers, parseClientSettings } from './client-settings.ts';
import { intSetting, longSetting } from './setting-kinds.ts';
import { parseSettings } from './settings-table.ts';

const bootstrap = { 'bootstrap.servers': 'localhost:9092' };

describe('client settings', () => {
  it('have the defaults of the Java clients', () => {
    expect(parseClientSettings(bootstrap)).toMatchObject({
      'bootstrap.servers': ['localhost:9092'],
      'client.id': '',
      'request.timeout.ms': 30_000,
      'retry.backoff.ms': 100,
      'reconnect.backoff.max.ms': 1000,
      'metadata.max.age.ms': 300_000,
      'security.protocol': 'PLAINTEXT',
    });
  });

  it('take addresses by name, by number, in brackets and with a protocol in front', () => {
    expect(
      parseBootstrapServers(['a.example:1', '10.0.0.1:9092', '[::1]:9093', 'PLAINTEXT://b:65535']),
    ).toEqual([
      { host: 'a.example', port: 1 },
      { host: '10.0.0.1', port: 9092 },
      { host: '::1', port: 9093 },
      { host: 'b', port: 65_535 },
    ]);
  });

  it('name the key and the value that is wrong', () => {
    const bad: [Record<string, string>, string][] = [
      [{}, 'Missing required configuration "bootstrap.servers" which has no default value.'],
      [{ 'bootstrap.servers': '' }, "Configuration 'bootstrap.servers' must not be empty."],
      [{ 'bootstrap.servers': 'localhost' }, 'Invalid url in bootstrap.servers: localhost'],
      [{ 'bootstrap.servers': 'localhost:0' }, 'Invalid url in bootstrap.servers: localhost:0'],
      [{ 'bootstrap.servers': 'localhost:99999' }, 'Invalid url'],
      [
        { ...bootstrap, 'request.timeout.ms': 'soon' },
        'Invalid value soon for configuration request.timeout.ms: Not a number of type INT',
      ],
      [{ ...bootstrap, 'request.timeout.ms': '-1' }, 'Value must be at least 0'],
      [{ ...bootstrap, 'request.timeout.ms': '2147483648' }, 'Not a number of type INT'],
      [
        { ...bootstrap, 'enable.metrics.push': 'yes' },
        'enable.metrics.push: Expected value to be either true or false',
      ],
      [
        { ...bootstrap, 'security.protocol': 'TLS' },
        'security.protocol: String must be one of (case insensitive): SASL_SSL, PLAINTEXT, SSL, SASL_PLAINTEXT',
      ],
    ];
    for (const [properties, message] of bad) expect(() => parseClientSettings(properties)).toThrow(message);
    try {
      parseClientSettings({});
    } catch (error) {
      expect(error).toMatchObject({ code: 'config', details: { key: 'bootstrap.servers' } });
    }
  });

  it('let a default give way to what was asked for beside it', () => {
    const settings = parseClientSettings({
      ...bootstrap,
      'reconnect.backoff.ms': '3000',
      'request.timeout.ms': '90000',
    });
    expect(settings['reconnect.backoff.max.ms']).toBe(3000);
    expect(settings['default.api.timeout.ms']).toBe(90_000);
    const both = { ...bootstrap, 'reconnect.backoff.ms': '3000', 'reconnect.backoff.max.ms': '200' };
    expect(parseClientSettings(both)['reconnect.backoff.max.ms']).toBe(200);
  });

  it('cut 64-bit numbers beyond 2^53 to the largest exact one', () => {
    const table = {
      'max.block.ms': longSetting({ doc: '' }),
      'delivery.timeout.ms': intSetting({ doc: '' }),
    };
    const properties = { 'max.block.ms': '9223372036854775807', 'delivery.timeout.ms': ' 2147483647 ' };
    expect(parseSettings(table, properties)).toEqual({
      'max.block.ms': Number.MAX_SAFE_INTEGER,
      'delivery.timeout.ms': 2_147_483_647,
    });
  });
});
