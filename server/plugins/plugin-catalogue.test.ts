import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { bundledVersion } from '../plugin-api/bundled-version.ts';
import type { Plugin } from '../plugin-api/plugin.ts';
import { bundledPlugins } from './bundled-plugins.ts';
import { PluginCatalogue } from './plugin-catalogue.ts';
import type { LoadedLocation } from './plugin-location.ts';

const catalogue = new PluginCatalogue(bundledPlugins);
const connect = 'org.apache.kafka.connect';

test.each([
  [`${connect}.file.FileStreamSourceConnector`, `${connect}.file.FileStreamSourceConnector`],
  ['FileStreamSourceConnector', `${connect}.file.FileStreamSourceConnector`],
  ['FileStreamSource', `${connect}.file.FileStreamSourceConnector`],
  [' FileStreamSink ', `${connect}.file.FileStreamSinkConnector`],
  ['JsonConverter', `${connect}.json.JsonConverter`],
  ['Json', `${connect}.json.JsonConverter`],
  ['String', `${connect}.storage.StringConverter`],
  ['ByteArray', `${connect}.converters.ByteArrayConverter`],
  ['SimpleHeaderConverter', `${connect}.storage.SimpleHeaderConverter`],
  ['Simple', `${connect}.storage.SimpleHeaderConverter`],
])('%s is found as %s', (name, className) => {
  expect(catalogue.find(name)?.className).toBe(className);
});

test.each(['', 'Connector', 'json', 'constructor', 'FileStream', `${connect}.json`])(
  '%j is not found',
  (name) => {
    expect(catalogue.find(name)).toBeNull();
  },
);

test('a class that serves as converter and header converter is found as either, by alias too', () => {
  expect(catalogue.find('Json', 'converter')?.type).toBe('converter');
  expect(catalogue.find('Json', 'header_converter')?.type).toBe('header_converter');
  expect(catalogue.find('Simple', 'converter')).toBeNull();
  expect(catalogue.find('FileStreamSource', 'sink')).toBeNull();
});

test('an alias that two classes claim belongs to none, however often it is claimed', () => {
  const [first] = bundledPlugins;
  if (first === undefined) throw new Error('no plugins');
  const renamed = (className: string): Plugin => ({ ...first, className });
  const several = new PluginCatalogue(['a.Copy', 'b.Copy', 'a.Copy', 'a.Same', 'a.Same'].map(renamed));
  expect(several.find('Copy')).toBeNull();
  expect(several.find('b.Copy')?.className).toBe('b.Copy');
  expect(several.find('Same')?.className).toBe('a.Same');
});

test("an alias of Apache's stays its own beside a bundled plugin of a vendor with the same name", () => {
  expect(catalogue.find('io.debezium.transforms.Filter')).not.toBeNull();
  expect(catalogue.find('Filter', 'transformation')?.className).toBe(`${connect}.transforms.Filter`);
});

test('bundled plugins have the version of the package', () => {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(manifest).toMatchObject({ version: bundledVersion });
});

const [anyPlugin] = bundledPlugins;
if (anyPlugin === undefined) throw new Error('no plugins');

function unused(): never {
  throw new Error('nothing is created');
}

function plugin(className: string, version: string, type: 'source' | 'sink' = 'source'): Plugin {
  if (anyPlugin?.type !== 'source') throw new Error('the first plugin is a source');
  return type === 'source'
    ? { ...anyPlugin, className, version }
    : { ...anyPlugin, type, createConnector: unused, createTask: unused, className, version };
}

function location(folder: string, ...plugins: Plugin[]): LoadedLocation {
  const described = { folder, name: folder, version: null, entries: [], iconSvg: null };
  return { location: described, plugins, configProviders: [] };
}

describe('several versions of a class', () => {
  const beside = plugin('a.Other', '1.0');
  const several = new PluginCatalogue([plugin('a.Copy', '1.9')], {
    loaded: [
      location('/one', plugin('a.Copy', '1.10-rc1'), plugin('a.Copy', '1.0'), beside),
      location('/two', plugin('a.Copy', '1.9')),
    ],
    broken: [],
  });
  const find = (version?: string) => several.find('Copy', 'source', { version });

  it('are ordered as Maven orders them, and the newest is the one without a version', () => {
    expect(several.versions('a.Copy', 'source').map(({ version }) => version)).toEqual([
      '1.0',
      '1.9',
      '1.9',
      '1.10-rc1',
    ]);
    expect(find()?.version).toBe('1.10-rc1');
    expect(find('latest')?.version).toBe('1.10-rc1');
    expect(find('[1.0,1.9)')?.version).toBe('1.0');
  });

  it('are taken from an installed package rather than from Millrace when they are equal', () => {
    const found = find('1.9');
    expect(found === null ? null : several.locationOf(found)?.folder).toBe('/two');
  });

  it('that are not there are refused with those that are', () => {
    expect(() => find('[2,)')).toThrow(
      'Plugin a.Copy not found that matches the version range [2,), available versions: [1.0, 1.9, 1.9, 1.10-rc1]',
    );
    expect(() => find('[2')).toThrow('Invalid version specification: [2');
    expect(several.find('Copy', 'sink', { version: '[2,)' })).toBeNull();
  });

  it('come from the location of the plugin beside them, unless a version is wanted', () => {
    const older = new PluginCatalogue([], {
      loaded: [location('/one', plugin('a.Copy', '1.0'), beside), location('/two', plugin('a.Copy', '2.0'))],
      broken: [],
    });
    expect(older.find('Copy', 'source', { beside })?.version).toBe('1.0');
    expect(older.find('Copy', 'source', { beside: null })?.version).toBe('2.0');
    expect(older.find('Copy', 'source', { beside, version: '[2,)' })?.version).toBe('2.0');
  });
});
