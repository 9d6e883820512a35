import type { PluginDescription } from './plugin.ts';
import type { Log, Settings } from './source-connector.ts';

/** What a config provider found. */
export interface ConfigData {
  /** Keys that it does not have are absent: their placeholders stay as they are written. */
  readonly data: ReadonlyMap<string, string>;
  /** Milliseconds after which the values should be looked up again, by restarting the connector. null: they keep. */
  readonly ttlMs: number | null;
}

/** Looks up the values of placeholders `${alias:path:key}` (KIP-297). One object serves the whole worker. */
export interface ConfigProvider {
  /** Settings `config.providers.<alias>.param.*`, without their prefix. Throw a `config` error to refuse them. */
  configure(settings: Settings, log: Log): void;
  /**
   * Called when a connector or task starts or a configuration is validated, once for each path; bounded by the worker.
   * `path` is empty for `${alias:key}`. Reject when the place cannot be read; the message must not hold any value.
   */
  get(path: string, keys: ReadonlySet<string>): Promise<ConfigData> | ConfigData;
  close?(): Promise<void> | void;
}

export interface ConfigProviderPlugin extends PluginDescription {
  readonly type: 'configprovider';
  createConfigProvider(): ConfigProvider;
}
