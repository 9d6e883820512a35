import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ConnectError } from '../errors/connect-error.ts';
import type { ConfigData, ConfigProvider } from '../plugin-api/config-provider.ts';
import type { Log, Settings } from '../plugin-api/source-connector.ts';
import { AllowedPaths } from './allowed-paths.ts';
import { readTextFile } from './read-text-file.ts';

/** `${alias:/path/to/folder:file}`: the whole content of a file, as secrets are mounted into containers. */
export class DirectoryConfigProvider implements ConfigProvider {
  #allowed: AllowedPaths | null = null;
  #log: Log = () => {};

  configure(settings: Settings, log: Log): void {
    this.#allowed = new AllowedPaths(settings, log);
    this.#log = log;
  }

  async get(path: string, keys: ReadonlySet<string>): Promise<ConfigData> {
    const data = new Map<string, string>();
    const folder = path === '' ? null : await this.#folder(path);
    if (folder === null) return { data, ttlMs: null };
    for (const key of keys) {
      // A key is the name of a file in this very folder, never a way to another.
      if (key === '' || /[/\\\0]/.test(key)) continue;
      const file = (await this.#allowed?.find(join(folder, key))) ?? null;
      if (file === null || !(await isFile(file))) continue;
      try {
        data.set(key, await readTextFile(file));
      } catch (error) {
        throw new ConnectError('config', `Could not read file ${join(path, key)} for property ${key}`, {
          cause: error,
        });
      }
    }
    return { data, ttlMs: null };
  }

  async #folder(path: string): Promise<string | null> {
    const folder = (await this.#allowed?.find(path)) ?? null;
    if (folder === null) return null;
    const stats = await stat(folder).catch(() => null);
    if (stats?.isDirectory()) return folder;
    this.#log('warn', `The path ${path} is not a directory`);
    return null;
  }
}

async function isFile(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => null);
  return stats?.isFile() ?? false;
}
