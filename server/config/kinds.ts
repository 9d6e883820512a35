import type {
  ConfigKey,
  ConfigType,
  Importance,
  NullableConfigKey,
  Password,
  Recommender,
  Validator,
  Width,
} from './config-key.ts';

/** Everything a kind takes. Leave `default` out to make the key required; null means "none unless given". */
export interface KeyOptions<T> {
  readonly importance: Importance;
  readonly documentation: string;
  readonly default?: T | null;
  readonly validator?: Validator<T>;
  readonly group?: string;
  readonly orderInGroup?: number;
  readonly width?: Width;
  readonly displayName?: string;
  readonly dependents?: readonly string[];
  readonly recommender?: Recommender;
  readonly internal?: boolean;
}

interface NullDefault {
  readonly default: null;
}

interface Kind<T> {
  (options: KeyOptions<T> & NullDefault): NullableConfigKey<T>;
  (options: KeyOptions<T> & { readonly default?: T }): ConfigKey<T>;
}

function kind<T>(type: ConfigType): Kind<T> {
  function declare(options: KeyOptions<T> & NullDefault): NullableConfigKey<T>;
  function declare(options: KeyOptions<T>): ConfigKey<T>;
  function declare(options: KeyOptions<T>): ConfigKey<T> {
    return { type, ...options };
  }
  return declare;
}

export const string = kind<string>('STRING');
export const boolean = kind<boolean>('BOOLEAN');
/** 32 bits. */
export const int = kind<number>('INT');
/** 16 bits. */
export const short = kind<number>('SHORT');
/** 64 bits in text; the parsed number is held within safe integers, so 9223372036854775807 stays "for ever". */
export const long = kind<number>('LONG');
export const double = kind<number>('DOUBLE');
/** Text parted by commas; an empty text is an empty list. */
export const list = kind<readonly string[]>('LIST');
/** Name or alias of a plugin; whether it exists is for a validator to say. */
export const className = kind<string>('CLASS');
export const password = kind<Password>('PASSWORD');
