import { traceOf } from '../errors/connect-error.ts';

/** Connect's level names, from silent to everything. */
export const logLevels = ['OFF', 'FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE', 'ALL'] as const;
export type LogLevel = (typeof logLevels)[number];

export type LineLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** Messages must not hold secrets; line ends and control characters in them are escaped. */
export interface Logger {
  readonly name: string;
  isEnabled(level: LineLevel): boolean;
  log(level: LineLevel, message: string): void;
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  /** With `error`, its stack and causes follow on lines of their own. */
  error(message: string, error?: unknown): void;
}

export interface LevelOfLogger {
  readonly level: LogLevel;
  /** Milliseconds since the epoch of the last `setLevel`; null: never. */
  readonly lastModified: number | null;
}

interface Entry {
  level: LogLevel;
  lastModified: number | null;
}

export interface LoggersOptions {
  readonly write?: (line: string) => void;
  readonly level?: LogLevel;
  readonly coloured?: boolean;
  readonly now?: () => number;
}

const rootName = 'root';
const colours: Partial<Record<LineLevel, string>> = {
  warn: '\u001b[33m',
  error: '\u001b[31m',
  fatal: '\u001b[31m',
};

/**
 * The loggers of one process, their levels changeable while it runs (`/admin/loggers`). A logger without a level of
 * its own has that of the nearest name it starts with, at last the root's.
 */
export class Loggers {
  readonly #entries = new Map<string, Entry>();
  readonly #loggers = new Map<string, Logger>();
  readonly #write: (line: string) => void;
  readonly #coloured: boolean;
  readonly #now: () => number;
  #hide: (text: string) => string = (text) => text;

  constructor(options: LoggersOptions = {}) {
    this.#write = options.write ?? ((line) => process.stderr.write(line));
    this.#coloured = options.coloured ?? process.stderr.isTTY === true;
    this.#now = options.now ?? Date.now;
    this.#entries.set(rootName, { level: options.level ?? 'INFO', lastModified: null });
  }

  /** From now on every line is passed through it, traces included. */
  hideSecrets(hide: (text: string) => string): void {
    this.#hide = hide;
  }

  /** The same object for the same name. */
  logger(name: string): Logger {
    const known = this.#loggers.get(name);
    if (known !== undefined) return known;
    const isEnabled = (level: LineLevel): boolean =>
      rank(level) <= logLevels.indexOf(this.#effectiveLevel(name));
    const log = (level: LineLevel, message: string, error?: unknown): void => {
      if (isEnabled(level)) this.#write(this.#format(name, level, message, error));
    };
    const logger: Logger = {
      name,
      isEnabled,
      log,
      debug: (message) => log('debug', message),
      info: (message) => log('info', message),
      warn: (message) => log('warn', message),
      error: (message, error) => log('error', message, error),
    };
    this.#loggers.set(name, logger);
    return logger;
  }

  /** Levels of all loggers that exist or were set, sorted by name; those that are OFF are left out. */
  levels(): ReadonlyMap<string, LevelOfLogger> {
    const names = [...new Set([...this.#entries.keys(), ...this.#loggers.keys()])].sort();
    const all = names.map((name): [string, LevelOfLogger] => [name, this.#describe(name)]);
    return new Map(all.filter(([, { level }]) => level !== 'OFF'));
  }

  /** null for a name no logger has and nobody set. */
  level(name: string): LevelOfLogger | null {
    return this.#entries.has(name) || this.#loggers.has(name) ? this.#describe(name) : null;
  }

  /** Sets the logger and all whose name starts with it (`root`: all). Answers the names whose level changed, sorted. */
  setLevel(name: string, level: LogLevel): readonly string[] {
    const names = new Set([name]);
    for (const known of [...this.#entries.keys(), ...this.#loggers.keys()]) {
      if (name === rootName || known.startsWith(name)) names.add(known);
    }
    const changed = [...names]
      .filter((known) => this.#isNew(known) || this.#effectiveLevel(known) !== level)
      .sort();
    const lastModified = this.#now();
    for (const known of changed) this.#entries.set(known, { level, lastModified });
    return changed;
  }

  #isNew(name: string): boolean {
    return !this.#entries.has(name) && !this.#loggers.has(name);
  }

  #describe(name: string): LevelOfLogger {
    const own = this.#entries.get(name);
    return { level: own?.level ?? this.#effectiveLevel(name), lastModified: own?.lastModified ?? null };
  }

  #effectiveLevel(name: string): LogLevel {
    const own = this.#entries.get(name);
    if (own !== undefined) return own.level;
    let best: Entry | undefined = this.#entries.get(rootName);
    let length = 0;
    for (const [known, entry] of this.#entries) {
      if (known.length > length && known !== rootName && name.startsWith(`${known}.`)) {
        best = entry;
        length = known.length;
      }
    }
    return best?.level ?? 'INFO';
  }

  #format(name: string, level: LineLevel, message: string, error: unknown): string {
    const time = new Date(this.#now()).toISOString().replace('T', ' ').replace('Z', '');
    const colour = this.#coloured ? colours[level] : undefined;
    const word = level.toUpperCase().padEnd(5);
    const shown = colour === undefined ? word : `${colour}${word}\u001b[0m`;
    const trace =
      error === undefined ? '' : `\n${this.#hide(traceOf(error)).split('\n').map(escapeControls).join('\n')}`;
    return `${time} ${shown} [${name}] ${escapeControls(this.#hide(message))}${trace}\n`;
  }
}

export function parseLogLevel(text: string): LogLevel | null {
  return logLevels.find((level) => level === text.toUpperCase()) ?? null;
}

function rank(level: LineLevel): number {
  return logLevels.findIndex((name) => name.toLowerCase() === level);
}

/** One message is one line, whatever a connector's name or a broker's answer holds. */
export function escapeControls(text: string): string {
  return text.replace(
    /(?!\t)[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
