import type { ConnectorPlugin, Plugin } from '../../plugin-api/plugin.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { PluginLookup } from '../plugin-lookup.ts';
import { listSetting } from '../settings-prefix.ts';
import { chosenConverter, converterKinds, findConverter } from '../task/create-converters.ts';

/** Of each converter, transformation and predicate of a task: its class and its version. */
export interface TaskPlugins {
  readonly type: ConnectorPlugin['type'];
  /** `connector-class`, `key-converter-version` and so on. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly steps: readonly {
    readonly kind: 'transform' | 'predicate';
    readonly alias: string;
    readonly className: string;
    readonly version: string;
  }[];
}

/** A class that cannot be found is left out: the task fails of it and says so. */
export function taskPluginsOf(
  plugins: PluginLookup,
  worker: Settings,
  connector: Settings,
  own: ConnectorPlugin,
): TaskPlugins {
  const attributes: Record<string, string> = {
    'connector-class': own.className,
    'connector-type': own.type,
    'connector-version': own.version,
    'task-class': own.taskClassName,
    'task-version': own.version,
  };
  for (const kind of converterKinds) {
    const found = orNull(() => findConverter(chosenConverter(kind, worker, connector), plugins, own));
    if (found === null) continue;
    attributes[`${kind}-converter-class`] = found.className;
    attributes[`${kind}-converter-version`] = found.version;
  }
  const steps = (['transform', 'predicate'] as const).flatMap((kind) =>
    listSetting(connector, `${kind}s`).flatMap((alias) => {
      const prefix = `${kind}s.${alias.trim()}.`;
      const version = connector[`${prefix}plugin.version`] ?? null;
      const className = connector[`${prefix}type`]?.trim() ?? '';
      const type = kind === 'transform' ? 'transformation' : 'predicate';
      const found = orNull(() => plugins.find(className, type, { version, beside: own }));
      return found === null
        ? []
        : [{ kind, alias: alias.trim(), className: found.className, version: found.version }];
    }),
  );
  return { type: own.type, attributes, steps };
}

function orNull<Found extends Plugin>(find: () => Found | null): Found | null {
  try {
    return find();
  } catch {
    return null;
  }
}
