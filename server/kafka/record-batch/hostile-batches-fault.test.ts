import { readFileSync } from 'node:fs';
import { crc32, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeOf, isConnectError } from '../../errors/connect-error.ts';
import { compress, compressionTypes } from '../compression/compression.ts';
import type { ConsumedRecord } from '../ports/consumer.ts';
import { AbortedTransactions } from './aborted-transactions.ts';
import {
  attributeBits,
  batchFields,
  batchHeaderBytes,
  lastBatchWithin,
  stampCrc,
  writeInt64,
} from './batch-layout.ts';
import { encodeRecordBatch } from './record-batch-builder.ts';
import { RecordCursor, type RecordCursorOptions } from './record-cursor.ts';
import { visitRecords } from './visit-records.ts';

const fixture = new URL('./verification/fixtures/java-batches.txt.gz', import.meta.url);
const recorded = gunzipSync(readFileSync(fixture))
  .toString('utf8')
  .trimEnd()
  .split('\n')
  .map((line) => Buffer.from(line.slice(line.lastIndexOf(' ') + 1), 'base64'))
  .filter(({ length }) => length < 10_000);
const place = { topic: 'orders', partition: 3 };
const limit = 1_000_000;

function readAll(bytes: Buffer, options: Partial<RecordCursorOptions> = {}): ConsumedRecord[] {
  const cursor = new RecordCursor(bytes, 0, bytes.length, {
    ...place,
    fetchOffset: 0,
    checkCrcs: false,
    decompressedLimit: limit,
    ...options,
  });
  const records: ConsumedRecord[] = [];
  // Every call gives a record, ends, or throws, so that nobody can be kept going round.
  for (let before = -1; cursor.take(100, records); before = records.length) {
    if (records.length <= before) throw new Error('nothing was taken');
  }
  return records;
}

/** Reads what may be malformed; a data error that names the place is the only one allowed. */
function expectRecordsOrError(bytes: Buffer, options: Partial<RecordCursorOptions> = {}): void {
  try {
    const odd = readAll(bytes, options).filter(
      ({ offset, key, keyLength, value, valueLength, headers }) =>
        !Number.isInteger(offset) ||
        (key !== null && key.length !== keyLength) ||
        (value !== null && value.length !== valueLength) ||
        headers.length > 10_000,
    );
    expect(odd).toEqual([]);
  } catch (error) {
    if (!isConnectError(error)) throw error;
    expect(error.code).toBe('data');
    expect(error.details).toMatchObject({ kafkaError: 'CORRUPT_MESSAGE', ...place });
    expect(error.message).toMatch(/offset \d+ of orders-3/);
  }
}

function errorOf(bytes: Buffer, options: Partial<RecordCursorOptions> = {}): string {
  try {
    readAll(bytes, options);
  } catch (error) {
    expect(codeOf(error)).toBe('data');
    return error instanceof Error ? error.message : '';
  }
  return 'none';
}

/** Message format 0 or 1. */
function legacyMessage(magic: 0 | 1, offset: number, attributes: number, value: Buffer | null): Buffer {
  const header = magic === 1 ? 26 : 18;
  const message = Buffer.alloc(header + 8 + (value?.length ?? 0));
  writeInt64(message, 0, offset);
  message.writeInt32BE(message.length - 12, 8);
  message[16] = magic;
  message[17] = attributes;
  message.writeInt32BE(-1, header);
  message.writeInt32BE(value?.length ?? -1, header + 4);
  value?.copy(message, header + 8);
  message.writeUInt32BE(crc32(message.subarray(16)), 12);
  return message;
}

describe('recorded batches of every format and compression', () => {
  const damage = fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(255)), {
    minLength: 1,
    maxLength: 5,
  });

  test('with bytes changed end in records or in an error that names the place', () => {
    fc.assert(
      fc.property(fc.constantFrom(...recorded), damage, fc.boolean(), (bytes, changes, isStamped) => {
        const damaged = Buffer.from(bytes);
        for (const [at, value] of changes) damaged[Math.floor(at * damaged.length)] = value;
        // Damage that the checksum does not give away.
        if (isStamped && (damaged[batchFields.magic] as number) >= 2) stampCrc(damaged);
        expectRecordsOrError(damaged, { checkCrcs: isStamped });
      }),
      { numRuns: 3000 },
    );
  });

  test('with every length set to something else end in records or in an error', () => {
    const values = [-1, -2147483648, 0, 1, 7, 1000, 2147483647];
    for (const bytes of recorded) {
      for (let at = 8; at < Math.min(bytes.length - 4, 70); at++) {
        for (const value of values) {
          const damaged = Buffer.from(bytes);
          damaged.writeInt32BE(value, at);
          expectRecordsOrError(damaged);
          lastBatchWithin(damaged, 0, damaged.length);
        }
      }
    }
  });

  test('cut anywhere are left for the next fetch, or end in records or an error', () => {
    for (const bytes of recorded) {
      for (let length = 0; length < bytes.length; length += length < 80 ? 1 : 37) {
        const cut = bytes.subarray(0, length);
        expectRecordsOrError(cut, { checkCrcs: true });
        expect(lastBatchWithin(cut, 0, cut.length)).toBeLessThan(cut.length);
      }
    }
  });

  test('with bytes changed are visited to the end, or end in a data error', () => {
    fc.assert(
      fc.property(fc.constantFrom(...recorded), damage, (bytes, changes) => {
        const damaged = Buffer.from(bytes);
        for (const [at, value] of changes) damaged[Math.floor(at * damaged.length)] = value;
        if ((damaged[batchFields.magic] as number) < 2 || damaged.length < batchHeaderBytes) return;
        try {
          visitRecords(damaged, 0, damaged.length, ({ recordStart, recordEnd }) => recordEnd > recordStart);
        } catch (error) {
          expect(codeOf(error)).toBe('data');
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('batches that lie', () => {
  const records = Array.from({ length: 3 }, (_, i) => ({ timestamp: 1, key: null, value: `v${i}` }));

  test.each(compressionTypes)('about the number of their records are refused: %s', (compression) => {
    for (const count of [4, 1000, 2147483647, -1]) {
      const batch = encodeRecordBatch(records, { compression });
      batch.writeInt32BE(count, batchFields.recordCount);
      stampCrc(batch);
      expect(errorOf(batch, { checkCrcs: true })).toMatch(/of orders-3 cannot be read: /);
    }
  });

  test.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)(
    'about their size grow to the limit and no further: %s',
    (compression) => {
      const bomb = encodeRecordBatch([{ timestamp: 1, key: null, value: Buffer.alloc(4_000_000) }], {
        compression,
      });
      const before = process.memoryUsage().arrayBuffers;
      expect(errorOf(bomb)).toContain('grows beyond 1000000 bytes');
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8_000_000);
    },
  );

  test.each([0, 1] as const)('in format %i grow to the limit and no further', (magic) => {
    const inner = legacyMessage(magic, 0, 0, Buffer.alloc(4_000_000));
    expect(errorOf(legacyMessage(magic, 0, 1, compress('gzip', inner)))).toContain('1000000 bytes');
    expect(errorOf(legacyMessage(magic, 0, 2, compress('snappy', inner)))).toContain('1000000 bytes');
  });

  test('in format 1 about the place of what is inside are refused', () => {
    const inner = Buffer.concat([0, 1, 9].map((offset) => legacyMessage(1, offset, 0, Buffer.from('x'))));
    expect(errorOf(legacyMessage(1, 5, 1, compress('gzip', inner)))).toContain('offsets are impossible');
  });

  test('in format 1 that hold compressed messages in compressed ones are refused', () => {
    const innermost = legacyMessage(1, 0, 0, Buffer.from('x'));
    const inner = legacyMessage(1, 0, 1, compress('gzip', innermost));
    expect(errorOf(legacyMessage(1, 0, 1, compress('gzip', inner)))).toContain('inside a compressed one');
  });

  test('about transactions are refused: a marker that cannot be read', () => {
    const marker = encodeRecordBatch([{ timestamp: 1, key: Buffer.from([0]), value: null }], {
      attributes: attributeBits.transactional | attributeBits.control,
      producer: { producerId: 5n, epoch: 0, sequence: -1 },
    });
    const abortedTransactions = new AbortedTransactions([{ producerId: 5n, firstOffset: 0 }]);
    expect(errorOf(marker, { abortedTransactions })).toMatch(/offset 0 of orders-3/);
  });
});

describe('what a broker may hand out', () => {
  test('a batch that compaction has emptied moves the position on', () => {
    const batch = encodeRecordBatch([{ timestamp: 1, key: null, value: 'x' }], { baseOffset: 40 });
    const empty = Buffer.from(batch.subarray(0, batchHeaderBytes));
    empty.writeInt32BE(batchHeaderBytes - 12, batchFields.length);
    empty.writeInt32BE(0, batchFields.recordCount);
    empty.writeInt32BE(9, batchFields.lastOffsetDelta);
    stampCrc(empty);
    const cursor = new RecordCursor(empty, 0, empty.length, { ...place, fetchOffset: 40, checkCrcs: true });
    expect(cursor.take(10, [])).toBe(false);
    expect(cursor.nextOffset).toBe(50);
  });

  test('formats that follow each other in one answer are read in turn', () => {
    const bytes = Buffer.concat([
      legacyMessage(0, 0, 0, Buffer.from('a')),
      legacyMessage(
        1,
        3,
        1,
        compress('gzip', Buffer.concat([0, 1, 2].map((at) => legacyMessage(1, at, 0, null)))),
      ),
      encodeRecordBatch([{ timestamp: 1, key: null, value: 'c' }], { baseOffset: 4, leaderEpoch: 2 }),
    ]);
    const cursor = new RecordCursor(bytes, 0, bytes.length, { ...place, fetchOffset: 0, checkCrcs: true });
    const records: ConsumedRecord[] = [];
    const epochs: number[] = [];
    while (cursor.take(1, records)) epochs.push(cursor.leaderEpoch);
    expect(records.map(({ offset, value }) => [offset, value?.toString()])).toEqual([
      [0, 'a'],
      [1, undefined],
      [2, undefined],
      [3, undefined],
      [4, 'c'],
    ]);
    expect([epochs.slice(0, 4), cursor.leaderEpoch]).toEqual([[-1, -1, -1, -1], 2]);
  });
});
