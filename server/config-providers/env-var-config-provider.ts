import { RE2JS } from 're2js';
import { defineConfig } from '../config/define-config.ts';
import { string } from '../config/kinds.ts';
import { ConnectError, messageOf } from '../errors/connect-error.ts';
import type { ConfigData, ConfigProvider } from '../plugin-api/config-provider.ts';
import type { Settings } from '../plugin-api/source-connector.ts';

export const envVarProviderConfig = defineConfig({
  'allowlist.pattern': string({
    default: '.*',
    importance: 'LOW',
    documentation:
      'Regular expression that the whole name of a variable must match. Lookaround and back references are refused.',
  }),
});

/** `${alias:NAME}`: an environment variable of the worker, as it was when the worker started. */
export class EnvVarConfigProvider implements ConfigProvider {
  readonly #environment: Readonly<Record<string, string | undefined>>;
  #allowed: ReadonlyMap<string, string> = new Map();

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.#environment = environment;
  }

  configure(settings: Settings): void {
    const pattern = compile(settings['allowlist.pattern'] ?? '.*');
    const allowed = new Map<string, string>();
    for (const [name, value] of Object.entries(this.#environment)) {
      if (value !== undefined && pattern.matches(name)) allowed.set(name, value);
    }
    this.#allowed = allowed;
  }

  get(path: string, keys: ReadonlySet<string>): ConfigData {
    if (path !== '') {
      throw new ConnectError(
        'config',
        `Path is not supported for EnvVarConfigProvider, invalid value '${path}'`,
      );
    }
    const data = new Map<string, string>();
    for (const key of keys) {
      const value = this.#allowed.get(key);
      if (value !== undefined) data.set(key, value);
    }
    return { data, ttlMs: null };
  }
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    throw new ConnectError(
      'config',
      `Invalid value ${pattern} for configuration allowlist.pattern: ${messageOf(error)}`,
      { cause: error },
    );
  }
}
