import type { ConfigKey, NullableConfigKey } from './config-key.ts';

export type ConfigKeys = Readonly<Record<string, ConfigKey>>;

/** A set of keys under their original dotted names, in order of definition. Made by `defineConfig`. */
export interface ConfigDef<Keys extends ConfigKeys = ConfigKeys> {
  readonly keys: Keys;
  /** Rules across keys: add messages to named keys of `values`. */
  readonly rules: readonly ConfigRule<Keys>[];
}

type ValueOf<Key> =
  Key extends NullableConfigKey<infer T> ? T | null : Key extends ConfigKey<infer T> ? T : never;

/** What `parseConfig` returns, indexed by the dotted names. */
export type ParsedConfig<Def extends ConfigDef> = {
  readonly [Name in keyof Def['keys']]: ValueOf<Def['keys'][Name]>;
};

/** Adds one message to a key that exists in the definition. */
export type AddConfigError<Keys extends ConfigKeys = ConfigKeys> = (
  key: keyof Keys & string,
  message: string,
) => void;

interface ConfigRuleMethod<Keys extends ConfigKeys> {
  check(
    parsed: { readonly [Name in keyof Keys]: ValueOf<Keys[Name]> | null },
    addError: AddConfigError<Keys>,
  ): void;
}

/**
 * A rule across keys. Runs after every key was looked at by itself; a value that could not be parsed, and a missing
 * required one, is null. Taken from a method so that a definition with known keys counts as a `ConfigDef`.
 */
export type ConfigRule<Keys extends ConfigKeys = ConfigKeys> = ConfigRuleMethod<Keys>['check'];
