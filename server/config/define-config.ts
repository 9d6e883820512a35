import { ConnectError } from '../errors/connect-error.ts';
import type { ConfigDef, ConfigKeys, ConfigRule } from './config-def.ts';

/** Declares a set of keys, once and for all uses. Throws at import time if a dependent is not among the keys. */
export function defineConfig<const Keys extends ConfigKeys>(
  keys: Keys,
  rules: readonly ConfigRule<Keys>[] = [],
): ConfigDef<Keys> {
  for (const [name, key] of Object.entries(keys)) {
    for (const dependent of key.dependents ?? []) {
      if (!Object.hasOwn(keys, dependent)) {
        throw new ConnectError('config', `${dependent} is a dependent of ${name}, but is not defined.`);
      }
    }
  }
  return { keys, rules };
}
