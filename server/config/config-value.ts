/**
 * One key's outcome of validation. `value` is the parsed value in text form (`[hidden]` for passwords), null if it
 * could not be parsed. Connectors may add errors and recommended values in `validate`.
 */
export interface ConfigValue {
  readonly name: string;
  value: string | null;
  recommendedValues: readonly string[];
  readonly errors: string[];
  visible: boolean;
}
