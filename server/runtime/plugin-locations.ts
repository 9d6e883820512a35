import type { Plugin } from '../plugin-api/plugin.ts';
import type { Settings } from '../plugin-api/source-connector.ts';
import type { PluginLocation } from '../plugins/plugin-location.ts';
import { type PluginLookup, requireConnector } from './plugin-lookup.ts';
import { listSetting } from './settings-prefix.ts';
import { chosenConverter, converterKinds, findConverter } from './task/create-converters.ts';

/**
 * Packages that the tasks of a connector need: those of its own plugin, converters, transformations and predicates.
 * What is not there is left out; the task says so when it misses it. Placeholders are resolved.
 */
export function pluginLocationsOf(
  plugins: PluginLookup,
  worker: Settings,
  connector: Settings,
): readonly PluginLocation[] {
  const plugin = attempt(() => requireConnector(plugins, connector));
  const named = (list: 'transforms' | 'predicates', type: 'transformation' | 'predicate') =>
    listSetting(connector, list).map((alias) =>
      attempt(() =>
        plugins.find(connector[`${list}.${alias}.type`] ?? '', type, {
          version: connector[`${list}.${alias}.plugin.version`],
          beside: plugin,
        }),
      ),
    );
  const needed: readonly (Plugin | null)[] = [
    plugin,
    ...converterKinds.map((kind) =>
      attempt(() => findConverter(chosenConverter(kind, worker, connector), plugins, plugin)),
    ),
    ...named('transforms', 'transformation'),
    ...named('predicates', 'predicate'),
  ];
  const locations = needed.flatMap((each) => (each === null ? [] : (plugins.locationOf(each) ?? [])));
  return [...new Set(locations)];
}

function attempt<Found>(find: () => Found | null): Found | null {
  try {
    return find();
  } catch {
    return null;
  }
}
