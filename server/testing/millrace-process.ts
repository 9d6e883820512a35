import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { waitFor } from './wait.ts';

const executable = resolve(import.meta.dirname, '../cli/millrace');

export interface MillraceProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Everything it printed so far, both streams (the last megabyte). */
  output(): string;
  readonly exited: Promise<number | null>;
  /** SIGTERM, SIGKILL after 20 s; the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  kill(): Promise<void>;
}

/** Runs the command line as a user would, from another folder. */
export function spawnMillrace(
  args: readonly string[],
  options: { readonly cwd?: string } = {},
): MillraceProcess {
  const child = spawn(executable, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let output = '';
  function collect(chunk: Buffer): void {
    output = (output + chunk.toString()).slice(-1_000_000);
  }
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const exited = new Promise<number | null>((done, failed) => {
    child.once('error', failed);
    child.once('close', (code) => done(code));
  });
  exited.catch(() => undefined);
  const killWithUs = (): boolean => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  child.once('close', () => process.off('exit', killWithUs));
  return {
    child,
    pid: child.pid ?? -1,
    output: () => output,
    exited,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      const force = setTimeout(() => child.kill('SIGKILL'), 20_000);
      const code = await exited;
      clearTimeout(force);
      return code;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Until its Connect REST answers; fails at once, with what it printed, when the process ends instead. */
export async function waitForRest(
  millrace: MillraceProcess,
  restUrl: string,
  timeoutMs = 30_000,
): Promise<void> {
  let ended = false;
  const onEnd = (): void => {
    ended = true;
  };
  millrace.exited.then(onEnd, onEnd);
  await waitFor(
    `REST at ${restUrl}`,
    async () => ended || (await fetch(`${restUrl}/connectors`)).ok,
    timeoutMs,
  ).catch((error) => {
    throw new Error(`${error instanceof Error ? error.message : error}\n${millrace.output()}`);
  });
  if (ended) throw new Error(`millrace ended:\n${millrace.output()}`);
}
