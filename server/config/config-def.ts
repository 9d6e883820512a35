import type { ConfigKey } from './config-key.ts';

/** A set of keys under their original dotted names, in order of definition. Made by `defineConfig`. */
export interface ConfigDef {
  readonly keys: Readonly<Record<string, ConfigKey<never> | ConfigKey>>;
  /** Rules across keys: add messages to named keys of `values`. */
  readonly rules?: readonly ConfigRule[];
}

export type ConfigRule = (
  parsed: Readonly<Record<string, unknown>>,
  addError: (key: string, message: string) => void,
) => void;
