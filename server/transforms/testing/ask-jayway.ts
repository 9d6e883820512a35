import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { jsonPathCases, jsonPathDocument } from './json-path-cases.ts';

/** Writes down where Jayway's library leads each path: `node ask-jayway.ts <folder with jars>…` (json-path, jackson). */
const jars = process.argv.slice(2);
if (jars.length === 0) throw new Error('Give the folders with the jars of json-path and of Jackson.');
const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), 'json-path-answers-'));
try {
  const [questions, answers] = [join(folder, 'paths.json'), join(folder, 'answers.json')];
  await writeFile(questions, JSON.stringify({ document: jsonPathDocument, paths: jsonPathCases }));
  const classPath = jars.map((each) => join(each, '*')).join(':');
  const source = resolve(import.meta.dirname, 'JsonPathAnswers.java');
  await run('javac', ['-nowarn', '-d', folder, '-cp', classPath, source], { timeout: 120_000 });
  await run('java', ['-cp', `${folder}:${classPath}`, 'JsonPathAnswers', questions, answers], {
    timeout: 120_000,
    maxBuffer: 2 ** 26,
  });
  const parsed: unknown[] = JSON.parse(await readFile(answers, 'utf8'));
  const rows = jsonPathCases.map((path, index) => JSON.stringify([path, parsed[index]]));
  const fixture = resolve(import.meta.dirname, '../fixtures/jayway-answers.json');
  await writeFile(fixture, `[\n${rows.join(',\n')}\n]\n`);
} finally {
  await rm(folder, { recursive: true });
}
