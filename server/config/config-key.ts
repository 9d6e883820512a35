import type { ConfigDef } from './config-def.ts';

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

/** A secret value; prints as `[hidden]` wherever it is turned into text or JSON. */
export interface Password {
  readonly value: string;
  toString(): string;
  toJSON(): string;
}

/**
 * Looks at a parsed value and throws a `config` error to refuse it: message
 * `Invalid value V for configuration K: why` (made with `invalidValue`).
 */
export interface Validator<T> {
  (key: string, value: T): void;
  /** For docs and forms, such as `[1,...]` or `one of a, b`. */
  readonly description: string;
}

/** Recommended values and visibility, given what else is configured. */
export interface Recommender {
  validValues(key: string, parsed: Readonly<Record<string, unknown>>): readonly string[];
  visible(key: string, parsed: Readonly<Record<string, unknown>>): boolean;
}

/**
 * One declaration: parse, validate, REST answer, form, README table and masking all read this.
 * `T` is the parsed value (LONG is a number, checked to be a safe integer).
 */
export interface ConfigKey<T = unknown> {
  readonly type: ConfigType;
  readonly importance: Importance;
  readonly documentation: string;
  /** Absent: required. May be null. */
  readonly default?: T | null;
  readonly validator?: Validator<T>;
  readonly group?: string;
  readonly orderInGroup?: number;
  readonly width?: Width;
  readonly displayName?: string;
  readonly dependents?: readonly string[];
  readonly recommender?: Recommender;
  /** Not shown by REST and forms. */
  readonly internal?: boolean;
}

export type ParsedConfig<D extends ConfigDef> = {
  readonly [K in keyof D['keys']]: D['keys'][K] extends ConfigKey<infer T>
    ? D['keys'][K] extends { readonly default: null }
      ? T | null
      : T
    : never;
};
