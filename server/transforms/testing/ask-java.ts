import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { transformCases } from './transform-cases.ts';

/** Writes down how the Java transformations answer each case: `node ask-java.ts <folder with the jars of Apache Kafka>`. */
const jars = process.argv[2];
if (jars === undefined) throw new Error('Give the folder with the jars of Apache Kafka and Kafka Connect.');
const run = promisify(execFile);
const classPath = join(jars, '*');
const folder = await mkdtemp(join(tmpdir(), 'transform-answers-'));
try {
  const [cases, answers] = [join(folder, 'cases.json'), join(folder, 'answers.json')];
  await writeFile(cases, JSON.stringify(transformCases));
  const sources = [
    resolve(import.meta.dirname, 'TransformAnswers.java'),
    // It reads the notation of schemas and values.
    resolve(import.meta.dirname, '../../converters/verification/ConverterAnswers.java'),
  ];
  await run('javac', ['-nowarn', '-d', folder, '-cp', classPath, ...sources], { timeout: 120_000 });
  // Ours know one time zone and one language.
  const place = ['-Duser.timezone=UTC', '-Duser.language=en', '-Duser.country=US'];
  const all = `${folder}:${classPath}`;
  await run('java', [...place, '-cp', all, 'TransformAnswers', cases, answers], { timeout: 120_000 });
  const parsed: unknown[] = JSON.parse(await readFile(answers, 'utf8'));
  const rows = transformCases.map((each, index) => JSON.stringify({ case: each, answer: parsed[index] }));
  const fixture = resolve(import.meta.dirname, '../fixtures/java-answers.json.gz');
  await writeFile(fixture, gzipSync(`[\n${rows.join(',\n')}\n]\n`, { level: 9 }));
} finally {
  await rm(folder, { recursive: true });
}
