import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConfigProvider } from '../plugin-api/config-provider.ts';
import { configProviderPlugins } from './config-provider-plugins.ts';

let folder = '';
let lines: string[] = [];

function provider(
  simpleName: string,
  settings: Record<string, string> = {},
  environment = {},
): ConfigProvider {
  const className = `org.apache.kafka.common.config.provider.${simpleName}`;
  const plugin = configProviderPlugins(environment).find((each) => each.className === className);
  if (plugin === undefined) throw new Error(`no plugin ${className}`);
  const created = plugin.createConfigProvider();
  created.configure(settings, (level, message) => void lines.push(`${level} ${message}`));
  return created;
}

async function look(from: ConfigProvider, path: string, ...keys: string[]): Promise<Record<string, string>> {
  const { data, ttlMs } = await from.get(path, new Set(keys));
  expect(ttlMs).toBeNull();
  return Object.fromEntries(data);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-providers-'));
  lines = [];
  await mkdir(join(folder, 'open'));
  await mkdir(join(folder, 'open-too'));
  await writeFile(join(folder, 'open', 'db.properties'), 'user = naïve\npassword=a=b\nempty=\n');
  await writeFile(join(folder, 'open', 'token'), 'secret\n');
  await writeFile(join(folder, 'open-too', 'token'), 'other');
  await writeFile(join(folder, 'closed'), 'password=closed');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('the file provider', () => {
  it('answers properties of a UTF-8 file, and leaves out what the file does not have', async () => {
    const file = provider('FileConfigProvider');
    const path = join(folder, 'open', 'db.properties');
    expect(await look(file, path, 'user', 'password', 'empty', 'none', 'constructor')).toEqual({
      user: 'naïve',
      password: 'a=b',
      empty: '',
    });
    expect(await look(file, '', 'user')).toEqual({});
    expect(lines).toEqual([expect.stringContaining('warn allowed.paths is not set')]);
  });

  it('reads nothing outside its allowed paths, neither by dots, nor by a link, nor by a similar name', async () => {
    const file = provider('FileConfigProvider', { 'allowed.paths': join(folder, 'open') });
    await symlink(join(folder, 'closed'), join(folder, 'open', 'link'));
    const refused = [
      join(folder, 'closed'),
      `${folder}/open/../closed`,
      join(folder, 'open', 'link'),
      join(folder, 'open-too', 'token'),
      'open/db.properties',
    ];
    for (const path of refused) expect(await look(file, path, 'password')).toEqual({});
    expect(lines).toEqual(refused.map((path) => `warn The path ${path} is not allowed to be accessed`));
    expect(await look(file, `${folder}/open-too/../open/db.properties`, 'password')).toEqual({
      password: 'a=b',
    });
  });

  it('rejects a file that is missing, broken or no regular file, and shows nothing of what is inside', async () => {
    const file = provider('FileConfigProvider');
    for (const path of [join(folder, 'nothing'), folder, '/dev/zero']) {
      await expect(look(file, path, 'a')).rejects.toThrow(`Could not read properties from file ${path}`);
    }
    const broken = join(folder, 'open', 'broken');
    await writeFile(broken, 'password=canary\\u00z');
    await expect(look(file, broken, 'password')).rejects.toThrow(/^(?!.*canary).*line 1/);
  });

  it('refuses allowed paths that are relative or missing', () => {
    expect(() => provider('FileConfigProvider', { 'allowed.paths': 'secrets' })).toThrow('is not absolute');
    expect(() => provider('DirectoryConfigProvider', { 'allowed.paths': '/nowhere/at/all' })).toThrow(
      'Path /nowhere/at/all does not exist',
    );
  });
});

describe('the directory provider', () => {
  it('answers whole files of a folder, untrimmed', async () => {
    const directory = provider('DirectoryConfigProvider', {
      'allowed.paths': `${join(folder, 'open')}, ${join(folder, 'open-too')}`,
    });
    await symlink(join(folder, 'open-too', 'token'), join(folder, 'open', 'linked'));
    expect(await look(directory, join(folder, 'open'), 'token', 'linked', 'none')).toEqual({
      token: 'secret\n',
      linked: 'other',
    });
    expect(await look(directory, join(folder, 'open', 'token'), 'token')).toEqual({});
    expect(lines).toEqual([expect.stringContaining('is not a directory')]);
  });

  it('takes a key for a name in this very folder, never for a way out of it', async () => {
    const directory = provider('DirectoryConfigProvider');
    await mkdir(join(folder, 'open', 'inner'));
    expect(await look(directory, join(folder, 'open'), '../closed', '..', 'inner', '', 'a\0b')).toEqual({});
  });
});

describe('the environment provider', () => {
  const environment = { DB_USER: 'me', DB_PASSWORD: 'secret', PATH: '/bin' };

  it('answers the variables whose whole name the pattern matches', async () => {
    const all = provider('EnvVarConfigProvider', {}, environment);
    expect(await look(all, '', 'DB_USER', 'PATH', 'NONE', 'toString')).toEqual({
      DB_USER: 'me',
      PATH: '/bin',
    });
    const some = provider('EnvVarConfigProvider', { 'allowlist.pattern': 'DB_U|DB_P.*' }, environment);
    expect(await look(some, '', 'DB_USER', 'DB_PASSWORD', 'PATH')).toEqual({ DB_PASSWORD: 'secret' });
  });

  it('refuses a path, and a pattern that it cannot match in linear time', async () => {
    await expect(look(provider('EnvVarConfigProvider'), 'path', 'PATH')).rejects.toThrow(
      "Path is not supported for EnvVarConfigProvider, invalid value 'path'",
    );
    expect(() => provider('EnvVarConfigProvider', { 'allowlist.pattern': '(?=x)' })).toThrow(
      'Invalid value (?=x) for configuration allowlist.pattern',
    );
  });
});
