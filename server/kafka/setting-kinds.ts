import type { Setting, SettingSupport, SettingType } from './settings-table.ts';
import { BadValue } from './settings-table.ts';

export interface SettingOptions<Value> {
  /** One line for people: what it sets, in which unit. */
  readonly doc: string;
  /** Absent: the key is required. */
  readonly default?: Value;
  readonly support?: SettingSupport;
}

export interface NumberOptions extends SettingOptions<number> {
  readonly min?: number;
  readonly max?: number;
}

/** A 32-bit whole number. */
export function intSetting(options: NumberOptions): Setting<number> {
  return wholeNumberSetting('INT', 31n, options);
}

/** A 16-bit whole number. */
export function shortSetting(options: NumberOptions): Setting<number> {
  return wholeNumberSetting('SHORT', 15n, options);
}

/** A 64-bit whole number; beyond 2^53 it is cut to the largest exact one, which stands for "no limit". */
export function longSetting(options: NumberOptions): Setting<number> {
  return wholeNumberSetting('LONG', 63n, options);
}

/** A whole number, or absent, which means something of its own. */
export function optionalIntSetting(options: SettingOptions<number>): Setting<number | null> {
  return { ...intSetting(options), default: null };
}

export function doubleSetting(options: NumberOptions): Setting<number> {
  return {
    ...described('DOUBLE', options),
    range: rangeOf(options, javaDouble),
    parse(text) {
      const match = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)[df]?$/i.exec(text.trim());
      if (match === null) throw new BadValue('Not a number of type DOUBLE');
      const value = Number(match[1]);
      ensureWithin(value, options, javaDouble, javaDouble(value));
      return value;
    },
  };
}

export function booleanSetting(options: SettingOptions<boolean>): Setting<boolean> {
  return {
    ...described('BOOLEAN', options),
    parse(text) {
      const word = text.trim().toLowerCase();
      if (word === 'true' || word === 'false') return word === 'true';
      throw new BadValue('Expected value to be either true or false');
    },
  };
}

export function stringSetting(options: SettingOptions<string>): Setting<string> {
  return { ...described('STRING', options), parse: (text) => text.trim() };
}

/** A string where absence means something of its own. */
export function optionalStringSetting(
  options: SettingOptions<string> & { readonly nonEmpty?: boolean },
): Setting<string | null> {
  return {
    ...described<string | null>('STRING', { ...options, default: options.default ?? null }),
    range: options.nonEmpty === true ? 'not empty' : undefined,
    parse(text) {
      if (options.nonEmpty === true && text.trim() === '')
        throw new BadValue('String must be non-empty', { understood: '' });
      return text.trim();
    },
  };
}

/** A secret: never part of a message. */
export function passwordSetting(options: SettingOptions<string>): Setting<string | null> {
  return {
    ...described<string | null>('PASSWORD', { ...options, default: options.default ?? null }),
    parse: (text) => text.trim(),
  };
}

/** Name of a Java class; whoever reads it knows which ones there are. */
export function classSetting(options: SettingOptions<string>): Setting<string | null> {
  return {
    ...described<string | null>('CLASS', { ...options, default: options.default ?? null }),
    parse: (text) => text.trim(),
  };
}

/** Comma-separated, blanks around the parts dropped. */
export function listSetting(
  options: SettingOptions<readonly string[]> & { readonly nonEmpty?: boolean },
): Setting<readonly string[]> {
  return {
    ...described('LIST', options),
    range: options.nonEmpty === true ? 'not empty' : undefined,
    parse(text, key) {
      const parts =
        text.trim() === ''
          ? []
          : text
              .trim()
              .split(',')
              .map((part) => part.trim());
      if (parts.length === 0 && options.nonEmpty === true) {
        throw badList(key, 'must not be empty. Valid values include: any non-empty value');
      }
      if (new Set(parts).size < parts.length) {
        throw badList(key, 'values must not be duplicated.');
      }
      if (parts.includes('')) throw badList(key, 'values must not be empty.');
      return parts;
    },
  };
}

/** One of some words. With `ignoreCase`, the value is the word as it is declared here. */
export function choiceSetting<Choice extends string>(
  choices: readonly Choice[],
  options: SettingOptions<Choice> & { readonly ignoreCase?: boolean },
): Setting<Choice> {
  const fold = (word: string): string => (options.ignoreCase === true ? word.toLowerCase() : word);
  return {
    ...described('STRING', options),
    range: choices.join(', '),
    parse(text) {
      const word = text.trim();
      const found = choices.find((choice) => fold(choice) === fold(word));
      if (found !== undefined) return found;
      const [how, shown] =
        options.ignoreCase === true
          ? [' (case insensitive)', choices.map((choice) => choice.toUpperCase())]
          : ['', choices];
      throw new BadValue(`String must be one of${how}: ${shown.join(', ')}`, { understood: word });
    },
  };
}

/** Refuses some numbers within the range, in Java's words. */
export function satisfying<Value>(
  setting: Setting<Value>,
  range: string,
  ensure: (value: Value) => void,
): Setting<Value> {
  return {
    ...setting,
    range,
    parse(text, key) {
      const value = setting.parse(text, key);
      ensure(value);
      return value;
    },
  };
}

/** Java's check of lists words the whole message and shows no value. */
function badList(key: string, reason: string): BadValue {
  return new BadValue(`Configuration '${key}' ${reason}`, { isWholeMessage: true });
}

function described<Value>(
  type: SettingType,
  { doc, default: fallback, support }: SettingOptions<Value>,
): Pick<Setting<Value>, 'type' | 'doc' | 'default' | 'support'> {
  return { type, doc, default: fallback, ...(support === undefined ? {} : { support }) };
}

function wholeNumberSetting(
  type: 'INT' | 'SHORT' | 'LONG',
  bits: bigint,
  options: NumberOptions,
): Setting<number> {
  const limit = 1n << bits;
  return {
    ...described(type, options),
    range: rangeOf(options, String),
    parse(text) {
      if (!/^[+-]?\d+$/.test(text.trim())) throw new BadValue(`Not a number of type ${type}`);
      const value = BigInt(text.trim().replace('+', ''));
      if (value >= limit || value < -limit) throw new BadValue(`Not a number of type ${type}`);
      const most = Number.MAX_SAFE_INTEGER;
      const exact = value > most ? most : value < -most ? -most : Number(value);
      ensureWithin(exact, options, String, String(value));
      return exact;
    },
  };
}

function ensureWithin(
  value: number,
  { min, max }: NumberOptions,
  show: (limit: number) => string,
  understood: string,
): void {
  if (min !== undefined && value < min) {
    throw new BadValue(`Value must be at least ${show(min)}`, { understood });
  }
  if (max !== undefined && value > max) {
    throw new BadValue(`Value must be no more than ${show(max)}`, { understood });
  }
}

function rangeOf({ min, max }: NumberOptions, show: (value: number) => string): string | undefined {
  if (min === undefined) return max === undefined ? undefined : `at most ${show(max)}`;
  return max === undefined ? `at least ${show(min)}` : `${show(min)} to ${show(max)}`;
}

/** As `Double.toString` writes it. */
function javaDouble(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e7)) {
    return Number.isInteger(value) ? `${value}.0` : String(value);
  }
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${exponent.replace('+', '')}`;
}
