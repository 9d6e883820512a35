import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { currentVersion, fetchJars } from './jars.ts';

const run = promisify(execFile);
/** The jars of the current Apache Kafka, fetched if need be. */
export async function fetchApacheKafka(): Promise<string> {
  return await fetchJars(currentVersion);
}

export interface JavaProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Resolves with the exit code. */
  readonly exited: Promise<number | null>;
  /** SIGTERM, then SIGKILL after ten seconds. */
  stop(): Promise<void>;
}

/** Starts a main class on Kafka's class path; its output goes to `log`. */
export async function startJava(options: {
  readonly mainClass: string;
  readonly args: readonly string[];
  readonly log: string;
  readonly jvm?: readonly string[];
  /** Folder of the class path; absent: that of the current version. */
  readonly jars?: string;
}): Promise<JavaProcess> {
  const folder = options.jars ?? (await fetchApacheKafka());
  const log4j = resolve(import.meta.dirname, 'log4j2.properties');
  const child = spawn(
    'java',
    [
      ...(options.jvm ?? []),
      `-Dlog4j2.configurationFile=${log4j}`,
      '-cp',
      join(folder, '*'),
      options.mainClass,
      ...options.args,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const output = createWriteStream(options.log, { flags: 'a' });
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  const exited = new Promise<number | null>((done, failed) => {
    child.once('error', failed);
    child.once('exit', (code) => {
      output.end();
      done(code);
    });
  });
  exited.catch(() => undefined);
  const killWithUs = (): boolean => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  return {
    child,
    pid: child.pid ?? -1,
    exited,
    async stop() {
      process.off('exit', killWithUs);
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await exited;
      clearTimeout(force);
    },
  };
}

/** Runs a main class to its end and gives its standard output. */
export async function runJava(
  mainClass: string,
  args: readonly string[],
  timeoutMs = 120_000,
  jars?: string,
): Promise<string> {
  const folder = jars ?? (await fetchApacheKafka());
  const { stdout } = await run('java', ['-cp', join(folder, '*'), mainClass, ...args], {
    timeout: timeoutMs,
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
