import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ExclusiveLock, tryLock } from '../broker/exclusive-lock.ts';
import { ConnectError } from '../errors/connect-error.ts';
import { installFolder } from './data-folder.ts';

const buildFolder = join(installFolder, '.next');
const stampFile = join(buildFolder, 'millrace-sources');
const buildTimeoutMs = 10 * 60_000;
const progressMs = 5_000;

/** What the pages are made of: everything else may change without a new build. */
const sources = [
  'app/**/*',
  'components/**/*',
  'public/**/*',
  'server/**/*.ts',
  'next.config.ts',
  'postcss.config.mjs',
  'package-lock.json',
  'tsconfig.json',
];
const notInPages =
  /\.test\.tsx?$|^server\/(?:bench|broker|cli|database|kafka|main|storage|testing)\b|^server\/runtime\/(?:distributed|standalone|task|testing)\b/;

/** Builds the console's pages if they are missing or older than their sources. Rejects with the end of the build's output. */
export async function buildConsole(say: (line: string) => void, signal: AbortSignal): Promise<void> {
  if (isBuilt(sourceStamp())) return;
  const startedAt = Date.now();
  const elapsed = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
  say('Building the console, which is needed once and after an update ...');
  const progress = setInterval(() => say(`  still building, ${elapsed()} ...`), progressMs);
  try {
    const lock = await waitForTurn(signal);
    try {
      // Another process may have built it while this one waited.
      const stamp = sourceStamp();
      if (!isBuilt(stamp)) {
        await runBuild(signal);
        writeFileSync(stampFile, stamp);
      }
    } finally {
      lock.release();
    }
  } finally {
    clearInterval(progress);
  }
  say(`The console was built in ${elapsed()}.`);
}

/** Two builds at one time would write into the same folder. */
async function waitForTurn(signal: AbortSignal): Promise<ExclusiveLock> {
  mkdirSync(join(installFolder, '.cache'), { recursive: true });
  const deadline = Date.now() + buildTimeoutMs;
  for (;;) {
    const lock = tryLock(join(installFolder, '.cache/console-build.lock'));
    if (lock !== null) return lock;
    if (Date.now() > deadline) {
      throw new ConnectError(
        'timeout',
        'Another Millrace has been building the console for too long: stop that one.',
      );
    }
    await sleep(500, undefined, { signal });
  }
}

function isBuilt(stamp: string): boolean {
  return existsSync(join(buildFolder, 'BUILD_ID')) && readStamp() === stamp;
}

async function runBuild(signal: AbortSignal): Promise<void> {
  const bin = join(installFolder, 'node_modules/next/dist/bin/next');
  const child = spawn(process.execPath, [bin, 'build', installFolder], {
    cwd: installFolder,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: AbortSignal.any([signal, AbortSignal.timeout(buildTimeoutMs)]),
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
  });
  let output = '';
  const collect = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-20_000);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const code = await new Promise<number | null>((done, failed) => {
    child.once('error', failed);
    child.once('close', done);
  });
  if (code !== 0) {
    const end = output.trimEnd().split('\n').slice(-30).join('\n');
    throw new ConnectError('illegal-state', `The console could not be built:\n${end}`);
  }
}

function readStamp(): string | null {
  return existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : null;
}

function sourceStamp(): string {
  const hash = createHash('sha256');
  const files = globSync(sources, { cwd: installFolder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !notInPages.test(file.slice(installFolder.length + 1)));
  for (const file of files.sort()) hash.update(file.slice(installFolder.length)).update(readFileSync(file));
  return hash.digest('hex');
}
