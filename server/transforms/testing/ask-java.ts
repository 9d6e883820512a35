import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { caseSets } from './case-sets.ts';

/**
 * Writes down how the Java transformations answer each case of a set: `node ask-java.ts <set> <folder with jars>…`.
 * The folders hold the jars of Apache Kafka and Kafka Connect, and those of the transformations' own project.
 */
const [setName = '', ...jars] = process.argv.slice(2);
const cases = new Map(Object.entries(caseSets)).get(setName);
if (cases === undefined || jars.length === 0) {
  throw new Error(`Give a set (${Object.keys(caseSets).join(', ')}) and the folders with the jars.`);
}
const run = promisify(execFile);
const classPath = jars.map((folder) => join(folder, '*')).join(':');
const folder = await mkdtemp(join(tmpdir(), 'transform-answers-'));
try {
  const [questions, answers] = [join(folder, 'cases.json'), join(folder, 'answers.json')];
  await writeFile(questions, JSON.stringify(cases));
  const sources = [
    resolve(import.meta.dirname, 'TransformAnswers.java'),
    // It reads the notation of schemas and values.
    resolve(import.meta.dirname, '../../converters/verification/ConverterAnswers.java'),
  ];
  await run('javac', ['-nowarn', '-d', folder, '-cp', classPath, ...sources], { timeout: 120_000 });
  // Ours know one time zone and one language.
  const place = ['-Duser.timezone=UTC', '-Duser.language=en', '-Duser.country=US'];
  const all = `${folder}:${classPath}`;
  await run('java', [...place, '-cp', all, 'TransformAnswers', questions, answers], {
    timeout: 120_000,
    maxBuffer: 2 ** 26,
  });
  const parsed: unknown[] = JSON.parse(await readFile(answers, 'utf8'));
  const rows = cases.map((each, index) => JSON.stringify({ case: each, answer: parsed[index] }));
  const fixture = resolve(import.meta.dirname, `../fixtures/${setName}-answers.json.gz`);
  await writeFile(fixture, gzipSync(`[\n${rows.join(',\n')}\n]\n`, { level: 9 }));
} finally {
  await rm(folder, { recursive: true });
}
