import { describe, expect, it } from 'vitest';
import { parseArguments, UsageError } from './arguments.ts';
import { commands, isCommandName } from './commands.ts';
import { helpText, usageLine } from './help.ts';

function refusal(...args: string[]): UsageError {
  try {
    parseArguments(args);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error(`accepted: ${args.join(' ')}`);
}

describe('command line', () => {
  it('reads options in both forms and files in order', () => {
    expect(parseArguments(['start', '--port=3001', '--data', 'x y', '--rest-port', '0'])).toEqual({
      kind: 'command',
      arguments: { command: 'start', options: { port: '3001', data: 'x y', 'rest-port': '0' }, files: [] },
    });
    expect(parseArguments(['standalone', 'w.properties', 'b.json', 'a.properties'])).toMatchObject({
      arguments: { command: 'standalone', files: ['w.properties', 'b.json', 'a.properties'] },
    });
  });

  it.each([
    [['--help'], { kind: 'help', command: null }],
    [['-h'], { kind: 'help', command: null }],
    [['help', 'start'], { kind: 'help', command: 'start' }],
    [['worker', '--help'], { kind: 'help', command: 'worker' }],
    [['--version'], { kind: 'version' }],
    [['help', 'plugins', 'list'], { kind: 'help', command: 'plugins list' }],
    [
      ['plugins', 'list', '--json'],
      { kind: 'command', arguments: { command: 'plugins list', options: { json: 'true' }, files: [] } },
    ],
  ])('%j asks for what it says', (args, invocation) => {
    expect(parseArguments(args)).toEqual(invocation);
  });

  it.each([
    [[], null, 'a command is missing'],
    [['run'], null, 'there is no command "run"'],
    [['__proto__'], null, 'there is no command "__proto__"'],
    [['start', '--prot', '3000'], 'start', "unknown option '--prot'"],
    [['start', '--port'], 'start', "option '--port <value>' argument missing"],
    [['start', '--port', '65536'], 'start', '--port must be a port from 0 to 65535, not "65536"'],
    [['start', '--rest-port', '8o83'], 'start', '--rest-port must be a port from 0 to 65535, not "8o83"'],
    [['start', '--data', ''], 'start', '--data needs a value'],
    [['start', 'x'], 'start', 'unexpected argument "x"'],
    [['worker'], 'worker', '<worker.properties> is missing'],
    [['worker', 'a', 'b'], 'worker', 'unexpected argument "b"'],
    [['worker', '--port', '1', 'a'], 'worker', "unknown option '--port'"],
    [['standalone'], 'standalone', '<worker.properties> is missing'],
    [['broker', '--rest-port', '1'], 'broker', "unknown option '--rest-port'"],
    [['plugins'], null, 'there is no command "plugins"'],
    [['plugins', 'remove'], null, 'there is no command "plugins"'],
    [['plugins', 'list', 'x'], 'plugins list', 'unexpected argument "x"'],
    [['plugins', 'list', '--json=yes'], 'plugins list', "option '--json' does not take an argument"],
    [['plugins', 'new'], 'plugins new', '<name> is missing'],
    [['plugins', 'new', 'x', '--type', 'both'], 'plugins new', '--type must be source or sink, not "both"'],
  ])('%j is not understood', (args, command, message) => {
    const error = refusal(...args);
    expect(error.command).toBe(command);
    expect(error.message).toBe(message);
  });

  it('explains every command and every option', () => {
    for (const name of Object.keys(commands).filter(isCommandName)) {
      expect(helpText(null)).toContain(`${name.padEnd(12)}  ${commands[name].summary}`);
      expect(usageLine(name)).toBe(`usage: ${commands[name].usage}`);
      for (const option of Object.keys(commands[name].options)) {
        expect(commands[name].usage).toMatch(new RegExp(`--${option}[ \\]]`));
        expect(helpText(name)).toContain(`--${option} `);
      }
    }
  });
});
