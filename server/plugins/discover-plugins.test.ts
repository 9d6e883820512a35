import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { discoverPlugins, findLocations, probePlugins } from './discover-plugins.ts';
import { sayingSource, writePackage } from './testing/write-package.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'millrace-discover-')));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folder = root;
let warnings: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(root, 'path-'));
  warnings = [];
});

const options = (...pluginPath: string[]) => ({
  pluginPath,
  installFolder: join(folder, 'none'),
  warn: (message: string) => void warnings.push(message),
});

describe('finding packages', () => {
  it('looks at a package itself, at children, at scopes, and behind links, once each', () => {
    writePackage(join(folder, 'path/one'), '1.0', { 'plugin.js': '' });
    writePackage(join(folder, 'path/@scope/two'), '1.0', { 'plugin.js': '' });
    writePackage(join(folder, 'elsewhere/three'), '1.0', { 'plugin.js': '' });
    writePackage(join(folder, 'four'), '1.0', { 'plugin.js': '' });
    symlinkSync(join(folder, 'elsewhere/three'), join(folder, 'path/three'));
    mkdirSync(join(folder, 'path/empty'));
    writeFileSync(join(folder, 'path/a.jar'), '');
    const { locations, broken } = findLocations(
      options(join(folder, 'path'), join(folder, 'four'), join(folder, 'path/one')),
    );
    expect(locations.map(({ name }) => name)).toEqual(['two', 'one', 'three', 'four']);
    expect(locations[2]?.folder).toBe(join(folder, 'elsewhere/three'));
    expect(broken).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('warns of a path that is not there', () => {
    findLocations(options(join(folder, 'nowhere')));
    expect(warnings).toEqual([`plugin.path: ${join(folder, 'nowhere')} is not a folder`]);
  });

  it('looks at what Millrace depends on', () => {
    const installFolder = join(folder, 'millrace');
    writePackage(join(installFolder, 'node_modules/asked'), '3.0', { 'plugin.js': '' });
    writePackage(join(installFolder, 'node_modules/not-asked'), '1.0', { 'plugin.js': '' });
    writeFileSync(join(installFolder, 'package.json'), '{"dependencies": {"asked": "3", "gone": "1"}}');
    const { locations } = findLocations({ ...options(), installFolder });
    expect(locations.map(({ name }) => name)).toEqual(['asked']);
  });
});

describe('trying packages', () => {
  const write = (name: string, text: string) =>
    writePackage(join(folder, name), '1.0', { 'plugin.js': text });
  const reasons = async (probeTimeoutMs: number) => {
    const { working, broken } = await probePlugins({
      ...options(folder),
      probeTimeoutMs,
      totalTimeoutMs: 120_000,
    });
    expect(working).toEqual([]);
    return Object.fromEntries(broken.map(({ name, reason }) => [name, reason]));
  };

  it('tells what is wrong with those that throw, end, export rubbish or reach out', async () => {
    write('ends', 'process.exit(7);');
    write('private', "import 'millrace/config/kinds';");
    write('rubbish', 'export const plugin = 7;');
    write('empty', 'export const other = 7;');
    write('reaches', "import '../throws/plugin.js';");
    write(
      'rejects',
      'Promise.reject(new Error("later")); await new Promise(() => setInterval(() => {}, 1000));',
    );
    write('opaque', 'throw { get message() { throw this; } };');
    write('syntax', 'export const = 7;');
    write('throws', 'throw new Error("no way");');
    write('unnamed', 'const plugin = {}; export const plugins = [plugin];');
    expect(await reasons(60_000)).toEqual({
      ends: 'it ended its thread with exit code 7 while it was loaded',
      private:
        'plugin.js cannot be loaded: millrace/config/kinds is not for plugins; millrace/plugin-api/… is',
      rubbish: 'plugin: must be an object',
      empty: 'plugin.js exports neither plugin nor plugins',
      reaches: 'plugin.js cannot be loaded: ../throws/plugin.js leads out of the package',
      rejects: 'an error was not caught: later',
      opaque: 'plugin.js cannot be loaded: it threw something that has no message',
      syntax: "plugin.js cannot be loaded: Unexpected token '='",
      throws: 'plugin.js cannot be loaded: no way',
      unnamed: 'className: must be a text of at most 1000 characters without control characters',
    });
  }, 150_000);

  it('ends those that hang and those that never return', async () => {
    write('blocks', 'for (;;);');
    write('hangs', 'await new Promise(() => setInterval(() => {}, 1000));');
    expect(await reasons(3_000)).toEqual({
      blocks: 'it was not loaded within 3000 ms',
      hangs: 'it was not loaded within 3000 ms',
    });
  });

  it('gives up what does not fit into the time for all', async () => {
    writePackage(join(folder, 'works'), '1.0', { 'plugin.js': sayingSource('ex.Works', '1') });
    const { broken } = await probePlugins({ ...options(folder), totalTimeoutMs: 0 });
    expect(broken[0]?.reason).toContain('it was not looked at');
  });

  it('loads what works, each package with modules of its own', async () => {
    // In node_modules, where the test runner leaves modules to Node.
    const modules = join(folder, 'node_modules');
    for (const version of ['1.0', '2.0']) {
      writePackage(join(modules, `says-${version}`), version, {
        'plugin.js': `import { text } from 'words';${sayingSource('ex.SaysSource', 'text')}`,
        'node_modules/words/package.json': '{"name": "words", "type": "module", "main": "words.js"}',
        'node_modules/words/words.js': `export const text = 'of ${version}';`,
      });
    }
    const { loaded, broken } = await discoverPlugins(options(modules));
    expect(broken).toEqual([]);
    const found = loaded.flatMap(({ plugins }) => plugins);
    expect(found.map(({ className, version }) => [className, version])).toEqual([
      ['ex.SaysSource', '1.0'],
      ['ex.SaysSource', '2.0'],
    ]);
    const texts = await Promise.all(
      found.map(async (plugin) => {
        if (plugin.type !== 'source') throw new Error('no source');
        const task = plugin.createTask();
        await task.start({}, contextOf());
        return (await task.poll())?.[0]?.value;
      }),
    );
    expect(texts).toEqual(['of 1.0', 'of 2.0']);
  });
});

function contextOf() {
  const offsets = { offset: async () => null, offsets: async () => [] };
  return { log: () => {}, signal: new AbortController().signal, offsets };
}
