import type { ConfigDef } from './config-def.ts';
import type { RawConfig } from './config-key.ts';
import { hiddenText } from './password.ts';

/** The same settings, for logs and screens: values of PASSWORD keys are hidden. Never store the result. */
export function maskConfig(def: ConfigDef, raw: RawConfig): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [
      name,
      value !== null && def.keys[name]?.type === 'PASSWORD' ? hiddenText : value,
    ]),
  );
}
