import { type CommandName, commands } from './commands.ts';

/** One line for standard error when the command line was not understood. */
export function usageLine(command: CommandName | null): string {
  return command === null
    ? `usage: millrace <${Object.keys(commands).join(' | ')}> [...], see millrace --help`
    : `usage: ${commands[command].usage}`;
}

export function helpText(command: CommandName | null): string {
  return command === null ? overview() : describeCommand(command);
}

function overview(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const list = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `Kafka Connect in TypeScript, with its console built in.

usage: millrace <command> [...]

${list.join('\n')}

  --help [command], --version

Exit codes: 0 stopped as asked, 1 command line not understood, 2 cannot start (settings, ports, folders),
3 failed after it was built, 130 and 143 ended by force.
MILLRACE_LOG_LEVEL sets how much is logged: error, warn, info, debug.
`;
}

function describeCommand(command: CommandName): string {
  const { usage, summary, options } = commands[command];
  const names = Object.entries(options).map(
    ([name, { placeholder, description }]) => [`--${name} ${placeholder}`.trimEnd(), description] as const,
  );
  const width = Math.max(0, ...names.map(([name]) => name.length));
  const list = names.map(([name, description]) => `  ${name.padEnd(width)}  ${description}\n`).join('');
  return `${summary}\n\nusage: ${usage}\n${list === '' ? '' : `\n${list}`}`;
}
