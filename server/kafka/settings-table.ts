import { ConnectError } from '../errors/connect-error.ts';
import type { Properties } from './ports/properties.ts';

/**
 * Client settings are declared once, in tables of these: the key's documented name, its kind, default and range.
 * Messages are worded as Java's clients word them.
 */
export interface Setting<Value> {
  /** Undefined: the key is required. */
  readonly default: Value | undefined;
  /** Text of the property, already trimmed; throws the second half of the message. */
  readonly parse: (text: string) => Value;
  /** Absent: the setting does what Kafka documents. */
  readonly support?: SettingSupport;
}

/**
 * What becomes of a setting that cannot do what Kafka documents. `without effect`: accepted and checked, and a value
 * other than the default is warned about by name. `refused`: a value other than the default is a `config` error.
 */
export interface SettingSupport {
  readonly kind: 'without effect' | 'refused';
  /** For people, after "because": "the operating system chooses the size of socket buffers". */
  readonly reason: string;
}

export type SettingsTable = Readonly<Record<string, Setting<unknown>>>;

export type Settings<Table extends SettingsTable> = {
  readonly [Key in keyof Table]: Table[Key] extends Setting<infer Value> ? Value : never;
};

/** Reads the keys of `table` from raw properties; throws a `config` error that names the first bad key. */
export function parseSettings<Table extends SettingsTable>(
  table: Table,
  properties: Properties,
): Settings<Table> {
  const values: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(table)) {
    const text = properties[key]?.trim();
    if (text !== undefined) values[key] = parseOne(key, setting, text);
    else if (setting.default !== undefined) values[key] = setting.default;
    else throw settingError(key, `Missing required configuration "${key}" which has no default value.`);
  }
  // Every key of the table was filled by that key's own parser.
  return values as Settings<Table>;
}

function parseOne<Value>(key: string, setting: Setting<Value>, text: string): Value {
  try {
    return setting.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw settingError(key, `Invalid value ${text} for configuration ${key}: ${reason}`);
  }
}

export function settingError(key: string, message: string): ConnectError {
  return new ConnectError('config', message, { details: { key } });
}

interface NumberLimits {
  readonly default?: number;
  readonly min?: number;
  readonly max?: number;
}

/** A 32-bit whole number. */
export function intSetting(limits: NumberLimits = {}): Setting<number> {
  return {
    default: limits.default,
    parse: (text) => withinLimits(wholeNumber(text, 'INT', 2n ** 31n), limits),
  };
}

/** A 64-bit whole number; beyond 2^53 it is cut to the largest exact one, which stands for "no limit". */
export function longSetting(limits: NumberLimits = {}): Setting<number> {
  return {
    default: limits.default,
    parse: (text) => withinLimits(wholeNumber(text, 'LONG', 2n ** 63n), limits),
  };
}

export function doubleSetting(limits: NumberLimits = {}): Setting<number> {
  return {
    default: limits.default,
    parse(text) {
      if (text === '' || !Number.isFinite(Number(text))) throw new Error('Not a number of type DOUBLE');
      return withinLimits(Number(text), limits);
    },
  };
}

export function booleanSetting(options: { readonly default?: boolean } = {}): Setting<boolean> {
  return {
    default: options.default,
    parse(text) {
      if (/^true$/i.test(text)) return true;
      if (/^false$/i.test(text)) return false;
      throw new Error('Expected value to be either true or false');
    },
  };
}

export function stringSetting(options: { readonly default?: string } = {}): Setting<string> {
  return { default: options.default, parse: (text) => text };
}

/** A string where absence means something of its own. */
export function optionalStringSetting(): Setting<string | null> {
  return { default: null, parse: (text) => text };
}

/** Comma-separated, blanks around the parts dropped. */
export function listSetting(
  options: { readonly default?: readonly string[] } = {},
): Setting<readonly string[]> {
  return {
    default: options.default,
    parse: (text) => (text === '' ? [] : text.split(',').map((part) => part.trim())),
  };
}

/** One of some words. */
export function choiceSetting<Choice extends string>(
  choices: readonly Choice[],
  options: { readonly default?: Choice; readonly ignoreCase?: boolean } = {},
): Setting<Choice> {
  return {
    default: options.default,
    parse(text) {
      const wanted = options.ignoreCase === true ? text.toLowerCase() : text;
      const found = choices.find(
        (choice) => (options.ignoreCase === true ? choice.toLowerCase() : choice) === wanted,
      );
      if (found === undefined) throw new Error(`String must be one of: ${choices.join(', ')}`);
      return found;
    },
  };
}

function wholeNumber(text: string, type: string, limit: bigint): number {
  if (!/^[+-]?\d+$/.test(text)) throw new Error(`Not a number of type ${type}`);
  const value = BigInt(text.replace('+', ''));
  if (value >= limit || value < -limit) throw new Error(`Not a number of type ${type}`);
  const exact = value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);
  return Math.max(exact, Number.MIN_SAFE_INTEGER);
}

function withinLimits(value: number, { min, max }: NumberLimits): number {
  if (min !== undefined && value < min) throw new Error(`Value must be at least ${min}`);
  if (max !== undefined && value > max) throw new Error(`Value must be no more than ${max}`);
  return value;
}
