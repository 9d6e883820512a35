import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { type ConverterCase, converterCases } from './converter-cases.ts';
import { generateCases } from './generated-cases.ts';

/**
 * Writes down how the Java converters answer each case: `node ask-java.ts <folder with the jars of Apache Kafka>`,
 * then a seed to make other cases by chance.
 */
const [jars, seed = '20260101'] = process.argv.slice(2);
if (jars === undefined) throw new Error('Give the folder with the jars of Apache Kafka and Kafka Connect.');
const folder = await mkdtemp(join(tmpdir(), 'converter-answers-'));
const fixtures = resolve(import.meta.dirname, '../fixtures');
try {
  await writeFile(join(fixtures, 'java-answers.json'), await answersTo(jars, converterCases));
  const generated = await answersTo(jars, generateCases(Number(seed)));
  await writeFile(join(fixtures, 'java-generated-answers.json.gz'), gzipSync(generated, { level: 9 }));
} finally {
  await rm(folder, { recursive: true });
}

async function answersTo(jarFolder: string, cases: readonly ConverterCase[]): Promise<string> {
  const [questions, answers] = [join(folder, 'cases.json'), join(folder, 'answers.json')];
  await writeFile(questions, JSON.stringify(cases));
  const driver = resolve(import.meta.dirname, 'ConverterAnswers.java');
  const classPath = ['-cp', join(jarFolder, '*')];
  // The notation has dates in UTC, and so do our converters.
  await promisify(execFile)('java', ['-Duser.timezone=UTC', ...classPath, driver, questions, answers], {
    timeout: 120_000,
  });
  const parsed: unknown[] = JSON.parse(await readFile(answers, 'utf8'));
  const rows = cases.map((each, index) => JSON.stringify({ case: each, answer: parsed[index] }));
  return `[\n${rows.join(',\n')}\n]\n`;
}
