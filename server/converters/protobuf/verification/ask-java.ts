import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { bytesOf, connectSchemaOf, formatWith, registered, structOfNote } from '../testing/note-data.ts';
import { generatedCase, protoTextOfNote } from './case-generator.ts';
import { damagedBytes } from './damaged-bytes.ts';

/**
 * Writes down how Google's library encodes each case:
 * `node ask-java.ts <folder with the jars of Apache Kafka> <jar of com.google.protobuf:protobuf-java>`.
 */
const [jars, protobufJar] = process.argv.slice(2);
if (jars === undefined || protobufJar === undefined) {
  throw new Error('Give the folder with the jars of Apache Kafka, and the jar of protobuf-java.');
}
const caseCount = 300;
const folder = await mkdtemp(join(tmpdir(), 'protobuf-answers-'));
try {
  const cases = Array.from({ length: caseCount }, (_, index) => {
    const note = generatedCase(index + 1);
    const format = formatWith();
    const schema = registered(protoTextOfNote(note.schema));
    const connect = connectSchemaOf(schema);
    const struct = structOfNote(note.schema, 'Root', note.value, connect);
    const bytes = bytesOf(format.writerWith(schema, connect), struct);
    return { ...note, wrong: damagedBytes(bytes, note, index + 1) };
  });
  const [asked, answered] = [join(folder, 'cases.json'), join(folder, 'answers.json')];
  await writeFile(asked, JSON.stringify(cases));
  const driver = resolve(import.meta.dirname, 'ProtobufAnswers.java');
  const classPath = `${join(jars, '*')}:${protobufJar}`;
  await promisify(execFile)('java', ['-cp', classPath, driver, asked, answered], { timeout: 120_000 });
  const answers: unknown[] = JSON.parse(await readFile(answered, 'utf8'));
  const rows = cases.map((each, index) => JSON.stringify({ case: each, answer: answers[index] }));
  const fixture = resolve(import.meta.dirname, '../fixtures/java-answers.json.gz');
  await writeFile(fixture, gzipSync(`[\n${rows.join(',\n')}\n]\n`, { level: 9 }));
} finally {
  await rm(folder, { recursive: true });
}
