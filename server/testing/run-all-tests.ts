import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fetchJars, type OldVersion, oldVersions } from './apache-kafka/jars.ts';
import { fetchApacheKafka } from './apache-kafka/java.ts';
import { installTestTools } from './install-test-tools.ts';

/** Runs everything that must pass, one after the other, and ends with the line `N passed, N failed`. */

const root = resolve(import.meta.dirname, '../..');
const results = join(root, '.cache/test-results');
let passed = 0;
let failed = 0;

async function run(
  title: string,
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<boolean> {
  const startedAt = Date.now();
  console.log(`\n== ${title}`);
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
      NEXT_TELEMETRY_DISABLED: '1',
      ...env,
    },
  });
  const code = await new Promise<number>((done) => {
    child.once('error', () => done(127));
    child.once('exit', (exitCode) => done(exitCode ?? 1));
  });
  console.log(
    `== ${title}: ${code === 0 ? 'ok' : `exit code ${code}`} after ${Math.round((Date.now() - startedAt) / 1000)} s`,
  );
  return code === 0;
}

/** A step that either holds or not counts as one test. */
async function check(title: string, command: string, args: readonly string[]): Promise<boolean> {
  const ok = await run(title, command, args);
  if (ok) passed++;
  else failed++;
  return ok;
}

function count(ok: boolean, ran: number, broke: number): void {
  passed += ran;
  // A runner that failed without naming a test (a crash, a set-up error) is a failure of its own.
  failed += broke + (ok || broke > 0 ? 0 : 1);
}

function readResults(file: string): unknown {
  try {
    return JSON.parse(readFileSync(join(results, file), 'utf8'));
  } catch {
    return {};
  }
}

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
await installTestTools();
await fetchApacheKafka();
for (const version of Object.keys(oldVersions) as OldVersion[]) await fetchJars(version);

await check('format and lint', 'biome', ['check', '--error-on-warnings', '.']);
await check('rooms', 'node', ['server/testing/check-rooms.ts']);
await check('types', 'tsc', ['--noEmit']);

const unit = await run('unit and contract tests', 'vitest', [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${join(results, 'vitest.json')}`,
]);
const vitest = readResults('vitest.json') as { numPassedTests?: number; numFailedTests?: number };
count(unit, vitest.numPassedTests ?? 0, vitest.numFailedTests ?? 0);

if (await check('build of the console', 'next', ['build'])) {
  const browser = await run('browser tests', 'playwright', ['test', '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_FILE: join(results, 'playwright.json'),
  });
  const playwright = readResults('playwright.json') as {
    stats?: { expected?: number; unexpected?: number; flaky?: number; skipped?: number };
  };
  count(
    browser,
    playwright.stats?.expected ?? 0,
    (playwright.stats?.unexpected ?? 0) + (playwright.stats?.flaky ?? 0) + (playwright.stats?.skipped ?? 0),
  );
}

console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
