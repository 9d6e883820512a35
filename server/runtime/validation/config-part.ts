import type { ConfigDef, ConfigKeys } from '../../config/config-def.ts';
import type { ConfigKey, RawConfig } from '../../config/config-key.ts';
import type { ConfigKeyInfo } from '../../config/config-key-info.ts';
import type { ConfigValue } from '../../config/config-value.ts';
import { defineConfig } from '../../config/define-config.ts';
import { describeConfig } from '../../config/describe-config.ts';
import { validateConfig } from '../../config/validate-config.ts';
import { messageOf } from '../../errors/connect-error.ts';

/** Apache's words for a key whose value is null where it must not be. */
export const nullValue = 'Null value can not be supplied as the configuration value.';

export interface ConfigEntry {
  /** null for a value whose key nobody knows. */
  readonly definition: ConfigKeyInfo | null;
  readonly value: ConfigValue;
}

/** Keys of one part of a validation (framework, a transformation, a converter …), each with its value. */
export function validatePart(def: ConfigDef, config: RawConfig): ConfigEntry[] {
  const definitions = new Map(describeConfig(def).map((info) => [info.name, info]));
  const entries: ConfigEntry[] = [];
  for (const value of validateConfig(def, config)) {
    const definition = definitions.get(value.name);
    if (definition !== undefined) entries.push({ definition, value });
  }
  return entries;
}

export function unknownValue(name: string, value: string | null, errors: string[]): ConfigEntry {
  return { definition: null, value: { name, value, recommendedValues: [], errors, visible: true } };
}

/**
 * A plugin's keys as part of a connector's configuration. Parsers name keys with the prefix, validators without it:
 * they see the plugin's own names, as the plugin will.
 */
export function prefixedConfig(prefix: string, def: ConfigDef, group: string | null): ConfigDef {
  const keys: Record<string, ConfigKey> = {};
  for (const [name, key] of Object.entries(def.keys)) {
    const { validator, recommender, dependents, ...rest } = key;
    keys[`${prefix}${name}`] = {
      ...rest,
      displayName: key.displayName ?? name,
      ...(group === null ? {} : { group }),
      ...(dependents === undefined ? {} : { dependents: dependents.map((other) => `${prefix}${other}`) }),
      ...(validator === undefined
        ? {}
        : {
            validator: {
              description: validator.description,
              ensureValid: (_key: string, value: unknown) => validator.ensureValid(name, value),
            },
          }),
      ...(recommender === undefined
        ? {}
        : {
            recommender: {
              validValues: (_key, parsed) => recommender.validValues(name, withoutPrefix(prefix, parsed)),
              visible: (_key, parsed) => recommender.visible(name, withoutPrefix(prefix, parsed)),
            },
          }),
    };
  }
  return defineConfig<ConfigKeys>(
    keys,
    def.rules.map(
      (rule) => (parsed, addError) =>
        rule(withoutPrefix(prefix, parsed), (name, message) => addError(`${prefix}${name}`, message)),
    ),
  );
}

/** Runs a check that may throw; what it throws becomes a message of the entry. */
export function addErrorIfThrown(entry: ConfigEntry | undefined, check: () => void): void {
  try {
    check();
  } catch (error) {
    entry?.value.errors.push(messageOf(error));
  }
}

function withoutPrefix(prefix: string, parsed: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const own: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(parsed)) {
    if (name.startsWith(prefix)) own[name.slice(prefix.length)] = value;
  }
  return own;
}
