import type { ConfigType, Importance, Width } from '../config/config-key.ts';
import type { ConfigValue } from '../config/config-value.ts';

export interface ConfigKeyInfo {
  readonly name: string;
  readonly type: ConfigType;
  readonly required: boolean;
  /** Text form; `[hidden]` for passwords; null when required or when the default is null. */
  readonly defaultValue: string | null;
  readonly importance: Importance;
  readonly documentation: string;
  readonly group: string | null;
  readonly orderInGroup: number;
  readonly width: Width;
  readonly displayName: string;
  readonly dependents: readonly string[];
}

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
