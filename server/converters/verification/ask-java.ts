import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { converterCases } from './converter-cases.ts';

/** Writes down how the Java converters answer each case: `node ask-java.ts <folder with the jars of Apache Kafka>`. */
const jars = process.argv[2];
if (jars === undefined) throw new Error('Give the folder with the jars of Apache Kafka and Kafka Connect.');
const folder = await mkdtemp(join(tmpdir(), 'converter-answers-'));
try {
  const [cases, answers] = [join(folder, 'cases.json'), join(folder, 'answers.json')];
  await writeFile(cases, JSON.stringify(converterCases));
  const driver = resolve(import.meta.dirname, 'ConverterAnswers.java');
  // The notation has dates in UTC, and so do our converters.
  await promisify(execFile)('java', ['-Duser.timezone=UTC', '-cp', join(jars, '*'), driver, cases, answers], {
    timeout: 120_000,
  });
  const parsed: unknown[] = JSON.parse(await readFile(answers, 'utf8'));
  const rows = converterCases.map((each, index) => JSON.stringify({ case: each, answer: parsed[index] }));
  const fixture = resolve(import.meta.dirname, '../fixtures/java-answers.json');
  await writeFile(fixture, `[\n${rows.join(',\n')}\n]\n`);
} finally {
  await rm(folder, { recursive: true });
}
