import type { ConfigDef, ConfigKeys } from '../../config/config-def.ts';
import type { ConfigKey, RawConfig } from '../../config/config-key.ts';
import { defineConfig } from '../../config/define-config.ts';
import { boolean, className, string } from '../../config/kinds.ts';
import type { Plugin } from '../../plugin-api/plugin.ts';
import type { PluginLookup } from '../plugin-lookup.ts';
import { addErrorIfThrown, type ConfigEntry, prefixedConfig, validatePart } from './config-part.ts';
import { pluginClass, versionTexts } from './framework-part.ts';

interface Kind {
  readonly key: 'transforms' | 'predicates';
  readonly title: string;
  readonly type: 'transformation' | 'predicate';
  readonly word: string;
}

const kinds: readonly Kind[] = [
  { key: 'transforms', title: 'Transforms', type: 'transformation', word: 'Transformation' },
  { key: 'predicates', title: 'Predicates', type: 'predicate', word: 'Predicate' },
];

/** Keys of every alias in `transforms` and `predicates`, whatever their values are. */
export function validateTransformations(
  config: RawConfig,
  plugins: PluginLookup,
  connector: Plugin | null,
): ConfigEntry[] {
  return kinds.flatMap((kind) =>
    aliasesOf(config[kind.key]).flatMap((alias) => validateAlias(config, alias, kind, plugins, connector)),
  );
}

function aliasesOf(text: string | null | undefined): readonly string[] {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? [] : [...new Set(trimmed.split(',').map((alias) => alias.trim()))];
}

function validateAlias(
  config: RawConfig,
  alias: string,
  kind: Kind,
  plugins: PluginLookup,
  connector: Plugin | null,
): ConfigEntry[] {
  const prefix = `${kind.key}.${alias}.`;
  const given = config[`${prefix}type`]?.trim();
  const version = config[`${prefix}plugin.version`];
  const find = (wanted?: string | null) =>
    given === undefined ? null : plugins.find(given, kind.type, { version: wanted, beside: connector });
  let plugin: Plugin | null;
  try {
    plugin = find(version);
  } catch {
    plugin = find();
  }
  const entries = validatePart(aliasConfig(prefix, alias, kind, plugin, plugins), config);
  const [typeEntry, versionEntry] = entries;
  for (const entry of [typeEntry, versionEntry]) addErrorIfThrown(entry, () => find(version));
  const type = typeEntry?.value;
  if (plugin === null && type !== undefined) type.value = null;
  if (kind.key === 'transforms' && plugin !== null) {
    const negate = `${prefix}negate`;
    if (config[negate] !== undefined && config[`${prefix}predicate`] === undefined) {
      type?.errors.push(
        `Config '${negate}' was provided but there is no config '${prefix}predicate' defining a predicate to be negated.`,
      );
    }
  }
  return entries;
}

/** Without a class that is known: only type and version. */
function aliasConfig(
  prefix: string,
  alias: string,
  kind: Kind,
  plugin: Plugin | null,
  plugins: PluginLookup,
): ConfigDef {
  const group = `${kind.title}: ${alias}`;
  const head: Record<string, ConfigKey> = {
    [`${prefix}type`]: className({
      importance: 'HIGH',
      group,
      orderInGroup: 0,
      width: 'LONG',
      displayName: `${kind.word} type for ${alias}`,
      validator: pluginClass(plugins, [kind.type]),
      documentation: `Class of the ${kind.word.toLowerCase()} ${alias}.`,
      recommender: {
        validValues: () =>
          plugins.list().flatMap((each) => (each.type === kind.type ? [each.className] : [])),
        visible: () => true,
      },
    }),
    [`${prefix}plugin.version`]: {
      ...string({
        default: null,
        importance: 'HIGH',
        group,
        orderInGroup: 1,
        width: 'LONG',
        displayName: `${kind.word} version for ${alias}`,
        documentation: `Version range of the ${kind.word.toLowerCase()} ${alias}.`,
        recommender: {
          validValues: () => (plugin === null ? [] : versionTexts(plugins, plugin)),
          visible: () => true,
        },
      }),
      default: plugin?.version ?? null,
    },
  };
  if (plugin === null) return defineConfig<ConfigKeys>(head);
  const own = prefixedConfig(prefix, plugin.config, group);
  const tail = kind.key === 'transforms' ? conditionKeys(prefix, alias, group) : {};
  return defineConfig<ConfigKeys>({ ...head, ...own.keys, ...tail }, own.rules);
}

/** They mask keys of the transformation with the same names. */
function conditionKeys(prefix: string, alias: string, group: string): Record<string, ConfigKey> {
  return {
    [`${prefix}negate`]: boolean({
      default: false,
      importance: 'MEDIUM',
      group,
      documentation: `Whether ${alias} applies to the records that the predicate does not match.`,
    }),
    [`${prefix}predicate`]: string({
      default: null,
      importance: 'MEDIUM',
      group,
      documentation: `Alias of the predicate that says which records ${alias} applies to.`,
    }),
  };
}
