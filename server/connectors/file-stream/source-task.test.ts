import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Settings, SourceTaskContext } from '../../plugin-api/source-connector.ts';
import type { SourceOffset, SourceRecord } from '../../records/record.ts';
import { FileStreamSourceTask } from './source-task.ts';

let folder = '';
let file = '';
const stops: (() => Promise<void>)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'file-stream-'));
  file = join(folder, 'lines.txt');
});

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  rmSync(folder, { recursive: true });
});

async function startTask(settings: Settings = {}, offset: SourceOffset | null = null, stdin?: PassThrough) {
  const abort = new AbortController();
  const messages: string[] = [];
  const context: SourceTaskContext = {
    log: (_level, message) => messages.push(message),
    offsets: { offset: async () => offset, offsets: async (partitions) => partitions.map(() => offset) },
    signal: abort.signal,
  };
  const task = stdin === undefined ? new FileStreamSourceTask() : new FileStreamSourceTask(() => stdin);
  await task.start({ file, topic: 'lines', ...settings }, context);
  const stop = async () => {
    abort.abort();
    await task.stop();
  };
  stops.push(stop);
  return { task, messages, abort, stop };
}

/** Polls until so many records came; each poll waits at most about a second. */
async function take(task: FileStreamSourceTask, count: number): Promise<SourceRecord[]> {
  const records: SourceRecord[] = [];
  for (let polls = 0; records.length < count && polls < 15; polls++) {
    records.push(...((await task.poll()) ?? []));
  }
  return records;
}

const valuesOf = (records: readonly SourceRecord[]) => records.map(({ value }) => value);

test('each line is a record with its topic, its file and the place after it', async () => {
  writeFileSync(file, 'one\ntwö\n\n');
  const { task } = await startTask();
  const before = Date.now();
  const records = (await task.poll()) ?? [];
  expect(valuesOf(records)).toEqual(['one', 'twö', '']);
  expect(records[1]).toMatchObject({
    topic: 'lines',
    sourcePartition: { filename: file },
    sourceOffset: { position: 9 },
    valueSchema: { type: 'STRING', optional: false },
    keySchema: null,
    key: null,
    kafkaPartition: null,
    headers: null,
  });
  expect(records[0]?.sourcePartition).toBe(records[2]?.sourcePartition);
  expect(records[0]?.timestamp).toBeGreaterThanOrEqual(before);
});

test('batch.size bounds the records of a poll, and anything below one counts as one', async () => {
  writeFileSync(file, 'a\nb\nc\nd\ne\n');
  const { task } = await startTask({ 'batch.size': '2' });
  expect(valuesOf((await task.poll()) ?? [])).toEqual(['a', 'b']);
  expect(valuesOf((await task.poll()) ?? [])).toEqual(['c', 'd']);
  expect(valuesOf((await task.poll()) ?? [])).toEqual(['e']);
  const single = await startTask({ 'batch.size': '0' });
  expect(valuesOf((await single.task.poll()) ?? [])).toEqual(['a']);
});

test('reading goes on at the stored position, whether it was stored as number or bigint', async () => {
  writeFileSync(file, 'one\ntwo\nthree\n');
  expect(valuesOf(await take((await startTask({}, { position: 4 })).task, 2))).toEqual(['two', 'three']);
  expect(valuesOf(await take((await startTask({}, { position: 8n })).task, 1))).toEqual(['three']);
});

test('a stored position that is no byte count is refused with the way out', async () => {
  await expect(startTask({}, { position: 'abc' })).rejects.toThrow(
    /lines\.txt.*Reset the connector's offsets/,
  );
});

test('an unfinished line is held back until it is finished', async () => {
  writeFileSync(file, 'one\ntw');
  const { task } = await startTask();
  expect(valuesOf(await take(task, 1))).toEqual(['one']);
  appendFileSync(file, 'o\nthree');
  expect(valuesOf(await take(task, 1))).toEqual(['two']);
  appendFileSync(file, '\n');
  expect(valuesOf(await take(task, 1))).toEqual(['three']);
});

test('a missing file is waited for with one warning', async () => {
  const { task, messages } = await startTask();
  expect(await task.poll()).toBeNull();
  expect(messages).toEqual([`File ${file} is not there; waiting for it.`]);
  writeFileSync(file, 'here\n');
  expect(valuesOf(await take(task, 1))).toEqual(['here']);
});

test('a poll without data ends after about a second, and at once when the task is asked to stop', async () => {
  writeFileSync(file, '');
  const { task, abort } = await startTask();
  const started = performance.now();
  expect(await task.poll()).toBeNull();
  expect(performance.now() - started).toBeGreaterThan(800);
  const polled = task.poll();
  abort.abort();
  const asked = performance.now();
  expect(await polled).toBeNull();
  expect(performance.now() - asked).toBeLessThan(500);
});

test('a file that was cut is read again from its start, and the unfinished line before is kept', async () => {
  writeFileSync(file, 'one\ntwo\nthr');
  const { task, messages } = await startTask();
  expect(valuesOf(await take(task, 2))).toEqual(['one', 'two']);
  expect(await task.poll()).toBeNull();
  truncateSync(file, 0);
  appendFileSync(file, 'new\n');
  const records = await take(task, 2);
  expect(valuesOf(records)).toEqual(['thr', 'new']);
  expect(records.map(({ sourceOffset }) => sourceOffset)).toEqual([{ position: 0 }, { position: 4 }]);
  expect(messages).toEqual([`File ${file} was cut: reading it from the start.`]);
});

test('a file that was cut and has grown past the place of reading is noticed by its other content', async () => {
  writeFileSync(file, 'one\ntwo\n');
  const { task } = await startTask();
  expect(valuesOf(await take(task, 2))).toEqual(['one', 'two']);
  expect(await task.poll()).toBeNull();
  writeFileSync(file, 'un\ndeux\ntrois\nquatre\n');
  expect(valuesOf(await take(task, 4))).toEqual(['un', 'deux', 'trois', 'quatre']);
});

test('a file that is cut while nothing new came since the start is read from its start', async () => {
  writeFileSync(file, 'one\ntwo\n');
  const { task } = await startTask({}, { position: 8 });
  expect(await task.poll()).toBeNull();
  writeFileSync(file, 'new\n');
  expect(valuesOf(await take(task, 1))).toEqual(['new']);
});

test('when a file is replaced, late lines of the old one come first', async () => {
  writeFileSync(file, 'one\n');
  const { task } = await startTask();
  expect(valuesOf(await take(task, 1))).toEqual(['one']);
  const rotated = join(folder, 'lines.1');
  renameSync(file, rotated);
  appendFileSync(rotated, 'late\nunfinished');
  writeFileSync(file, 'fresh\n');
  const records = await take(task, 3);
  expect(valuesOf(records)).toEqual(['late', 'unfinished', 'fresh']);
  expect(records.map(({ sourceOffset }) => sourceOffset)).toEqual([
    { position: 9 },
    { position: 0 },
    { position: 6 },
  ]);
});

test('a stored position behind the end means another file, which is read from its start', async () => {
  writeFileSync(file, 'short\n');
  const { task, messages } = await startTask({}, { position: 1000 });
  const records = await take(task, 1);
  expect(records).toMatchObject([{ value: 'short', sourceOffset: { position: 6 } }]);
  expect(messages[0]).toContain('has 6 bytes, fewer than the 1000 read before');
});

test('a folder in the place of the file fails the task and is named', async () => {
  mkdirSync(file);
  const { task } = await startTask();
  await expect(task.poll()).rejects.toThrow(`Cannot read file ${file}: it is a directory`);
});

test('a named pipe is read without blocking the thread', async () => {
  execFileSync('mkfifo', [file]);
  const { task } = await startTask();
  expect(await task.poll()).toBeNull();
  // Opened for reading too, so that the shell does not wait either.
  execFileSync('sh', ['-c', `printf 'through\\nthe pipe\\n' 1<>"$0"`, file]);
  expect(valuesOf(await take(task, 2))).toEqual(['through', 'the pipe']);
});

test('standard input has lines but no position', async () => {
  const stdin = new PassThrough();
  const { task } = await startTask({ file: '' }, null, stdin);
  stdin.write('typed\nmo');
  const [record] = await take(task, 1);
  expect(record).toMatchObject({
    value: 'typed',
    sourcePartition: { filename: null },
    sourceOffset: { position: null },
  });
  stdin.write('re\n');
  expect(valuesOf(await take(task, 1))).toEqual(['more']);
});

test('standard input in large chunks loses nothing', async () => {
  const stdin = new PassThrough({ highWaterMark: 2_000_000 });
  const { task } = await startTask({ file: '' }, null, stdin);
  const lines = Array.from({ length: 100_000 }, (_, index) => `line ${index}`);
  stdin.write(`${lines.join('\n')}\n`);
  const records: SourceRecord[] = [];
  while (records.length < lines.length) records.push(...((await task.poll()) ?? []));
  expect(valuesOf(records)).toEqual(lines);
});

test('a task that was stopped polls nothing', async () => {
  writeFileSync(file, 'one\n');
  const { task, stop } = await startTask();
  await stop();
  await stop();
  expect(await task.poll()).toBeNull();
});
