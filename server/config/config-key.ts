/** Kafka's own names of kinds, as REST shows them. */
export type ConfigType =
  | 'BOOLEAN'
  | 'STRING'
  | 'INT'
  | 'SHORT'
  | 'LONG'
  | 'DOUBLE'
  | 'LIST'
  | 'CLASS'
  | 'PASSWORD';

export type Importance = 'HIGH' | 'MEDIUM' | 'LOW';
export type Width = 'NONE' | 'SHORT' | 'MEDIUM' | 'LONG';

/** Raw settings as pasted, posted or read from a file. */
export type RawConfig = Readonly<Record<string, string | null>>;

/** A secret value; prints as `[hidden]` wherever it is turned into text or JSON. Made by `passwordOf`. */
export interface Password {
  readonly value: string;
  toString(): string;
  toJSON(): string;
}

/** Looks at the parsed value of one key. Ready-made ones are in `validators.ts`. */
export interface Validator<T = unknown> {
  /**
   * Throws a `config` error to refuse the value: `Invalid value V for configuration K: why`, made with
   * `invalidValue`. The value is null when nothing could be parsed, when a required key is missing, and when the
   * default is null.
   */
  ensureValid(key: string, value: T | null): void;
  /** For documents and forms, such as `[1,...]` or `one of a, b`. */
  readonly description: string;
}

/** Recommended values and visibility, given what else is configured (null: not given or not parsable). */
export interface Recommender {
  validValues(key: string, parsed: Readonly<Record<string, unknown>>): readonly string[];
  visible(key: string, parsed: Readonly<Record<string, unknown>>): boolean;
}

/**
 * One declaration: parse, validate, REST answer, form, README table and masking all read this. Made by the
 * functions of `kinds.ts`. `T` is the parsed value; LONG is a number held within safe integers.
 */
export interface ConfigKey<T = unknown> {
  readonly type: ConfigType;
  readonly importance: Importance;
  readonly documentation: string;
  /** Absent: required. May be null. */
  readonly default?: T | null;
  readonly validator?: Validator<T>;
  readonly group?: string;
  /** Default: the place among the keys of the group, from 1. */
  readonly orderInGroup?: number;
  readonly width?: Width;
  readonly displayName?: string;
  /** Keys whose recommended values or visibility depend on this one. */
  readonly dependents?: readonly string[];
  readonly recommender?: Recommender;
  /** Not shown by REST and forms. */
  readonly internal?: boolean;
}

/** A key whose default is null, so that its parsed value may be null. */
export interface NullableConfigKey<T = unknown> extends ConfigKey<T> {
  readonly default: null;
}
