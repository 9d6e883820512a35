import { expect, it } from 'vitest';
import { defineConfig } from '../../config/define-config.ts';
import type { ConfigProvider, ConfigProviderPlugin } from '../../plugin-api/config-provider.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import { openConfigProviders } from './open-config-providers.ts';
import { ProviderResolver } from './provider-resolver.ts';

const placeholder = (text: string) => `\${${text}}`;

/** Answers `<prefix><path>/<key>`, for keys that do not begin with `no`. */
function echo(configured: Settings[] = [], closed: string[] = []): ConfigProviderPlugin {
  return {
    type: 'configprovider',
    className: 'test.EchoConfigProvider',
    version: '1',
    title: 'Echo',
    summary: 'For tests.',
    support: 'supported',
    system: 'tests',
    verified: '',
    config: defineConfig({}),
    createConfigProvider: () => {
      let prefix = '';
      return {
        configure: (settings) => {
          configured.push(settings);
          prefix = settings.prefix ?? '';
          if (prefix === 'bad') throw new Error('bad is not good');
        },
        get: (path, keys) => {
          if (path === 'broken') throw new Error('the vault is sealed');
          const known = [...keys].filter((key) => !key.startsWith('no'));
          const data = new Map(known.map((key) => [key, `${prefix}${path}/${key}`]));
          return { data, ttlMs: path === 'short' ? 50 : path === 'long' ? 5_000 : null };
        },
        close: () => void closed.push(prefix),
      };
    },
  };
}

const open = (settings: Settings, plugin = echo()) =>
  openConfigProviders({ settings, plugins: [plugin], log: () => {} });

const oneProvider = { 'config.providers': 'e', 'config.providers.e.class': 'test.EchoConfigProvider' };

it('puts values in the place of placeholders, several in one value, once only', async () => {
  const { resolver } = await open({ ...oneProvider, 'config.providers.e.param.prefix': placeholder('e:x') });
  const { settings, ttlMs } = await resolver.resolve({
    two: `<${placeholder('e:k')}|${placeholder('e:p:l')}>`,
    plain: 'as it is',
  });
  // The setting of the provider was left as it is, for there was no provider before it; nor is it looked at now.
  expect(settings).toEqual({ two: `<${placeholder('e:x')}/k|${placeholder('e:x')}p/l>`, plain: 'as it is' });
  expect(ttlMs).toBeNull();
});

it('leaves what nobody answers as it is written', async () => {
  const { resolver } = await open(oneProvider);
  const raw = { a: placeholder('other:k'), b: `${placeholder('e:none')}!`, c: placeholder('nothing') };
  expect((await resolver.resolve(raw)).settings).toEqual(raw);
});

it('resolves the settings of the worker, and those of a provider by the providers before it', async () => {
  const configured: Settings[] = [];
  const closed: string[] = [];
  const settings = {
    'config.providers': 'e, f',
    'config.providers.e.class': 'Echo',
    'config.providers.f.class': 'EchoConfigProvider',
    'config.providers.f.param.prefix': placeholder('e:first'),
    'sasl.password': placeholder('f:p:k'),
  };
  const providers = await open(settings, echo(configured, closed));
  expect(configured).toEqual([{}, { prefix: '/first' }]);
  expect(providers.worker.settings['sasl.password']).toBe('/firstp/k');
  expect(providers.worker.secrets.hide('sent /firstp/k')).toBe(`sent ${placeholder('f:p:k')}`);
  await providers.close();
  expect(closed).toEqual(['', '/first']);
});

it('answers the least time to live of its providers', async () => {
  const { resolver } = await open(oneProvider);
  const raw = { a: placeholder('e:long:k'), b: placeholder('e:short:k'), c: placeholder('e:k') };
  expect((await resolver.resolve(raw)).ttlMs).toBe(50);
});

it('names the setting that makes a provider impossible', async () => {
  await expect(open({ 'config.providers': 'e' })).rejects.toThrow('"config.providers.e.class"');
  await expect(open({ ...oneProvider, 'config.providers.e.class': 'Nope' })).rejects.toThrow(
    'Invalid value Nope for configuration config.providers.e.class: Class Nope could not be found.',
  );
  await expect(open({ ...oneProvider, 'config.providers.e.param.prefix': 'bad' })).rejects.toThrow(
    'config.providers.e.param.*: bad is not good',
  );
});

it('names provider, key and setting when a provider fails or does not answer', async () => {
  const { resolver } = await open(oneProvider);
  await expect(resolver.resolve({ password: placeholder('e:broken:db') })).rejects.toMatchObject({
    code: 'config',
    message: 'Config provider e could not look up db at broken for password: the vault is sealed',
    details: { settings: ['password'] },
  });
  const silent: ConfigProvider = { configure: () => {}, get: () => new Promise(() => {}) };
  await expect(
    new ProviderResolver(new Map([['s', silent]]), 20).resolve({ password: placeholder('s:db') }),
  ).rejects.toThrow('Config provider s could not look up db for password: it did not answer within 20 ms');
});
