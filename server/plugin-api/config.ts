/** How a plugin declares its settings; the public door to `server/config`. */
export type { ConfigDef, ParsedConfig } from '../config/config-def.ts';
export { invalidValue } from '../config/config-error.ts';
export type { ConfigKey, Password, RawConfig, Recommender, Validator } from '../config/config-key.ts';
export type { ConfigValue } from '../config/config-value.ts';
export { defineConfig } from '../config/define-config.ts';
export * as kinds from '../config/kinds.ts';
export { parseConfig } from '../config/parse-config.ts';
export * as validators from '../config/validators.ts';
