import * as fs from 'node:fs';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { INT32_SCHEMA, STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import type { SinkRecord } from '../../records/record.ts';
import type { Schema } from '../../records/schema.ts';
import { structSchema } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { FileStreamSinkTask } from './sink-task.ts';

vi.mock('node:fs', { spy: true });

let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'file-stream-'));
  file = join(folder, 'lines.txt');
});

afterEach(() => {
  vi.mocked(fs.writeSync).mockReset();
  rmSync(folder, { recursive: true });
});

function record(value: unknown, valueSchema: Schema | null = null): SinkRecord {
  return {
    topic: 't',
    kafkaPartition: 0,
    kafkaOffset: 0,
    keySchema: null,
    key: null,
    valueSchema,
    value,
    timestamp: 0,
    timestampType: 'CreateTime',
    headers: null,
    originalTopic: 't',
    originalKafkaPartition: 0,
    originalKafkaOffset: 0,
  };
}

function startTask(path = file): FileStreamSinkTask {
  const task = new FileStreamSinkTask();
  task.start({ file: path });
  return task;
}

test('values become lines of a file that is created, and are there when put ends', async () => {
  const task = startTask();
  await task.put([record('one', STRING_SCHEMA), record('zwölf €', STRING_SCHEMA)]);
  expect(readFileSync(file, 'utf8')).toBe('one\nzwölf €\n');
  await task.put([]);
  await task.put([record('', STRING_SCHEMA)]);
  expect(readFileSync(file, 'utf8')).toBe('one\nzwölf €\n\n');
  task.stop();
});

test('a put larger than the memory kept for writing arrives whole, and so does the next', async () => {
  const task = startTask();
  const large = 'ü'.repeat(1_000_000);
  await task.put([record(large), record(large)]);
  await task.put([record('small')]);
  task.stop();
  expect(readFileSync(file, 'utf8') === `${large}\n${large}\nsmall\n`).toBe(true);
});

test('an existing file is continued', async () => {
  writeFileSync(file, 'before\n');
  const task = startTask();
  await task.put([record('after')]);
  task.stop();
  expect(readFileSync(file, 'utf8')).toBe('before\nafter\n');
});

test('a half line left by a crash is ended first', async () => {
  writeFileSync(file, 'before\nhal');
  const task = startTask();
  await task.put([record('after')]);
  task.stop();
  expect(readFileSync(file, 'utf8')).toBe('before\nhal\nafter\n');
});

test('values that are no strings are written as Java shows them', async () => {
  const schema = structSchema({ a: INT32_SCHEMA, b: STRING_SCHEMA });
  const task = startTask();
  await task.put([
    record(new Struct(schema, { a: 1, b: 'x' }), schema),
    record(new Map<string, unknown>([['a', 1n]])),
    record([1n, 'b', null]),
    record(5, INT32_SCHEMA),
    record(null),
  ]);
  task.stop();
  expect(readFileSync(file, 'utf8')).toBe('Struct{a=1,b=x}\n{a=1}\n[1, b, null]\n5\nnull\n');
});

test('a path that cannot be written is named when the task starts', () => {
  const path = join(folder, 'missing', 'lines.txt');
  expect(() => startTask(path)).toThrow(`Cannot open or create file ${path}: ENOENT`);
  expect(() => startTask(folder)).toThrow(`Cannot open or create file ${folder}: EISDIR`);
});

test('a full disk fails the put and names the path', () => {
  const task = startTask('/dev/full');
  expect(() => task.put([record('lost')])).toThrow(/Cannot write to file \/dev\/full: ENOSPC/);
  task.stop();
});

test('a write that fails half way leaves no half line', async () => {
  const task = startTask();
  await task.put([record('first')]);
  const real = await vi.importActual<typeof fs>('node:fs');
  vi.mocked(fs.writeSync)
    .mockImplementationOnce((descriptor) => real.writeSync(descriptor, Buffer.from('sec')))
    .mockImplementationOnce(() => {
      throw new Error('ENOSPC: no space left on device');
    });
  expect(() => task.put([record('second')])).toThrow('ENOSPC');
  expect(readFileSync(file, 'utf8')).toBe('first\n');
  await task.put([record('second')]);
  task.stop();
  expect(readFileSync(file, 'utf8')).toBe('first\nsecond\n');
});

test('a write that takes several turns is finished', async () => {
  const task = startTask();
  const real = await vi.importActual<typeof fs>('node:fs');
  vi.mocked(fs.writeSync).mockImplementationOnce((descriptor) =>
    real.writeSync(descriptor, Buffer.from('he')),
  );
  await task.put([record('hello')]);
  task.stop();
  expect(readFileSync(file, 'utf8')).toBe('hello\n');
});

test('without a file values go to standard output', async () => {
  const stdout = new PassThrough();
  const task = new FileStreamSinkTask(stdout);
  task.start({});
  await task.put([record('one'), record('two')]);
  task.stop();
  stdout.end();
  expect(await text(stdout)).toBe('one\ntwo\n');
});
