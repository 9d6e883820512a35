import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { runJava } from '../../testing/apache-kafka/java.ts';
import { compressionTypes, defaultLevels } from '../compression/compression.ts';
import type { ConsumedRecord } from '../ports/consumer.ts';
import {
  batchFields,
  lastBatchWithin,
  offsetBehind,
  stampCrc,
  stampProducer,
  writeInt64,
} from './batch-layout.ts';
import { markerTypeAt } from './control-record.ts';
import { encodeRecordBatch, RecordBatchBuilder } from './record-batch-builder.ts';
import { RecordCursor } from './record-cursor.ts';

const fixture = new URL('./verification/fixtures/java-batches.txt.gz', import.meta.url);
const lines = gunzipSync(readFileSync(fixture)).toString('utf8').trimEnd().split('\n');
const batches = lines.map((line) => {
  const end = line.lastIndexOf(' ');
  return { name: line.slice(0, end), bytes: Buffer.from(line.slice(end + 1), 'base64') };
});

/** What RecordBatches.java put into each batch. */
const javaRecords = Array.from({ length: 20 }, (_, i) => ({
  timestamp: 1_700_000_000_000 + (i % 2 === 0 ? i : -i) * 1_000_000_007,
  key: i % 3 === 0 ? null : `key-${i}`,
  value: i % 5 === 4 ? null : 'wert äöü € 🚀 '.repeat(i) + i,
  headers:
    i % 4 === 1
      ? [
          { key: 'überschrift', value: Buffer.from(`v${i}`) },
          { key: 'null', value: null },
        ]
      : [],
}));
const logAppendTime = 1_800_000_000_000;

/** What RecordBatches.java put into the batches of each level. */
const javaLines = Array.from({ length: 1200 }, (_, i) => ({
  timestamp: 1,
  key: `k${i}`,
  value: `line ${i} of a file that repeats itself ${(i * i) % 977} times, more or less`,
}));

function readAll(bytes: Buffer, fetchOffset = 1000): { records: ConsumedRecord[]; nextOffset: number } {
  const cursor = new RecordCursor(bytes, 0, bytes.length, {
    topic: 't',
    partition: 0,
    fetchOffset,
    checkCrcs: true,
  });
  const records: ConsumedRecord[] = [];
  while (cursor.take(7, records));
  return { records, nextOffset: cursor.nextOffset };
}

describe('record batches of the Java client', () => {
  test.each(batches.filter(({ name }) => name.startsWith('batch')))('$name is read', ({ name, bytes }) => {
    const [, magic, , timestampType] = name.split(' ');
    const { records, nextOffset } = readAll(bytes);
    expect(
      records.map((record) => ({
        offset: record.offset,
        timestamp: record.timestamp,
        timestampType: record.timestampType,
        key: record.key?.toString() ?? null,
        value: record.value?.toString() ?? null,
        headers: record.headers,
      })),
    ).toEqual(
      javaRecords.map((record, i) => ({
        offset: 1000 + i,
        timestamp: magic === '0' ? -1 : timestampType === 'LogAppendTime' ? logAppendTime : record.timestamp,
        timestampType: magic === '0' ? 'NoTimestampType' : timestampType,
        key: record.key,
        value: record.value,
        headers: magic === '2' ? record.headers : [],
      })),
    );
    expect(nextOffset).toBe(1020);
    expect(offsetBehind(bytes, lastBatchWithin(bytes, 0, bytes.length))).toBe(1020);
  });

  test.each(batches.filter(({ name }) => name.startsWith('batch')))(
    '$name is read from an offset in its middle',
    ({ bytes }) => {
      const { records } = readAll(bytes, 1013);
      expect(records.map((record) => record.offset)).toEqual([1013, 1014, 1015, 1016, 1017, 1018, 1019]);
    },
  );

  test.each(batches.filter(({ name }) => name.startsWith('level')))(
    '$name is read, and ours is not much larger',
    ({ name, bytes }) => {
      const { records } = readAll(bytes, 0);
      expect(records.map(({ key, value }) => [key?.toString(), value?.toString()])).toEqual(
        javaLines.map(({ key, value }) => [key, value]),
      );
      const [, codec, level] = name.split(' ') as [string, 'gzip' | 'lz4' | 'zstd', string];
      const levels = { ...defaultLevels, [codec]: Number(level) };
      const ours = encodeRecordBatch(javaLines, { compression: codec, levels });
      expect(ours.length).toBeLessThan(bytes.length * 1.05);
    },
  );

  test.each(batches.filter(({ name }) => name.startsWith('marker')))(
    'a $name gives no record and moves the position on',
    ({ name, bytes }) => {
      const isCommit = name === 'marker commit';
      expect(readAll(bytes, 7)).toEqual({ records: [], nextOffset: isCommit ? 9 : 8 });
      expect(markerTypeAt(bytes)).toBe(isCommit ? 'commit' : 'abort');
    },
  );

  test('our own batch of the same records has the same bytes', () => {
    const builder = new RecordBatchBuilder(64);
    for (const { timestamp, key, value, headers } of javaRecords)
      builder.append(timestamp, key, value, headers);
    const batch = builder.seal();
    writeInt64(batch, batchFields.baseOffset, 1000);
    batch.writeInt32BE(5, batchFields.leaderEpoch);
    stampProducer(batch, { producerId: 4711n, epoch: 3, sequence: 42 });
    stampCrc(batch);
    const expected = batches.find(({ name }) => name === 'batch 2 none CreateTime');
    expect(batch.toString('hex')).toBe(expected?.bytes.toString('hex'));
  });
});

describe('our record batches', () => {
  /** As RecordBatches.java prints it: length and CRC-32. */
  function hashOf(text: string | null): string {
    return text === null ? 'null' : `${Buffer.byteLength(text)}/${crc32(text)}`;
  }

  test('are read by the Java client in every compression and level', async () => {
    const levels = [1, 5, 9, 13, 17].map((lz4) => ['lz4', { ...defaultLevels, lz4 }] as const);
    const others = [
      ...compressionTypes.map((type) => [type, defaultLevels] as const),
      ['gzip', { ...defaultLevels, gzip: 9 }] as const,
      ['zstd', { ...defaultLevels, zstd: 19 }] as const,
    ];
    const noise = Array.from({ length: 3000 }, (_, i) => ({
      timestamp: i,
      key: null,
      value: String(Math.sin(i) * 1e16),
      headers: [{ key: 'h', value: Buffer.from(`v${i}`) }],
    }));
    const sets = { lines: javaLines, records: javaRecords, noise, one: javaLines.slice(0, 1) };
    const input: string[] = [];
    const expected: string[] = [];
    for (const [compression, level] of [...levels, ...others]) {
      for (const [set, records] of Object.entries(sets)) {
        const name = `${set}-${compression}-${level.lz4}`;
        const batch = encodeRecordBatch(records, { compression, levels: level, baseOffset: 70 });
        input.push(`${name} ${batch.toString('base64')}`);
        const shown = records.map((record, i) => {
          const { timestamp, key, value } = record;
          const headers = 'headers' in record ? record.headers : [];
          const fields = `${70 + i}:${timestamp}:${hashOf(key)}:${hashOf(value)}`;
          return [fields, ...headers.map((header) => `${header.key}=${header.value}`)].join(' ');
        });
        const last = 70 + records.length - 1;
        expected.push(`${name} batch 70 ${last} ${records.length} ${compression} ${shown.join(' ')}`);
      }
    }
    const folder = await mkdtemp(join(tmpdir(), 'millrace-batches-'));
    try {
      const file = join(folder, 'batches.txt');
      await writeFile(file, input.join('\n'));
      const program = new URL('./verification/RecordBatches.java', import.meta.url).pathname;
      expect((await runJava(program, [file])).trimEnd().split('\n')).toEqual(expected);
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 90_000);
});
