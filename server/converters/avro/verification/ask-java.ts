import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { avroCases } from './avro-cases.ts';
import { generateAvroCases } from './generated-avro-cases.ts';

/**
 * Writes down how the Java mapping answers each case: `node ask-java.ts [<seed>]`. Maven fetches its jars as `pom.xml`
 * names them.
 */
const run = promisify(execFile);
const limit = { timeout: 600_000, maxBuffer: 1 << 26 };
const [seed = '20260101'] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'avro-answers-'));
const here = import.meta.dirname;
try {
  const [questions, answers, classes] = [
    join(folder, 'cases.json'),
    join(folder, 'answers.json'),
    join(folder, 'classes'),
  ];
  const jars = join(folder, 'jars');
  const pom = join(here, 'pom.xml');
  await run(
    'mvn',
    ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${jars}`],
    limit,
  );
  const drivers = [join(here, 'AvroAnswers.java'), resolve(here, '../../verification/ConverterAnswers.java')];
  await run('javac', ['-nowarn', '-cp', join(jars, '*'), '-d', classes, ...drivers], limit);
  const cases = [...avroCases, ...generateAvroCases(Number(seed))];
  await writeFile(questions, JSON.stringify(cases));
  const classPath = ['-cp', `${classes}:${join(jars, '*')}`];
  await run('java', ['-Duser.timezone=UTC', ...classPath, 'AvroAnswers', questions, answers], limit);
  const parsed: unknown[] = JSON.parse(await readFile(answers, 'utf8'));
  const rows = cases.map((each, index) => JSON.stringify({ case: each, answer: parsed[index] }));
  const fixture = resolve(here, '../fixtures/java-answers.json.gz');
  await writeFile(fixture, gzipSync(`[\n${rows.join(',\n')}\n]\n`, { level: 9 }));
} finally {
  await rm(folder, { recursive: true });
}
