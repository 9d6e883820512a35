import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ConsumedRecord } from '../ports/consumer.ts';
import {
  batchFields,
  lastBatchWithin,
  offsetBehind,
  stampCrc,
  stampProducer,
  writeInt64,
} from './batch-layout.ts';
import { RecordBatchBuilder } from './record-batch-builder.ts';
import { RecordCursor } from './record-cursor.ts';

const fixture = new URL('./verification/fixtures/java-batches.txt', import.meta.url);
const lines = readFileSync(fixture, 'utf8').trimEnd().split('\n');
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

  test('a transaction marker gives no record and moves the position on', () => {
    const marker = batches.find(({ name }) => name === 'marker abort');
    expect(readAll(marker?.bytes as Buffer, 7)).toEqual({ records: [], nextOffset: 8 });
  });

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
