import {
  appendFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasValidCrc, maxTimestampAt } from '../../kafka/record-batch/batch-layout.ts';
import { waitFor } from '../../testing/wait.ts';
import type { AppendOutcome } from './partition-log.ts';
import { readLog } from './read-log.ts';
import { sampleBatch } from './sample-batches.ts';
import { openSampleLog, readBack, sampleFolder } from './sample-log.ts';

const firstSegment = '00000000000000000000.log';

function baseOffset(outcome: AppendOutcome): number {
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  return outcome.baseOffset;
}

function errorOf(outcome: AppendOutcome): string {
  return outcome.kind === 'refused' ? outcome.error : 'none';
}

describe('a partition log', () => {
  it('gives offsets in order and reads back what was appended', () => {
    const log = openSampleLog(sampleFolder());
    expect(baseOffset(log.append(sampleBatch([{ value: 'a' }, { value: 'b' }]), Date.now()))).toBe(0);
    expect(baseOffset(log.append(sampleBatch([{ value: 'c' }]), Date.now()))).toBe(2);
    expect(log.nextOffset).toBe(3);
    expect(readBack(log).map(({ offset, value }) => [offset, value])).toEqual([
      [0, 'a'],
      [1, 'b'],
      [2, 'c'],
    ]);
  });

  it('reads from the middle with the batch that holds the offset', () => {
    const log = openSampleLog(sampleFolder());
    for (let batch = 0; batch < 50; batch++) {
      log.append(sampleBatch([{ value: `${batch}a` }, { value: `${batch}b` }]), Date.now());
    }
    expect(readBack(log, 41)[0]).toMatchObject({ offset: 41, value: '20b' });
    expect(readBack(log, 41)).toHaveLength(59);
  });

  it('is the same after it was closed and opened again, with and without a clean end', () => {
    const folder = sampleFolder();
    const settings = { segmentBytes: 400 };
    const log = openSampleLog(folder, settings);
    for (let n = 0; n < 30; n++) log.append(sampleBatch([{ value: `v${n}` }]), Date.now());
    const before = readBack(log);
    log.close();
    const afterCrash = openSampleLog(folder, settings);
    expect(readBack(afterCrash)).toEqual(before);
    afterCrash.sync();
    afterCrash.close();
    const afterCleanEnd = openSampleLog(folder, settings);
    expect(readBack(afterCleanEnd)).toEqual(before);
    expect(baseOffset(afterCleanEnd.append(sampleBatch([{}]), Date.now()))).toBe(30);
  });

  it('cuts off a tail that a crash left half written, wherever the write broke off', () => {
    const folder = sampleFolder();
    const path = join(folder, firstSegment);
    const log = openSampleLog(folder);
    log.append(sampleBatch([{ value: 'kept' }]), Date.now());
    const wholeSize = statSync(path).size;
    log.append(sampleBatch([{ value: 'torn' }]), Date.now());
    log.close();
    const bytes = readFileSync(path);
    for (let size = wholeSize; size < bytes.length; size += 7) {
      writeFileSync(path, bytes.subarray(0, size));
      const warnings: string[] = [];
      const reopened = openSampleLog(folder, {}, { warnings });
      expect(readBack(reopened).map(({ value }) => value)).toEqual(['kept']);
      expect(reopened.nextOffset).toBe(1);
      expect(statSync(path).size).toBe(wholeSize);
      expect(warnings.length).toBe(size > wholeSize ? 1 : 0);
      reopened.close();
    }
  });

  it('cuts off a tail of the right size whose bytes never reached the disk', () => {
    const folder = sampleFolder();
    const path = join(folder, firstSegment);
    const log = openSampleLog(folder);
    log.append(sampleBatch([{ value: 'kept' }]), Date.now());
    log.append(sampleBatch([{ value: 'lost' }]), Date.now());
    log.close();
    const bytes = readFileSync(path);
    bytes.fill(0, bytes.length - 4);
    writeFileSync(path, bytes);
    expect(readBack(openSampleLog(folder)).map(({ value }) => value)).toEqual(['kept']);
  });

  it('cuts off zeros and foreign bytes behind the last batch', () => {
    for (const junk of [Buffer.alloc(5000), Buffer.from('x'.repeat(300))]) {
      const folder = sampleFolder();
      const log = openSampleLog(folder);
      log.append(sampleBatch([{ value: 'kept' }]), Date.now());
      log.close();
      appendFileSync(join(folder, firstSegment), junk);
      const reopened = openSampleLog(folder);
      reopened.append(sampleBatch([{ value: 'next' }]), Date.now());
      expect(readBack(reopened).map(({ value }) => value)).toEqual(['kept', 'next']);
    }
  });

  it('begins a new segment when the active one is full, and reads across them', () => {
    const folder = sampleFolder();
    const log = openSampleLog(folder, { segmentBytes: 300 });
    for (let n = 0; n < 20; n++) log.append(sampleBatch([{ value: `v${n}` }]), Date.now());
    expect(readdirSync(folder).filter((name) => name.endsWith('.log')).length).toBeGreaterThan(4);
    expect(readBack(log).map(({ value }) => value)).toEqual(Array.from({ length: 20 }, (_, n) => `v${n}`));
  });

  it('begins a new segment when the records of the active one span too much time', () => {
    const folder = sampleFolder();
    const log = openSampleLog(folder, { segmentMs: 1000 });
    const now = Date.now();
    for (const timestamp of [now - 5000, now - 4500, now]) log.append(sampleBatch([{}], { timestamp }), now);
    expect(log.segments.map(({ baseOffset: base }) => base)).toEqual([0, 2]);
  });

  it('opens finished segments by their summaries, and scans those whose summary does not fit', async () => {
    const folder = sampleFolder();
    const log = openSampleLog(folder, { segmentBytes: 300 });
    for (let n = 0; n < 10; n++) log.append(sampleBatch([{ value: `v${n}` }]), Date.now());
    await waitFor('summaries of finished segments', () => {
      const summaries = readdirSync(folder).filter((name) => name.endsWith('.summary'));
      return summaries.length === log.segments.length - 1;
    });
    const before = readBack(log);
    log.close();
    expect(readBack(openSampleLog(folder))).toEqual(before);
    writeFileSync(join(folder, '00000000000000000000.summary'), 'nonsense');
    rmSync(join(folder, readdirSync(folder).filter((name) => name.endsWith('.summary'))[1] ?? ''));
    expect(readBack(openSampleLog(folder))).toEqual(before);
  });

  it('knows producers as of the last batch when it died soon after a summary of a growing segment', async () => {
    const folder = sampleFolder();
    const log = openSampleLog(folder);
    const value = 'x'.repeat(1_000_000);
    const send = (sequence: number) =>
      log.append(sampleBatch([{ value }], { producerId: 7n, sequence }), Date.now());
    for (let sequence = 0; sequence < 36; sequence++) send(sequence);
    const before = log.producers.snapshot();
    await waitFor('the summary', () => existsSync(join(folder, firstSegment.replace('log', 'summary'))));
    const copy = join(sampleFolder(), 'log');
    cpSync(folder, copy, { recursive: true });
    const died = openSampleLog(copy);
    expect(died.producers.snapshot()).toEqual(before);
    expect(died.nextOffset).toBe(36);
    const again = (sequence: number): number =>
      baseOffset(died.append(sampleBatch([{ value }], { producerId: 7n, sequence }), Date.now()));
    expect([again(33), again(36)]).toEqual([33, 36]);
  });

  it('sets the time of the broker where the topic wants it, with a fitting checksum', () => {
    const log = openSampleLog(sampleFolder(), { usesLogAppendTime: true });
    const outcome = log.append(sampleBatch([{}], { timestamp: 1000 }), 5_000_000);
    expect(outcome).toEqual({ kind: 'appended', baseOffset: 0, logAppendTime: 5_000_000 });
    const batch = log.active.readBatchAt(0);
    expect(maxTimestampAt(batch)).toBe(5_000_000);
    expect(hasValidCrc(batch)).toBe(true);
  });

  it('refuses what is no batch, is damaged, too large, keyless on a compacted topic, or from the future', () => {
    const log = openSampleLog(sampleFolder(), { maxMessageBytes: 150 });
    const now = Date.now();
    const refused = (batch: Buffer): string => errorOf(log.append(batch, now));
    expect(refused(Buffer.alloc(10))).toBe('CORRUPT_MESSAGE');
    const damaged = sampleBatch([{}]);
    damaged.writeUInt8(damaged.readUInt8(70) ^ 1, 70);
    expect(refused(damaged)).toBe('CORRUPT_MESSAGE');
    expect(refused(sampleBatch([{ value: 'x'.repeat(200) }]))).toBe('MESSAGE_TOO_LARGE');
    expect(refused(Buffer.concat([sampleBatch([{}]), sampleBatch([{}])]))).toBe('INVALID_RECORD');
    expect(refused(sampleBatch([{}], { timestamp: now + 7_200_000 }))).toBe('INVALID_TIMESTAMP');
    const old = sampleBatch([{}]);
    old.writeInt8(1, 16);
    expect(refused(old)).toBe('UNSUPPORTED_FOR_MESSAGE_FORMAT');
    const compacted = openSampleLog(sampleFolder(), { isCompacted: true });
    expect(errorOf(compacted.append(sampleBatch([{ key: 'k' }, { key: null }]), now))).toBe('INVALID_RECORD');
    expect(errorOf(compacted.append(sampleBatch([{ key: 'k' }]), now))).toBe('none');
    expect(log.nextOffset).toBe(0);
  });

  it('answers a repeated batch of an idempotent producer with its first offset, also after a restart', () => {
    const folder = sampleFolder();
    const sent = (sequence: number) => sampleBatch([{}, {}], { producerId: 7n, sequence });
    const log = openSampleLog(folder);
    for (let n = 0; n < 6; n++) expect(baseOffset(log.append(sent(n * 2), Date.now()))).toBe(n * 2);
    expect(baseOffset(log.append(sent(4), Date.now()))).toBe(4);
    expect(errorOf(log.append(sent(0), Date.now()))).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER');
    expect(errorOf(log.append(sent(14), Date.now()))).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER');
    log.close();
    const afterCrash = openSampleLog(folder);
    expect(baseOffset(afterCrash.append(sent(10), Date.now()))).toBe(10);
    expect(baseOffset(afterCrash.append(sent(12), Date.now()))).toBe(12);
    afterCrash.sync();
    afterCrash.close();
    const afterCleanEnd = openSampleLog(folder);
    expect(baseOffset(afterCleanEnd.append(sent(12), Date.now()))).toBe(12);
    expect(afterCleanEnd.nextOffset).toBe(14);
  });

  it('holds committed readers back before an open transaction, and knows aborted ones after a restart', () => {
    const folder = sampleFolder();
    const log = openSampleLog(folder);
    log.append(sampleBatch([{}]), Date.now());
    log.append(sampleBatch([{}], { producerId: 7n, isTransactional: true }), Date.now());
    log.append(sampleBatch([{}]), Date.now());
    expect([log.lastStableOffset, log.nextOffset]).toEqual([1, 3]);
    log.appendMarker(7n, 0, false, Date.now());
    expect(log.lastStableOffset).toBe(4);
    const aborted = [{ producerId: 7n, firstOffset: 1, lastOffset: 3 }];
    expect(log.producers.abortedBetween(0, 4)).toEqual(aborted);
    expect(log.producers.abortedBetween(4, 10)).toEqual([]);
    log.append(sampleBatch([{}], { producerId: 7n, sequence: 1, isTransactional: true }), Date.now());
    log.close();
    const reopened = openSampleLog(folder);
    expect(reopened.producers.abortedBetween(0, 4)).toEqual(aborted);
    expect(reopened.lastStableOffset).toBe(4);
  });

  it('forgets records before a new start, drops whole segments, and remembers the start', () => {
    const folder = sampleFolder();
    const log = openSampleLog(folder, { segmentBytes: 300 });
    for (let n = 0; n < 20; n++) log.append(sampleBatch([{ value: `v${n}` }]), Date.now());
    const before = log.segments.length;
    log.advanceLogStart(11);
    expect(log.logStart).toBe(11);
    expect(log.segments.length).toBeLessThan(before);
    log.advanceLogStart(3);
    log.close();
    const reopened = openSampleLog(folder, { segmentBytes: 300 });
    expect(reopened.logStart).toBe(11);
    expect(readBack(reopened)[0]?.value).toBe('v11');
    reopened.advanceLogStart(20);
    expect([reopened.logStart, reopened.nextOffset, reopened.bytes]).toEqual([20, 20, 0]);
    reopened.close();
    const emptied = openSampleLog(folder);
    expect([emptied.logStart, emptied.nextOffset]).toEqual([20, 20]);
  });

  it('tells those who wait when records come and when it is closed', () => {
    const log = openSampleLog(sampleFolder());
    let calls = 0;
    const stop = log.onProgress(() => calls++);
    log.append(sampleBatch([{}]), Date.now());
    expect(calls).toBe(1);
    stop();
    log.append(sampleBatch([{}]), Date.now());
    expect(calls).toBe(1);
    log.onProgress(() => calls++);
    log.close();
    expect(calls).toBe(2);
  });

  it('keeps what a truncated file still holds in whole batches (any batches, any cut)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.string({ maxLength: 40 }), { minLength: 1, maxLength: 4 }), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (batches, cut) => {
          const folder = sampleFolder();
          const log = openSampleLog(folder);
          const ends: number[] = [];
          for (const values of batches) {
            log.append(sampleBatch(values.map((value) => ({ value }))), Date.now());
            ends.push(log.active.size);
          }
          const before = readBack(log);
          const size = Math.floor(log.active.size * cut);
          log.close();
          truncateSync(join(folder, firstSegment), size);
          const whole = ends.filter((end) => end <= size).length;
          const expected = batches.slice(0, whole).flat().length;
          expect(readBack(openSampleLog(folder))).toEqual(before.slice(0, expected));
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('reading a log', () => {
  const allocate = (bytes: number): Buffer => Buffer.alloc(bytes);

  it('gives whole batches within the size, and one that is larger only when asked', () => {
    const log = openSampleLog(sampleFolder());
    for (let n = 0; n < 3; n++) log.append(sampleBatch([{ value: 'x'.repeat(10_000) }]), Date.now());
    const size = log.active.size / 3;
    const read = (maxBytes: number, atLeastOneBatch: boolean): number =>
      readLog(log, { offset: 1, maxBytes, atLeastOneBatch, before: 3, allocate }).length;
    expect(read(size * 2, true)).toBe(size * 2);
    expect(read(size * 2 - 1, true)).toBe(size);
    expect(read(100, true)).toBe(size);
    expect(read(100, false)).toBe(0);
  });

  it('gives nothing from the bound on', () => {
    const log = openSampleLog(sampleFolder());
    for (let n = 0; n < 5; n++) log.append(sampleBatch([{ value: `v${n}` }]), Date.now());
    const read = (offset: number, before: number): number =>
      readLog(log, { offset, maxBytes: 1_000_000, atLeastOneBatch: true, before, allocate }).length;
    expect(read(0, 2)).toBe((log.active.size / 5) * 2);
    expect(read(2, 2)).toBe(0);
    expect(read(5, 5)).toBe(0);
  });
});
