import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bundledVersion } from '../plugin-api/bundled-version.ts';
import type { Plugin } from '../plugin-api/plugin.ts';
import { bundledPlugins } from './bundled-plugins.ts';
import { PluginCatalogue } from './plugin-catalogue.ts';

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

test('an unknown connector is answered with those that exist, and no converter counts as one', () => {
  for (const name of ['Nope', 'JsonConverter']) {
    expect(() => catalogue.requireConnector(name)).toThrow(
      `Failed to find any class that implements Connector and which name matches ${name}, available connectors are: ${connect}.file.FileStreamSourceConnector, ${connect}.file.FileStreamSinkConnector`,
    );
  }
  expect(catalogue.requireConnector('FileStreamSource').type).toBe('source');
});

test('bundled plugins have the version of the package', () => {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(manifest).toMatchObject({ version: bundledVersion });
});
