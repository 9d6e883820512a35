import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeOf, isConnectError } from '../../errors/connect-error.ts';
import { compressionTypes } from '../compression/compression.ts';
import type { ConsumedRecord } from '../ports/consumer.ts';
import type { RecordHeader, Serialized } from '../ports/record.ts';
import { AbortedTransactions } from './aborted-transactions.ts';
import { attributeBits, lastBatchWithin, offsetBehind, stampCrc } from './batch-layout.ts';
import { encodeRecordBatch, RecordBatchBuilder } from './record-batch-builder.ts';
import { RecordCursor, type RecordCursorOptions } from './record-cursor.ts';

const serialized: fc.Arbitrary<Serialized> = fc.oneof(
  fc.constant(null),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 9000 }),
  fc.uint8Array({ maxLength: 200 }),
);
const header: fc.Arbitrary<RecordHeader> = fc.record({
  key: fc.string({ unit: 'binary', maxLength: 80 }),
  value: fc.option(fc.uint8Array({ maxLength: 90 })),
});
const record = fc.record({
  timestamp: fc.oneof(fc.constant(-1), fc.integer({ min: 0, max: 2 ** 50 })),
  key: serialized,
  value: serialized,
  headers: fc.array(header, { maxLength: 3 }),
});

function cursorOf(bytes: Buffer, options: Partial<RecordCursorOptions> = {}): RecordCursor {
  const defaults = { topic: 'orders', partition: 3, fetchOffset: 0, checkCrcs: true };
  return new RecordCursor(bytes, 0, bytes.length, { ...defaults, ...options });
}

function drain(cursor: RecordCursor, step = 1000): ConsumedRecord[] {
  const records: ConsumedRecord[] = [];
  while (cursor.take(step, records));
  return records;
}

function asText(bytes: Uint8Array | string | null): string | null {
  if (bytes === null) return null;
  return Buffer.from(bytes).toString('hex');
}

function simpleBatch(count: number, options: Parameters<typeof encodeRecordBatch>[1] = {}): Buffer {
  const records = Array.from({ length: count }, (_, i) => ({
    timestamp: 1000 + i,
    key: null,
    value: `value ${(options.baseOffset ?? 0) + i}`,
  }));
  return encodeRecordBatch(records, options);
}

function valuesOf(records: readonly ConsumedRecord[]): (string | null)[] {
  return records.map(({ value }) => value?.toString() ?? null);
}

describe('record batches', () => {
  test('give back every record that was put in, in every compression and cut in pieces of any size', () => {
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 12 }),
        fc.constantFrom(...compressionTypes),
        fc.integer({ min: 1, max: 5 }),
        (records, compression, step) => {
          const batch = encodeRecordBatch(records, { compression, baseOffset: 2 ** 40 });
          const read = drain(cursorOf(batch), step);
          expect(read.map(({ offset }) => offset)).toEqual(records.map((_, i) => 2 ** 40 + i));
          read.forEach((got, i) => {
            const put = records[i] as (typeof records)[number];
            expect(got.timestamp).toBe(put.timestamp);
            expect(asText(got.key)).toBe(asText(put.key));
            expect(asText(got.value)).toBe(asText(put.value));
            expect(got.headers.map(({ key, value }) => [asText(key), asText(value)])).toEqual(
              put.headers.map(({ key, value }) => [asText(key), asText(value)]),
            );
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  test('are the same after one record was appended and taken back', () => {
    const builder = new RecordBatchBuilder(100);
    for (let i = 0; i < 5; i++) builder.append(1000 + i, `k${i}`, `v${i}`);
    const expected = Buffer.from(builder.seal());
    builder.reset();
    for (let i = 0; i < 5; i++) builder.append(1000 + i, `k${i}`, `v${i}`);
    builder.append(99_999_999, 'too large', 'x'.repeat(5000));
    builder.undo();
    expect(builder.count).toBe(5);
    expect(builder.seal().equals(expected)).toBe(true);
  });

  test('that follow each other are read to the end, and a cut last one is left for the next fetch', () => {
    const batches = [0, 10, 20].map((baseOffset) => simpleBatch(10, { baseOffset }));
    const bytes = Buffer.concat(batches).subarray(0, -5);
    const cursor = cursorOf(bytes, { fetchOffset: 4 });
    expect(drain(cursor, 6).map(({ offset }) => offset)).toEqual(Array.from({ length: 16 }, (_, i) => i + 4));
    expect(cursor.nextOffset).toBe(20);
    expect(offsetBehind(bytes, lastBatchWithin(bytes, 0, bytes.length))).toBe(20);
  });

  test('with a gap at their end move the position behind the gap', () => {
    const batch = simpleBatch(3);
    batch.writeInt32BE(9, 23);
    stampCrc(batch);
    const cursor = cursorOf(batch);
    expect(drain(cursor)).toHaveLength(3);
    expect(cursor.nextOffset).toBe(10);
  });

  test('of aborted transactions are passed over until their marker, others are not', () => {
    const transactional = attributeBits.transactional;
    const producer = (producerId: bigint) => ({ producerId, epoch: 0, sequence: 0 });
    const abortMarker = encodeRecordBatch([{ timestamp: 1, key: Buffer.from([0, 0, 0, 0]), value: null }], {
      attributes: transactional | attributeBits.control,
      producer: producer(5n),
      baseOffset: 6,
    });
    const log = Buffer.concat([
      simpleBatch(2, { attributes: transactional, producer: producer(5n), baseOffset: 0 }),
      simpleBatch(2, { attributes: transactional, producer: producer(6n), baseOffset: 2 }),
      simpleBatch(2, { baseOffset: 4 }),
      abortMarker,
      simpleBatch(1, { attributes: transactional, producer: producer(5n), baseOffset: 7 }),
    ]);
    const committed = cursorOf(log, {
      abortedTransactions: new AbortedTransactions([{ producerId: 5n, firstOffset: 0 }]),
    });
    expect(valuesOf(drain(committed))).toEqual(['value 2', 'value 3', 'value 4', 'value 5', 'value 7']);
    expect(committed.nextOffset).toBe(8);
    expect(drain(cursorOf(log)).map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4, 5, 7]);
  });
});

describe('malformed record batches', () => {
  test('with a wrong checksum are refused by topic, partition and offset, as often as they are read', () => {
    const batch = Buffer.concat([simpleBatch(2), simpleBatch(2, { baseOffset: 2 })]);
    batch[batch.length - 3] = 99;
    const cursor = cursorOf(batch);
    const records: ConsumedRecord[] = [];
    for (let i = 0; i < 2; i++) {
      expect(() => cursor.take(10, records)).toThrow(/offset 2 of orders-3 .*checksum/);
    }
    expect(valuesOf(records)).toEqual(['value 0', 'value 1']);
    expect(drain(cursorOf(batch, { checkCrcs: false }))).toHaveLength(4);
  });

  test('that promise more records than they can hold are refused', () => {
    const batch = simpleBatch(2);
    batch.writeInt32BE(2_000_000_000, 57);
    stampCrc(batch);
    expect(() => drain(cursorOf(batch))).toThrow(/2000000000 records in/);
  });

  test('end in a data error or in records, and never in anything else', () => {
    const batch = encodeRecordBatch(
      Array.from({ length: 6 }, (_, i) => ({
        timestamp: i,
        key: `k${i}`,
        value: 'v'.repeat(i * 40),
        headers: [{ key: 'h', value: Buffer.from('x') }],
      })),
    );
    const damage = fc.array(fc.tuple(fc.nat(batch.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(damage, fc.boolean(), (changes, withCrc) => {
        const damaged = Buffer.from(batch);
        for (const [at, value] of changes) damaged[at] = value;
        if (withCrc) stampCrc(damaged);
        try {
          for (const got of drain(cursorOf(damaged, { checkCrcs: withCrc }))) {
            expect(got.headers).toBeInstanceOf(Array);
            expect(got.keyLength).toBeGreaterThanOrEqual(-1);
            expect(got.valueStart + got.valueLength).toBeLessThanOrEqual(got.buffer.length);
          }
        } catch (error) {
          if (!isConnectError(error)) throw error;
          expect(codeOf(error)).toBe('data');
          expect(error.details.kafkaError).toBe('CORRUPT_MESSAGE');
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('of random bytes end in a data error or in nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(0, 1, 2, 3), (bytes, magic) => {
        const buffer = Buffer.from(bytes);
        if (buffer.length > 16) {
          buffer.writeInt32BE(buffer.length - 12, 8);
          buffer[16] = magic;
        }
        try {
          drain(cursorOf(buffer, { checkCrcs: false }));
          lastBatchWithin(buffer, 0, buffer.length);
        } catch (error) {
          expect(codeOf(error)).toBe('data');
        }
      }),
      { numRuns: 2000 },
    );
  });
});
