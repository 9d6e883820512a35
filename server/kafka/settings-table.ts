import { ConnectError } from '../errors/connect-error.ts';
import type { Properties } from './ports/properties.ts';

export type SettingType =
  | 'BOOLEAN'
  | 'CLASS'
  | 'DOUBLE'
  | 'INT'
  | 'LIST'
  | 'LONG'
  | 'PASSWORD'
  | 'SHORT'
  | 'STRING';

/**
 * Client settings are declared once, in tables of these: the key's documented name, its kind, default and range.
 * setting-kinds.ts makes them. Messages are worded as Java's clients word them.
 */
export interface Setting<Value> {
  /** As Kafka names it. A PASSWORD's value is in no message. */
  readonly type: SettingType;
  /** One line for people: what it sets, in which unit. */
  readonly doc: string;
  /** Undefined: the key is required. */
  readonly default: Value | undefined;
  /** Valid values, for people. Absent: every value of the type. */
  readonly range?: string | undefined;
  /** Reads the raw text of the property; throws `BadValue`. */
  readonly parse: (text: string, key: string) => Value;
  /** Absent: the setting does what Kafka documents. */
  readonly support?: SettingSupport | undefined;
}

/**
 * What becomes of a setting that cannot do what Kafka documents. `without effect`: accepted and checked, and a value
 * other than the default is warned about by name. `refused`: a value other than the default is a `config` error.
 */
export interface SettingSupport {
  readonly kind: 'without effect' | 'refused';
  /** For people, after "because": "the operating system chooses the size of socket buffers". */
  readonly reason: string;
  /** What is done whatever is asked for, where that is not the default: asking for this is all right as well. */
  readonly actual?: unknown;
}

/** Thrown by `Setting.parse`. The message is a reason, told after "Invalid value … for configuration …:". */
export class BadValue extends Error {
  /** The value as it was understood; absent: its raw text. */
  readonly understood: string | undefined;
  /** The message says everything already, the key included. */
  readonly isWholeMessage: boolean;

  constructor(reason: string, options: { understood?: string; isWholeMessage?: boolean } = {}) {
    super(reason);
    this.understood = options.understood;
    this.isWholeMessage = options.isWholeMessage === true;
  }
}

export type SettingsTable = Readonly<Record<string, Setting<unknown>>>;

export type Settings<Table extends SettingsTable> = {
  readonly [Key in keyof Table]: Table[Key] extends Setting<infer Value> ? Value : never;
};

/** What is wrong with the value of one key, in a whole sentence that holds no secret. */
export interface SettingProblem {
  readonly key: string;
  readonly message: string;
}

/** Reads the keys of `table` from raw properties; throws a `config` error that names the first bad key. */
export function parseSettings<Table extends SettingsTable>(
  table: Table,
  properties: Properties,
): Settings<Table> {
  const values: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(table)) {
    const text = properties[key];
    if (text !== undefined) {
      const outcome = parseOne(key, setting, text);
      if ('message' in outcome) throw settingError(key, outcome.message);
      values[key] = outcome.value;
    } else if (setting.default !== undefined) values[key] = setting.default;
    else throw settingError(key, `Missing required configuration "${key}" which has no default value.`);
  }
  // Every key of the table was filled by that key's own parser.
  return values as Settings<Table>;
}

/** All that is wrong with the properties that are there, key by key; keys that `table` lacks are not looked at. */
export function settingProblems(table: SettingsTable, properties: Properties): readonly SettingProblem[] {
  return Object.entries(properties).flatMap(([key, text]) => {
    if (!Object.hasOwn(table, key)) return [];
    const outcome = parseOne(key, table[key] as Setting<unknown>, text);
    return 'message' in outcome ? [{ key, message: outcome.message }] : [];
  });
}

/** Keys that ask for something which is not done, each with the reason. Keys with bad values are left out. */
export function settingsWithoutEffect(
  table: SettingsTable,
  properties: Properties,
): readonly { readonly key: string; readonly reason: string }[] {
  return Object.entries(properties).flatMap(([key, text]) => {
    const support = Object.hasOwn(table, key) ? table[key]?.support : undefined;
    if (support?.kind !== 'without effect') return [];
    const outcome = parseOne(key, table[key] as Setting<unknown>, text);
    if ('message' in outcome || isWhatIsDone(table[key] as Setting<unknown>, outcome.value)) return [];
    return [{ key, reason: support.reason }];
  });
}

export function settingError(key: string, message: string): ConnectError {
  return new ConnectError('config', message, { details: { key } });
}

function parseOne(
  key: string,
  setting: Setting<unknown>,
  text: string,
): { readonly value: unknown } | { readonly message: string } {
  const { support } = setting;
  try {
    const value = setting.parse(text, key);
    if (support?.kind !== 'refused' || isWhatIsDone(setting, value)) return { value };
    return { message: `${key} cannot be honoured, because ${support.reason}; leave it out` };
  } catch (error) {
    if (!(error instanceof BadValue)) throw error;
    const shown = setting.type === 'PASSWORD' ? '[hidden]' : (error.understood ?? text);
    if (error.isWholeMessage) return { message: error.message };
    return { message: `Invalid value ${shown} for configuration ${key}: ${error.message}` };
  }
}

function isWhatIsDone({ default: fallback, support }: Setting<unknown>, value: unknown): boolean {
  const same = (other: unknown) => JSON.stringify(other) === JSON.stringify(value);
  return same(fallback) || (support?.actual !== undefined && same(support.actual));
}
