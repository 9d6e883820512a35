import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { noteOfSchema } from '../../verification/value-notation.ts';
import { anySchema } from '../testing/any-schema.ts';
import { describeSchema } from './schema-descriptions.ts';

/**
 * Writes down the texts of generated schemas as the Java library makes them: `node ask-java.ts <folder with the jars
 * of com.github.erosb:everit-json-schema 1.14.3 and what it needs>`.
 */
const jars = process.argv[2];
if (jars === undefined) throw new Error('Give the folder with the jars of everit-json-schema.');
const folder = await mkdtemp(join(tmpdir(), 'json-schema-texts-'));
try {
  const schemas = fc.sample(anySchema, { numRuns: 250, seed: 20_260_101 });
  const [questions, answers] = [join(folder, 'descriptions.json'), join(folder, 'texts.json')];
  await writeFile(questions, JSON.stringify(schemas.map((schema) => describeSchema(schema))));
  const driver = resolve(import.meta.dirname, 'SchemaTexts.java');
  await promisify(execFile)('java', ['-cp', join(jars, '*'), driver, questions, answers], {
    timeout: 120_000,
  });
  const texts: unknown[] = JSON.parse(await readFile(answers, 'utf8'));
  const rows = schemas.map((schema, at) => JSON.stringify({ schema: noteOfSchema(schema), text: texts[at] }));
  const fixture = resolve(import.meta.dirname, '../fixtures/java-schema-texts.json.gz');
  await writeFile(fixture, gzipSync(`[\n${rows.join(',\n')}\n]\n`, { level: 9 }));
} finally {
  await rm(folder, { recursive: true });
}
