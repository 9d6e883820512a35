import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { readPluginManifest } from './plugin-manifest.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'millrace-manifest-')));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folder = root;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'package-'));
  writeFileSync(join(folder, 'plugin.js'), '');
});

function read(manifest: unknown) {
  writeFileSync(
    join(folder, 'package.json'),
    typeof manifest === 'string' ? manifest : JSON.stringify(manifest),
  );
  return readPluginManifest(folder);
}

const good = { pluginApi: 1, plugins: ['./plugin.js'] };

test('a package with an entry is a location', () => {
  expect(read({ name: '@x/y', version: '1.2.3', millrace: good })).toEqual({
    kind: 'location',
    location: { folder, name: '@x/y', version: '1.2.3', entries: [join(folder, 'plugin.js')], iconSvg: null },
  });
});

test('its picture is read', () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>';
  writeFileSync(join(folder, 'icon.svg'), svg);
  expect(read({ millrace: { ...good, icon: './icon.svg' } })).toMatchObject({ location: { iconSvg: svg } });
});

test('a folder without package or without entry is none of ours', () => {
  expect(readPluginManifest(folder)).toEqual({ kind: 'none' });
  expect(read({ name: 'x' })).toEqual({ kind: 'none' });
  expect(read('{"__proto__": {"millrace": {}}}')).toEqual({ kind: 'none' });
});

test.each([
  ['{', 'package.json is not JSON'],
  ['[]', 'package.json is not a JSON object'],
  [`{"millrace": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'millrace must be an object'],
  [' '.repeat(1024 * 1024 + 1), 'package.json has 1048577 bytes, at most 1048576 are read'],
  [{ millrace: null }, 'millrace must be an object'],
  [{ millrace: {} }, 'it is written for plugin API null (millrace.pluginApi)'],
  [{ millrace: { ...good, pluginApi: 2 } }, 'it is written for plugin API 2 (millrace.pluginApi)'],
  [{ millrace: { ...good, pluginApi: '1' } }, 'it is written for plugin API "1"'],
  [
    { millrace: { ...good, plugin: './x' } },
    'millrace.plugin is not known; there are pluginApi, plugins, icon',
  ],
  [{ millrace: { ...good, plugins: [] } }, 'millrace.plugins must be a list of modules'],
  [{ millrace: { ...good, plugins: './plugin.js' } }, 'millrace.plugins must be a list of modules'],
  [{ millrace: { ...good, plugins: [7] } }, 'millrace.plugins[0] must be a path that starts with ./'],
  [{ millrace: { ...good, plugins: ['/etc/passwd'] } }, 'must be a path that starts with ./'],
  [{ millrace: { ...good, plugins: ['./../x.js'] } }, 'there is no file ./../x.js'],
  [{ millrace: { ...good, plugins: ['./none.js'] } }, 'there is no file ./none.js'],
  [{ millrace: { ...good, plugins: ['./package.json'] } }, 'must end with .js, .mjs, .ts, .mts'],
  [{ millrace: { ...good, plugins: Array(101).fill('./plugin.js') } }, 'has more than 100 modules'],
])('%.80j is broken: %s', (manifest, reason) => {
  expect(read(manifest)).toMatchObject({ kind: 'broken', reason: expect.stringContaining(reason) });
});

test('a link that leads out of the package is not followed', () => {
  writeFileSync(join(root, 'outside.js'), '');
  symlinkSync(join(root, 'outside.js'), join(folder, 'link.js'));
  expect(read({ millrace: { ...good, plugins: ['./link.js'] } })).toMatchObject({
    kind: 'broken',
    reason: 'millrace.plugins[0]: ./link.js leads out of the package',
  });
  const sibling = `${folder}-more`;
  mkdirSync(sibling);
  writeFileSync(join(sibling, 'x.js'), '');
  symlinkSync(sibling, join(folder, 'more'));
  expect(read({ millrace: { ...good, plugins: ['./more/x.js'] } })).toMatchObject({
    reason: expect.stringContaining('leads out of the package'),
  });
});
