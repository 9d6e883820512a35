import { parseArgs } from 'node:util';
import { messageOf } from '../errors/connect-error.ts';
import { type CommandName, commands, isCommandName } from './commands.ts';

export interface ParsedArguments {
  readonly command: CommandName;
  /** Absent: not given. */
  readonly options: Readonly<Record<string, string>>;
  readonly files: readonly string[];
}

export type Invocation =
  | { readonly kind: 'command'; readonly arguments: ParsedArguments }
  | { readonly kind: 'help'; readonly command: CommandName | null }
  | { readonly kind: 'version' };

/** The command line was not understood; the usage is shown with it. */
export class UsageError extends Error {
  readonly command: CommandName | null;

  constructor(message: string, command: CommandName | null) {
    super(message);
    this.name = 'UsageError';
    this.command = command;
  }
}

/** Throws `UsageError`. */
export function parseArguments(args: readonly string[]): Invocation {
  const [first, ...rest] = withOneName(args);
  if (first === undefined) throw new UsageError('a command is missing', null);
  if (first === '--help' || first === '-h' || first === 'help') {
    const [command] = withOneName(rest);
    return { kind: 'help', command: command !== undefined && isCommandName(command) ? command : null };
  }
  if (first === '--version' || first === '-v') return { kind: 'version' };
  if (!isCommandName(first)) throw new UsageError(`there is no command "${first}"`, null);
  if (rest.includes('--help') || rest.includes('-h')) return { kind: 'help', command: first };
  return { kind: 'command', arguments: parseCommand(first, rest) };
}

/** Names of two words, such as `plugins list`, as one. */
function withOneName(args: readonly string[]): readonly string[] {
  const [first, second, ...rest] = args;
  const name = `${first} ${second}`;
  return second !== undefined && isCommandName(name) ? [name, ...rest] : args;
}

function parseCommand(command: CommandName, args: readonly string[]): ParsedArguments {
  const { options, files } = commands[command];
  const known = Object.fromEntries(
    Object.entries(options).map(([name, { kind }]) => [
      name,
      { type: kind === 'flag' ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...args], options: known, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(lowerFirst(messageOf(error).split('. ')[0] ?? ''), command);
  }
  const { positionals } = parsed;
  if (positionals.length < files.min) throw new UsageError(`${files.name} is missing`, command);
  if (positionals.length > files.max) {
    throw new UsageError(`unexpected argument "${positionals[files.max]}"`, command);
  }
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(parsed.values)) {
    if (value === true) values[name] = 'true';
    if (typeof value !== 'string') continue;
    if (value.trim() === '') throw new UsageError(`--${name} needs a value`, command);
    const { kind, placeholder = '' } = options[name] ?? {};
    if (kind === 'port') requirePort(name, value, command);
    if (kind === 'choice' && !placeholder.split('|').includes(value)) {
      throw new UsageError(`--${name} must be ${placeholder.replace('|', ' or ')}, not "${value}"`, command);
    }
    values[name] = value;
  }
  return { command, options: values, files: positionals };
}

function requirePort(name: string, value: string, command: CommandName): void {
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return;
  throw new UsageError(`--${name} must be a port from 0 to 65535, not "${value}"`, command);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
