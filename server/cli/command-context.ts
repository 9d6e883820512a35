import type { Loggers } from '../main.ts';
import type { RunningParts } from './running-parts.ts';

/** What a command works with. */
export interface CommandContext {
  readonly options: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  readonly parts: RunningParts;
  /** A line for the user, on standard output. */
  readonly say: (line: string) => void;
  /** Made when first asked for: `debug`, `info` … unless the environment says otherwise. */
  readonly loggers: (level: 'INFO' | 'WARN') => Loggers;
}

/** Resolves when everything runs. Rejects with `FailedAfterStart`, or anything else for what could not be started. */
export type Command = (context: CommandContext) => Promise<void>;

/** Exit code 3: it was built, and then failed. */
export class FailedAfterStart extends Error {}

/** A port option, or its default. */
export function portOption(context: CommandContext, name: string, fallback: number): number {
  const value = context.options[name];
  return value === undefined ? fallback : Number(value);
}
