import { ConnectError } from '../errors/connect-error.ts';
import type { Plugin } from '../plugin-api/plugin.ts';
import { compareVersions } from './maven-version.ts';
import {
  type BrokenLocation,
  type InstalledPlugins,
  nothingInstalled,
  type PluginLocation,
} from './plugin-location.ts';
import { VersionRange } from './version-range.ts';

type PluginType = Plugin['type'];

/** Which of several versions is wanted. */
export interface PluginChoice {
  /** A range of Maven's; absent, null or `latest`: the newest. */
  readonly version?: string | null | undefined;
  /** Without a version, what is installed together with this plugin comes first. */
  readonly beside?: Plugin | null;
}

const suffixes: Readonly<Record<PluginType, string>> = {
  source: 'Connector',
  sink: 'Connector',
  converter: 'Converter',
  header_converter: 'HeaderConverter',
  transformation: 'Transformation',
  predicate: 'Predicate',
};

/**
 * The installed plugins, found by class name or alias, in all their versions. Aliases are the simple name
 * (`JsonConverter`) and the same without the ending of its kind (`Json`); one that two classes could claim belongs to
 * none. Of equal versions an installed one comes before a bundled one, and the last location before the first.
 */
export class PluginCatalogue {
  readonly #plugins: readonly Plugin[];
  readonly #locations = new Map<Plugin, PluginLocation>();
  /** Oldest version first. */
  readonly #byClassName: ReadonlyMap<string, readonly Plugin[]>;
  /** null: claimed by two classes. */
  readonly #classNameOfAlias = new Map<string, string | null>();
  /** Locations that cannot be used. */
  readonly broken: readonly BrokenLocation[];

  constructor(bundled: readonly Plugin[], installed: InstalledPlugins = nothingInstalled) {
    for (const { location, plugins } of installed.loaded) {
      for (const plugin of plugins) this.#locations.set(plugin, location);
    }
    this.#plugins = [...bundled, ...this.#locations.keys()];
    this.broken = installed.broken;
    const sorted = this.#plugins.toSorted((one, other) => compareVersions(one.version, other.version));
    this.#byClassName = Map.groupBy(sorted, ({ className }) => className);
    const ours: ReadonlySet<Plugin> = new Set(bundled);
    for (const plugin of this.#plugins) {
      for (const alias of aliasesOf(plugin)) {
        const known = this.#classNameOfAlias.get(alias) ?? plugin.className;
        // Bundled plugins of vendors leave the aliases of Apache's alone, which worked before they came.
        if (ours.has(plugin) && isApaches(known) && !isApaches(plugin.className)) continue;
        const isAmbiguous = known !== plugin.className || this.#classNameOfAlias.get(alias) === null;
        this.#classNameOfAlias.set(alias, isAmbiguous ? null : plugin.className);
      }
    }
  }

  list(): readonly Plugin[] {
    return this.#plugins;
  }

  /** Where it was loaded from; null: it comes with Millrace. */
  locationOf(plugin: Plugin): PluginLocation | null {
    return this.#locations.get(plugin) ?? null;
  }

  /**
   * By class name or alias; without a type, the first kind that is listed under this name. Throws a `config` error in
   * Apache's words when there is such a class, but no version of it that is wanted.
   */
  find(classNameOrAlias: string): Plugin | null;
  find<Type extends PluginType>(
    classNameOrAlias: string,
    type: Type,
    choice?: PluginChoice,
  ): Extract<Plugin, { type: Type }> | null;
  find(classNameOrAlias: string, type?: PluginType, choice: PluginChoice = {}): Plugin | null {
    const found = this.#all(classNameOrAlias, type);
    const [first] = found;
    if (first === undefined) return null;
    const range = VersionRange.parse(choice.version);
    if (range !== null) {
      const fitting = found.findLast(({ version }) => range.has(version));
      if (fitting !== undefined) return fitting;
      const versions = found.map(({ version }) => version).join(', ');
      throw new ConnectError(
        'config',
        `Plugin ${first.className} not found that matches the version range ${range}, available versions: [${versions}]`,
      );
    }
    const location = choice.beside ? this.locationOf(choice.beside) : null;
    const neighbour = found.findLast((plugin) => location !== null && this.locationOf(plugin) === location);
    return neighbour ?? found.at(-1) ?? null;
  }

  /** All of this class, oldest first; empty when the name is not known. */
  versions(classNameOrAlias: string, type: PluginType): readonly Plugin[] {
    return this.#all(classNameOrAlias, type);
  }

  #all(classNameOrAlias: string, type: PluginType | undefined): readonly Plugin[] {
    const name = classNameOrAlias.trim();
    const className = this.#byClassName.has(name) ? name : (this.#classNameOfAlias.get(name) ?? '');
    const found = this.#byClassName.get(className) ?? [];
    const wanted = type ?? this.#plugins.find((plugin) => plugin.className === className)?.type;
    return found.filter((plugin) => plugin.type === wanted);
  }
}

function isApaches(className: string): boolean {
  return className.startsWith('org.apache.kafka.connect.');
}

function aliasesOf({ className, type }: Plugin): readonly string[] {
  const simple = className.slice(Math.max(className.lastIndexOf('.'), className.lastIndexOf('$')) + 1);
  const cut = simple.lastIndexOf(suffixes[type]);
  return cut > 0 ? [simple, simple.slice(0, cut)] : [simple];
}
