import { ConnectError } from '../errors/connect-error.ts';
import type { ConnectorPlugin, Plugin } from '../plugin-api/plugin.ts';

type PluginType = Plugin['type'];

const suffixes: Readonly<Record<PluginType, string>> = {
  source: 'Connector',
  sink: 'Connector',
  converter: 'Converter',
  header_converter: 'HeaderConverter',
  transformation: 'Transformation',
  predicate: 'Predicate',
};

/**
 * The installed plugins, found by class name or alias. Aliases are the simple name (`JsonConverter`) and the same
 * without the ending of its kind (`Json`); one that two classes could claim belongs to none.
 */
export class PluginCatalogue {
  readonly #plugins: readonly Plugin[];
  readonly #byClassName: ReadonlyMap<string, readonly Plugin[]>;
  /** null: claimed by two classes. */
  readonly #classNameOfAlias = new Map<string, string | null>();

  constructor(plugins: readonly Plugin[]) {
    this.#plugins = plugins;
    this.#byClassName = Map.groupBy(plugins, ({ className }) => className);
    for (const plugin of plugins) {
      for (const alias of aliasesOf(plugin)) {
        const known = this.#classNameOfAlias.get(alias) ?? plugin.className;
        const isAmbiguous = known !== plugin.className || this.#classNameOfAlias.get(alias) === null;
        this.#classNameOfAlias.set(alias, isAmbiguous ? null : plugin.className);
      }
    }
  }

  list(): readonly Plugin[] {
    return this.#plugins;
  }

  /** By class name or alias; without a type, the first kind that is listed under this name. */
  find(classNameOrAlias: string): Plugin | null;
  find<Type extends PluginType>(classNameOrAlias: string, type: Type): Extract<Plugin, { type: Type }> | null;
  find(classNameOrAlias: string, type?: PluginType): Plugin | null {
    const name = classNameOrAlias.trim();
    const className = this.#byClassName.has(name) ? name : (this.#classNameOfAlias.get(name) ?? '');
    const found = this.#byClassName.get(className) ?? [];
    return found.find((plugin) => type === undefined || plugin.type === type) ?? null;
  }

  /** A connector's name may also lack the `Connector` at its end. Throws a `bad-request` in Apache's words. */
  requireConnector(classNameOrAlias: string): ConnectorPlugin {
    for (const name of [classNameOrAlias, `${classNameOrAlias.trim()}Connector`]) {
      const plugin = this.find(name, 'source') ?? this.find(name, 'sink');
      if (plugin !== null) return plugin;
    }
    const available = this.#plugins.filter(({ type }) => type === 'source' || type === 'sink');
    throw new ConnectError(
      'bad-request',
      `Failed to find any class that implements Connector and which name matches ${classNameOrAlias}, available connectors are: ${available.map(({ className }) => className).join(', ')}`,
    );
  }
}

function aliasesOf({ className, type }: Plugin): readonly string[] {
  const simple = className.slice(Math.max(className.lastIndexOf('.'), className.lastIndexOf('$')) + 1);
  const cut = simple.lastIndexOf(suffixes[type]);
  return cut > 0 ? [simple, simple.slice(0, cut)] : [simple];
}
