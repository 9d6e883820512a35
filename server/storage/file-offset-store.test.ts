import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeOf } from '../errors/connect-error.ts';
import { FileOffsetStore } from './file-offset-store.ts';
import { readJavaByteMap, writeJavaByteMap } from './java-byte-map.ts';

/** Written by ObjectOutputStream of Java 17: two connectors with one and the same value array, one reset, one FileStream. */
const writtenByJava = Buffer.from(
  'aced0005737200116a6176612e7574696c2e486173684d61700507dac1c31660d103000246000a6c6f6164466163746f724900097468726573686f6c6478703f4000000000000c77080000001000000004757200025b42acf317f8060854e00200007870000000195b2262696732222c7b2266696c656e616d65223a2262227d5d7571007e00020000001d7b22706f736974696f6e223a393030373139393235343734303939337d7571007e00020000002d5b226c6f63616c2d66696c652d736f75726365222c7b2266696c656e616d65223a22746573742e747874227d5d7571007e00020000000f7b22706f736974696f6e223a33307d7571007e0002000000185b22626967222c7b2266696c656e616d65223a2262227d5d71007e00047571007e00020000001e5b22676f6e65222c7b2266696c656e616d65223a22c3bc2e747874227d5d7078',
  'hex',
);
const emptyMapByJava = Buffer.from(
  'aced0005737200116a6176612e7574696c2e486173684d61700507dac1c31660d103000246000a6c6f6164466163746f724900097468726573686f6c6478703f400000000000007708000000100000000078',
  'hex',
);
const arrayListByJava = Buffer.from(
  'aced0005737200136a6176612e7574696c2e41727261794c6973747881d21d99c7619d03000149000473697a6578700000000077040000000078',
  'hex',
);

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-offset-file-'));
  file = join(folder, 'connect.offsets');
});

afterEach(() => rmSync(folder, { recursive: true }));

async function open(): Promise<FileOffsetStore> {
  const store = new FileOffsetStore(file);
  await store.start();
  return store;
}

describe('offset store in a file', () => {
  test('reads a file written by Java', async () => {
    writeFileSync(file, writtenByJava);
    const store = await open();
    expect(await store.read('local-file-source', [{ filename: 'test.txt' }])).toEqual([{ position: 30 }]);
    expect(await store.all('big')).toEqual([
      { partition: { filename: 'b' }, offset: { position: 9007199254740993n } },
    ]);
    expect(await store.all('big2')).toHaveLength(1);
    expect(await store.all('gone')).toEqual([]);
  });

  test('writes the bytes that Java would', () => {
    expect(writeJavaByteMap([])).toEqual(emptyMapByJava);
    const entries = readJavaByteMap(writtenByJava).filter(([key]) => !key.includes('big2'));
    expect(readJavaByteMap(writeJavaByteMap(entries))).toEqual(entries);
    // Up to the size and the order of the entries the files are the same.
    const start = writtenByJava.indexOf(Buffer.from('7708', 'hex'));
    expect(writeJavaByteMap(entries).subarray(0, start)).toEqual(writtenByJava.subarray(0, start));
  });

  test('keeps entries of a file that are no offsets of connectors', async () => {
    writeFileSync(file, writeJavaByteMap([[Buffer.from('foreign'), Buffer.from('bytes')]]));
    const store = await open();
    await store.write('c', [{ partition: { f: 'a' }, offset: { o: 1 } }]);
    expect(readJavaByteMap(readFileSync(file)).map(([key]) => key.toString())).toEqual([
      'foreign',
      '["c",{"f":"a"}]',
    ]);
  });

  test('a missing or empty file means no offsets', async () => {
    expect(await (await open()).all('c')).toEqual([]);
    writeFileSync(file, '');
    expect(await (await open()).all('c')).toEqual([]);
  });

  test('leaves no other file behind, and follows a link instead of replacing it', async () => {
    const target = join(folder, 'target');
    writeFileSync(target, '');
    symlinkSync(target, file);
    const store = await open();
    await store.write('c', [{ partition: { f: 'a' }, offset: { o: 1 } }]);
    expect(readdirSync(folder).sort()).toEqual(['connect.offsets', 'target']);
    expect(readJavaByteMap(readFileSync(target))).toHaveLength(1);
  });

  test.each([
    ['half a file', writtenByJava.subarray(0, 200)],
    ['text', Buffer.from('{"a":1}')],
    ['another Java class', arrayListByJava],
    ['a length beyond the end', Buffer.concat([writtenByJava.subarray(0, 110), Buffer.alloc(4, 0x7f)])],
    ['a negative size', Buffer.concat([emptyMapByJava.subarray(0, -5), Buffer.alloc(5, 0xff)])],
  ])('%s is refused with the key and the path, and left as it is', async (_what, content) => {
    writeFileSync(file, content);
    const failure = await open().catch((error: unknown) => error);
    expect(codeOf(failure)).toBe('config');
    expect(String(failure)).toContain('offset.storage.file.filename');
    expect(String(failure)).toContain(file);
    expect(readFileSync(file)).toEqual(Buffer.from(content));
  });

  test('a folder that does not exist is said at the start', async () => {
    file = join(folder, 'missing', 'connect.offsets');
    await expect(open()).rejects.toThrow(/offset\.storage\.file\.filename: the folder of .* does not exist/);
  });

  test('a folder in place of the file is refused', async () => {
    file = folder;
    await expect(open()).rejects.toThrow(/cannot be read/);
  });

  test('a failed write is told, changes nothing, and the next one works', async () => {
    const store = await open();
    rmSync(folder, { recursive: true });
    await expect(store.write('c', [{ partition: { f: 'a' }, offset: { o: 1 } }])).rejects.toThrow(
      /offsets could not be written to .*connect\.offsets/,
    );
    expect(await store.all('c')).toEqual([]);
    const again = mkdtempSync(join(tmpdir(), 'millrace-offset-file-'));
    symlinkSync(again, folder);
    await store.write('c', [{ partition: { f: 'a' }, offset: { o: 2 } }]);
    expect(readJavaByteMap(readFileSync(file))).toHaveLength(1);
    rmSync(folder);
    folder = again;
  });
});
