import type { ConfigDef } from './config-def.ts';
import type { ConfigKeyInfo } from './config-key-info.ts';
import { configText } from './config-text.ts';

/** The definition as REST, forms and documents show it: keys in order, internal ones left out. */
export function describeConfig(def: ConfigDef): ConfigKeyInfo[] {
  const sizes = new Map<string, number>();
  const infos: ConfigKeyInfo[] = [];
  for (const [name, key] of Object.entries(def.keys)) {
    const group = key.group ?? null;
    const place = group === null ? -1 : (sizes.get(group) ?? 0) + 1;
    if (group !== null) sizes.set(group, place);
    if (key.internal) continue;
    infos.push({
      name,
      type: key.type,
      required: key.default === undefined,
      defaultValue: configText(key.type, key.default),
      importance: key.importance,
      documentation: key.documentation,
      group,
      orderInGroup: group === null ? -1 : (key.orderInGroup ?? place),
      width: key.width ?? 'NONE',
      displayName: key.displayName ?? name,
      dependents: key.dependents ?? [],
    });
  }
  return infos;
}
