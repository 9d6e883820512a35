import { execFile, spawn } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../apache-kafka/java.ts';
import { waitFor } from '../wait.ts';

const run = promisify(execFile);

/** The newest that runs on Java 17; those of 3.3 want 21. */
const version = '3.0.9';
const cache = resolve(import.meta.dirname, '../../../.cache');
const folder = join(cache, `apicurio-registry-${version}`);

/** Brings Apicurio Registry from Maven Central once; later calls find it in the cache folder. */
export async function fetchApicurioRegistry(): Promise<string> {
  const jar = join(folder, `apicurio-registry-app-${version}-runner.jar`);
  if (existsSync(jar)) return jar;
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  try {
    // The artifact alone: its parent is not needed to run it, and not everywhere to be had.
    const artifact = `-Dartifact=io.apicurio:apicurio-registry-app:${version}:tar.gz:all`;
    const goal = ['dependency:copy', artifact, `-DoutputDirectory=${unfinished}`];
    await run('mvn', ['-q', '-B', ...goal], { timeout: 300_000, cwd: unfinished });
    const archive = join(unfinished, `apicurio-registry-app-${version}-all.tar.gz`);
    await run('tar', ['-xzf', archive, '-C', unfinished], { timeout: 120_000 });
    await rm(archive);
    if (!existsSync(folder)) await rename(unfinished, folder);
  } catch (error) {
    throw new Error(
      `Apicurio Registry ${version} could not be fetched: Maven (mvn), tar and a Java 17 runtime are needed for the tests`,
      { cause: error },
    );
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return jar;
}

export interface ApicurioRegistry {
  /** Of its API that is compatible with Confluent's. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a real registry on a free port; what it holds is in memory. `log` is a file for its output. */
export async function startApicurioRegistry(log: string): Promise<ApicurioRegistry> {
  const jar = await fetchApicurioRegistry();
  const port = await freePort();
  const child = spawn(
    'java',
    [
      '-Xmx384m',
      '-XX:TieredStopAtLevel=1',
      '-XX:+UseSerialGC',
      '-Dquarkus.http.host=127.0.0.1',
      `-Dquarkus.http.port=${port}`,
      '-Dquarkus.analytics.disabled=true',
      '-jar',
      jar,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const output = createWriteStream(log, { flags: 'a' });
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  let ended: string | null = null;
  const exited = new Promise<void>((done) => {
    const end = (why: string): void => {
      ended = why;
      output.end();
      done();
    };
    child.once('error', (error) => end(error.message));
    child.once('exit', (code) => end(`it exited with code ${code}`));
  });
  const killWithUs = (): boolean => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const stop = async (): Promise<void> => {
    process.off('exit', killWithUs);
    // It keeps nothing, so there is nothing to end in order.
    child.kill('SIGKILL');
    await exited;
  };
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`;
  try {
    await waitFor(
      'Apicurio Registry',
      async () =>
        ended !== null || (await fetch(`${url}/subjects`, { signal: AbortSignal.timeout(10_000) })).ok,
      280_000,
    );
    if (ended !== null) throw new Error(`Apicurio Registry did not start: ${ended}; see ${log}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}
