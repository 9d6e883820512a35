import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fetchJars, type OldVersion, oldVersions } from './apache-kafka/jars.ts';
import { fetchApacheKafka } from './apache-kafka/java.ts';
import { installTestTools } from './install-test-tools.ts';
import { fetchApicurioRegistry } from './schema-registry/apicurio-registry.ts';
import { fileResults } from './vitest-results.ts';

/** Runs everything that must pass, one after the other, and ends with the line `N passed, N failed`. */

const root = resolve(import.meta.dirname, '../..');
const results = join(root, '.cache/test-results');
let passed = 0;
let failed = 0;
/** Named after everything else, where they are looked for. */
const remarks: string[] = [];

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
await fetchApicurioRegistry();

await check('format and lint', 'biome', ['check', '--error-on-warnings', '.']);
await check('rooms', 'node', ['server/testing/check-rooms.ts']);
await check('types', 'tsc', ['--noEmit']);

async function runVitest(title: string, report: string, args: readonly string[]) {
  const ok = await run(title, 'vitest', [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${join(results, report)}`,
    ...args,
  ]);
  return { ok, files: fileResults(readResults(report)) };
}

/**
 * What failed beside everything else gets one more attempt, a file at a time: many tests drive real brokers and
 * processes, and a machine that stalls is not a defect of ours. What needed it is named at the end.
 */
const unit = await runVitest('unit and contract tests', 'vitest.json', []);
const broken = unit.files.filter(({ failed: names }) => names.length > 0);
const again =
  broken.length === 0
    ? []
    : (
        await runVitest('second attempt of what failed', 'vitest-again.json', [
          ...broken.map(({ file }) => file),
          '--maxWorkers=1',
        ])
      ).files;
for (const first of unit.files) {
  const last = again.find(({ file }) => file === first.file) ?? first;
  passed += last.passed;
  failed += last.failed.length;
  remarks.push(...last.failed.map((name) => `failed: ${relative(root, last.file)}: ${name}`));
  remarks.push(
    ...first.failed
      .filter((name) => !last.failed.includes(name))
      .map((name) => `passed only at the second attempt: ${relative(root, first.file)}: ${name}`),
  );
}
// A runner that failed without naming a test (a crash, a set-up error) is a failure of its own.
if (!unit.ok && broken.length === 0) failed++;

if (await check('build of the console', 'next', ['build'])) {
  const browser = await run('browser tests', 'playwright', ['test', '--retries=1', '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_FILE: join(results, 'playwright.json'),
  });
  const { stats = {} } = readResults('playwright.json') as {
    stats?: { expected?: number; unexpected?: number; flaky?: number; skipped?: number };
  };
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = stats;
  passed += expected + flaky;
  failed += unexpected + skipped + (browser || unexpected + skipped > 0 ? 0 : 1);
  if (flaky > 0) remarks.push(`passed only at the second attempt: ${flaky} browser tests (named above)`);
}

for (const remark of remarks) console.log(remark);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
