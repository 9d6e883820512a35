import type { ConfigKeyInfo } from '../config/config-key-info.ts';
import type { ConfigValue } from '../config/config-value.ts';

export type { ConfigKeyInfo };

/** Answer of validation (KIP-26): keys may repeat, so it is a list. */
export interface ConfigInfos {
  readonly name: string;
  readonly errorCount: number;
  readonly groups: readonly string[];
  readonly configs: readonly {
    /** null for a value whose key nobody knows. */
    readonly definition: ConfigKeyInfo | null;
    readonly value: ConfigValue;
  }[];
}
