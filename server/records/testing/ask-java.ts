import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { projectionCases } from './projection-cases.ts';

/** Writes down how Java projects each case: `node ask-java.ts <folder with the jars of Apache Kafka>`. */
const jars = process.argv[2];
if (jars === undefined) throw new Error('Give the folder with the jars of Apache Kafka and Kafka Connect.');
const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), 'projection-answers-'));
try {
  const [cases, answers] = [join(folder, 'cases.json'), join(folder, 'answers.json')];
  await writeFile(cases, JSON.stringify(projectionCases));
  const sources = [
    resolve(import.meta.dirname, 'ProjectionAnswers.java'),
    // It reads the notation of schemas and values.
    resolve(import.meta.dirname, '../../converters/verification/ConverterAnswers.java'),
  ];
  const classPath = join(jars, '*');
  await run('javac', ['-nowarn', '-d', folder, '-cp', classPath, ...sources], { timeout: 120_000 });
  const all = `${folder}:${classPath}`;
  await run('java', ['-Duser.timezone=UTC', '-cp', all, 'ProjectionAnswers', cases, answers], {
    timeout: 120_000,
  });
  const parsed: unknown[] = JSON.parse(await readFile(answers, 'utf8'));
  const rows = projectionCases.map((each, index) => JSON.stringify({ case: each, answer: parsed[index] }));
  await writeFile(
    resolve(import.meta.dirname, '../fixtures/java-projections.json'),
    `[\n${rows.join(',\n')}\n]\n`,
  );
} finally {
  await rm(folder, { recursive: true });
}
