import { defineConfig } from '../config/define-config.ts';
import { parseJavaProperties } from '../config/java-properties.ts';
import { list } from '../config/kinds.ts';
import { ConnectError } from '../errors/connect-error.ts';
import type { ConfigData, ConfigProvider } from '../plugin-api/config-provider.ts';
import type { Log, Settings } from '../plugin-api/source-connector.ts';
import { AllowedPaths } from './allowed-paths.ts';
import { readTextFile } from './read-text-file.ts';

export const pathProviderConfig = defineConfig({
  'allowed.paths': list({
    default: [],
    importance: 'LOW',
    documentation:
      'Absolute paths of files and folders that may be read. Empty: everything that the worker can read.',
  }),
});

/** `${alias:/path/to/file.properties:key}`: a property of a file in Java's properties format, in UTF-8. */
export class FileConfigProvider implements ConfigProvider {
  #allowed: AllowedPaths | null = null;

  configure(settings: Settings, log: Log): void {
    this.#allowed = new AllowedPaths(settings, log);
  }

  async get(path: string, keys: ReadonlySet<string>): Promise<ConfigData> {
    const data = new Map<string, string>();
    if (path === '') return { data, ttlMs: null };
    const file = (await this.#allowed?.find(path)) ?? null;
    if (file === null) return { data, ttlMs: null };
    const { entries } = parseJavaProperties(await this.#read(file, path), path);
    for (const key of keys) {
      const value = Object.hasOwn(entries, key) ? entries[key] : undefined;
      if (value !== undefined) data.set(key, value);
    }
    return { data, ttlMs: null };
  }

  async #read(file: string, path: string): Promise<string> {
    try {
      return await readTextFile(file);
    } catch (error) {
      throw new ConnectError('config', `Could not read properties from file ${path}`, { cause: error });
    }
  }
}
