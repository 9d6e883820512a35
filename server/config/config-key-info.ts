import type { ConfigType, Importance, Width } from './config-key.ts';

/** A key as validation and the catalogue show it. */
export interface ConfigKeyInfo {
  readonly name: string;
  readonly type: ConfigType;
  readonly required: boolean;
  /** Text form; `[hidden]` for passwords; null when required or when the default is null. */
  readonly defaultValue: string | null;
  readonly importance: Importance;
  readonly documentation: string;
  readonly group: string | null;
  /** -1 when the key has no group. */
  readonly orderInGroup: number;
  readonly width: Width;
  readonly displayName: string;
  readonly dependents: readonly string[];
}
