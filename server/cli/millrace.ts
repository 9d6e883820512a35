import { codeOf, messageOf, traceOf } from '../errors/connect-error.ts';
import { isRunByNpm } from '../main/npm-run.ts';
import { productVersion } from '../main/product-version.ts';
import { type Invocation, type ParsedArguments, parseArguments, UsageError } from './arguments.ts';
import { type Command, FailedAfterStart } from './command-context.ts';
import type { CommandName } from './commands.ts';
import { helpText, usageLine } from './help.ts';
import { RunningParts } from './running-parts.ts';
import { shutdownTimeoutMs, stopOnSignals } from './shutdown.ts';

/** Each command is loaded when it is asked for: a worker alone must not pay for the console. */
const load: Readonly<Record<CommandName, () => Promise<Command>>> = {
  start: async () => (await import('./start.ts')).start,
  worker: async () => (await import('./worker.ts')).worker,
  standalone: async () => (await import('./standalone.ts')).standalone,
  broker: async () => (await import('./broker.ts')).broker,
  'plugins list': async () => (await import('./list-plugins.ts')).listPlugins,
  'plugins new': async () => (await import('./new-plugin.ts')).newPlugin,
};

// Who reads the output may leave, as `head` does; that is no reason to end.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  let invocation: Invocation;
  try {
    invocation = parseArguments(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`millrace: ${error.message}\n${usageLine(error.command)}\n`);
    process.exitCode = 1;
    return;
  }
  if (invocation.kind === 'help') process.stdout.write(helpText(invocation.command));
  else if (invocation.kind === 'version') process.stdout.write(`${productVersion()}\n`);
  else await run(invocation.arguments);
}

async function run({ command, options, files }: ParsedArguments): Promise<void> {
  const parts = new RunningParts();
  const warn = (line: string) => process.stderr.write(`millrace: ${line}\n`);
  stopOnSignals({ stop: () => parts.stop(), say: warn, withParent: isRunByNpm() });
  try {
    const [start, { createLoggers }] = await Promise.all([load[command](), import('../main.ts')]);
    await start({
      options,
      files,
      parts,
      say: (line) => process.stdout.write(`${line}\n`),
      loggers: createLoggers,
    });
  } catch (error) {
    // The signal that stopped it ends the process, too.
    if (parts.signal.aborted) return;
    warn(
      codeOf(error) === 'unknown' && !(error instanceof FailedAfterStart) ? traceOf(error) : messageOf(error),
    );
    setTimeout(() => process.exit(3), shutdownTimeoutMs).unref();
    await parts.stop().catch((reason: unknown) => warn(messageOf(reason)));
    process.exit(error instanceof FailedAfterStart ? 3 : 2);
  }
}
