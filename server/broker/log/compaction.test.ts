import { cpSync, existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  baseOffsetAt,
  batchHeaderBytes,
  hasValidCrc,
  isControlAt,
  stampCrc,
} from '../../kafka/record-batch/batch-layout.ts';
import { type CompactionRules, compactLog } from './compaction.ts';
import type { PartitionLog } from './partition-log.ts';
import { readLog } from './read-log.ts';
import { type SampleRecord, sampleBatch } from './sample-batches.ts';
import { openSampleLog, readBack, sampleFolder } from './sample-log.ts';
import { swapFileName } from './segment-swap.ts';

const never = new AbortController().signal;
const settings = { segmentBytes: 500, isCompacted: true };
const rules: CompactionRules = {
  segmentBytes: 500,
  segmentMs: 604_800_000,
  deleteRetentionMs: 86_400_000,
  minCleanableDirtyRatio: 0,
  minCompactionLagMs: 0,
  maxCompactionLagMs: Number.MAX_SAFE_INTEGER,
};

function write(log: PartitionLog, records: readonly SampleRecord[], isGzipped = false): void {
  for (const record of records)
    log.append(sampleBatch([record], { compression: isGzipped ? 'gzip' : 'none' }), Date.now());
}

function batches(log: PartitionLog): Buffer[] {
  const found: Buffer[] = [];
  for (const segment of log.segments) {
    segment.scan(0, (scanned) => {
      found.push(Buffer.from(scanned.whole()));
      return true;
    });
  }
  return found;
}

function latest(log: PartitionLog): Map<string | null, string | null> {
  return new Map(readBack(log).map(({ key, value }) => [key, value]));
}

describe('compaction', () => {
  it('keeps the latest record of each key at its offset, and never touches the active segment', async () => {
    const log = openSampleLog(sampleFolder(), settings);
    write(
      log,
      Array.from({ length: 60 }, (_, n) => ({ key: `k${n % 5}`, value: `v${n}` })),
    );
    const before = latest(log);
    const { bytes, nextOffset } = log;
    const activeBase = log.active.baseOffset;
    expect(await compactLog(log, rules, Date.now(), never)).toBe(true);
    expect(latest(log)).toEqual(before);
    expect(log.bytes).toBeLessThan(bytes / 2);
    expect([log.nextOffset, log.active.baseOffset, log.logStart]).toEqual([nextOffset, activeBase, 0]);
    const old = readBack(log).filter(({ offset }) => offset < activeBase);
    expect(old).toHaveLength(5);
    for (const { offset, value } of old) expect(value).toBe(`v${offset}`);
  });

  it('keeps single records of a compressed batch, in a batch whose checksum is right', async () => {
    const folder = sampleFolder();
    const log = openSampleLog(folder, settings);
    const first = [
      { key: 'a', value: '1' },
      { key: 'b', value: '1' },
      { key: 'c', value: '1' },
    ];
    log.append(sampleBatch(first, { compression: 'gzip' }), Date.now());
    write(log, [{ key: 'b', value: '2' }]);
    log.roll();
    await compactLog(log, rules, Date.now(), never);
    const batch = log.segments[0]?.readBatchAt(0);
    expect(batch !== undefined && hasValidCrc(batch)).toBe(true);
    expect(readBack(log)).toEqual([
      { offset: 0, key: 'a', value: '1' },
      { offset: 2, key: 'c', value: '1' },
      { offset: 3, key: 'b', value: '2' },
    ]);
    log.close();
    expect(readBack(openSampleLog(folder, settings))).toHaveLength(3);
  });

  it('lets readers go on from an offset that is gone', async () => {
    const log = openSampleLog(sampleFolder(), settings);
    write(
      log,
      Array.from({ length: 30 }, (_, n) => ({ key: n === 20 ? 'other' : 'k', value: `v${n}` })),
    );
    log.roll();
    await compactLog(log, rules, Date.now(), never);
    expect(readBack(log, 3).map(({ offset }) => offset)).toEqual([20, 29]);
  });

  it('keeps tombstones until readers had delete.retention.ms to meet them', async () => {
    const log = openSampleLog(sampleFolder(), settings);
    // Later than all that is written here.
    const start = Date.now() + 60_000;
    const pass = async (at: number): Promise<void> => {
      write(log, [{ key: 'filler', value: `${at}` }]);
      log.roll();
      await compactLog(log, { ...rules, deleteRetentionMs: 1000 }, at, never);
    };
    write(log, [
      { key: 'k', value: 'v' },
      { key: 'k', value: null },
    ]);
    await pass(start);
    expect(latest(log).get('k')).toBeNull();
    await pass(start + 500);
    expect(latest(log).has('k')).toBe(true);
    await pass(start + 1500);
    expect(latest(log).has('k')).toBe(false);
  });

  it('waits for enough new records, unless they wait too long', async () => {
    const log = openSampleLog(sampleFolder(), settings);
    write(
      log,
      Array.from({ length: 40 }, (_, n) => ({ key: `k${n}`, value: 'v' })),
    );
    log.roll();
    expect(await compactLog(log, { ...rules, minCleanableDirtyRatio: 0.5 }, Date.now(), never)).toBe(true);
    write(log, [{ key: 'k1', value: 'w' }]);
    log.roll();
    const strict = { ...rules, minCleanableDirtyRatio: 0.5, maxCompactionLagMs: 60_000 };
    expect(await compactLog(log, strict, Date.now(), never)).toBe(false);
    expect(await compactLog(log, strict, Date.now() + 61_000, never)).toBe(true);
  });

  it('leaves young records alone for min.compaction.lag.ms', async () => {
    const log = openSampleLog(sampleFolder(), settings);
    write(log, [
      { key: 'k', value: '1' },
      { key: 'k', value: '2' },
    ]);
    log.roll();
    const patient = { ...rules, minCompactionLagMs: 5000 };
    expect(await compactLog(log, patient, Date.now(), never)).toBe(false);
    expect(await compactLog(log, patient, Date.now() + 6000, never)).toBe(true);
    expect(readBack(log)).toHaveLength(1);
  });

  it('drops records of aborted transactions, which hide no earlier record of their key', async () => {
    const log = openSampleLog(sampleFolder(), settings);
    write(log, [{ key: 'k', value: 'committed' }]);
    log.append(
      sampleBatch([{ key: 'k', value: 'aborted' }], { producerId: 5n, isTransactional: true }),
      Date.now(),
    );
    log.roll();
    // While the transaction is open, nobody knows yet.
    expect(await compactLog(log, rules, Date.now(), never)).toBe(false);
    log.appendMarker(5n, 0, false, Date.now());
    log.roll();
    await compactLog(log, rules, Date.now(), never);
    expect(readBack(log)).toEqual([{ offset: 0, key: 'k', value: 'committed' }]);
  });

  it('drops the markers of transactions that have no record left, once readers had time to meet them', async () => {
    const folder = sampleFolder();
    const log = openSampleLog(folder, settings);
    const transaction = (id: bigint, key: string, isCommit: boolean): void => {
      log.append(sampleBatch([{ key }], { producerId: id, sequence: -1, isTransactional: true }), Date.now());
      log.appendMarker(id, 0, isCommit, Date.now());
    };
    // Later than all that is written here.
    const start = Date.now() + 60_000;
    const pass = async (at: number): Promise<void> => {
      write(log, [{ key: 'filler', value: `${at}` }]);
      log.roll();
      await compactLog(log, { ...rules, deleteRetentionMs: 1000 }, at, never);
    };
    const controls = (): number[] =>
      batches(log)
        .filter((batch) => isControlAt(batch))
        .map((batch) => baseOffsetAt(batch));
    transaction(5n, 'replaced', true);
    transaction(5n, 'kept', true);
    transaction(6n, 'gone', false);
    await pass(start);
    // The record of the abort went in this pass: readers who are in the middle of it need its marker.
    expect(controls()).toEqual([1, 3, 5]);
    expect(log.producers.abortedBetween(0, 100)).toHaveLength(1);
    write(log, [{ key: 'replaced', value: 'newer' }]);
    await pass(start + 500);
    expect(controls()).toEqual([1, 3, 5]);
    await pass(start + 1500);
    expect(controls()).toEqual([3]);
    expect(log.producers.abortedBetween(0, 100)).toEqual([]);
    log.close();
    const reopened = openSampleLog(folder, settings);
    expect(reopened.producers.abortedBetween(0, 100)).toEqual([]);
    expect(latest(reopened).get('kept')).toBe('value');
  });

  it('never lets the marker of an abort go before readers are no longer told of the abort', async () => {
    const folder = sampleFolder();
    const log = openSampleLog(folder, settings);
    log.append(sampleBatch([{ key: 'a' }], { producerId: 6n, isTransactional: true }), Date.now());
    log.appendMarker(6n, 0, false, Date.now());
    const copies: string[] = [];
    for (let round = 0; round < 5; round++) {
      write(log, [{ key: 'filler', value: `${round}` }]);
      log.roll();
      await compactLog(log, { ...rules, deleteRetentionMs: 0 }, Date.now() + round * 10, never);
      // A process that dies here leaves exactly these files.
      const copy = join(sampleFolder(), 'log');
      cpSync(folder, copy, { recursive: true });
      copies.push(copy);
    }
    expect(batches(log).some((batch) => isControlAt(batch))).toBe(false);
    for (const copy of copies) {
      const crashed = openSampleLog(copy, settings);
      const hasMarker = batches(crashed).some((batch) => isControlAt(batch));
      expect(hasMarker || crashed.producers.abortedBetween(0, 100).length === 0).toBe(true);
    }
  });

  it('leaves a batch that cannot be read as it is, and compacts what is around it', async () => {
    const folder = sampleFolder();
    const log = openSampleLog(folder, { segmentBytes: 500 });
    write(log, [{ key: 'k', value: '1' }]);
    const unreadable = sampleBatch([{ key: 'k', value: 'x' }]);
    // Says it has a longer key than it has bytes; only a compacted topic would have refused it.
    unreadable.writeUInt8(0x7e, batchHeaderBytes + 4);
    stampCrc(unreadable);
    log.append(unreadable, Date.now());
    write(log, [{ key: 'k', value: '2' }]);
    log.roll();
    expect(await compactLog(log, rules, Date.now(), never)).toBe(true);
    expect(batches(log).map((batch) => baseOffsetAt(batch))).toEqual([1, 2]);
  });

  it('finishes a replacement that a crash interrupted, and removes unfinished files', async () => {
    const folder = sampleFolder();
    const log = openSampleLog(folder, { ...settings, segmentBytes: 100 });
    write(
      log,
      Array.from({ length: 4 }, (_, n) => ({ key: 'k', value: `v${n}` })),
    );
    const bases = log.segments.map(({ baseOffset }) => baseOffset);
    log.close();
    // The finished file stands for the first two segments; both are still there.
    const from = join(folder, `${String(bases[1]).padStart(20, '0')}.log`);
    writeFileSync(join(folder, '0.cleaned'), 'half');
    renameSync(from, join(folder, swapFileName(0, 2)));
    const reopened = openSampleLog(folder, settings);
    expect(readBack(reopened).map(({ value }) => value)).toEqual(['v1', 'v2', 'v3']);
    expect(existsSync(join(folder, '0.cleaned'))).toBe(false);
    expect(readdirSync(folder).some((name) => name.endsWith('.swap'))).toBe(false);
  });

  it('gives up without harm when the log is closed or cut meanwhile', async () => {
    const folder = sampleFolder();
    const log = openSampleLog(folder, settings);
    write(
      log,
      Array.from({ length: 60 }, (_, n) => ({ key: `k${n % 5}`, value: `v${n}` })),
    );
    const running = compactLog(log, rules, Date.now(), never);
    log.advanceLogStart(30);
    expect(await running).toBe(false);
    expect(readBack(log)).toHaveLength(30);
    const again = compactLog(log, rules, Date.now(), never);
    log.close();
    expect(await again).toBe(false);
    expect(readBack(openSampleLog(folder, settings))).toHaveLength(30);
  });

  it('never loses the latest value of a key (any writes, any passes, restarts in between)', async () => {
    const step = fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({
          key: fc.constantFrom('a', 'b', 'c', 'd'),
          value: fc.option(fc.string({ maxLength: 9 })),
          isGzipped: fc.boolean(),
        }),
      },
      { weight: 1, arbitrary: fc.constant('compact' as const) },
      { weight: 1, arbitrary: fc.constant('reopen' as const) },
      { weight: 2, arbitrary: fc.constant('roll' as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
        const folder = sampleFolder();
        let log = openSampleLog(folder, settings);
        const expected = new Map<string | null, string | null>();
        for (const action of steps) {
          if (action === 'compact') await compactLog(log, rules, Date.now(), never);
          else if (action === 'roll') log.roll();
          else if (action === 'reopen') {
            log.close();
            log = openSampleLog(folder, settings);
          } else {
            write(log, [action], action.isGzipped);
            expected.set(action.key, action.value);
          }
        }
        expect(latest(log)).toEqual(expected);
        const everything = readLog(log, {
          offset: log.logStart,
          maxBytes: 1_000_000,
          atLeastOneBatch: true,
          before: log.nextOffset,
          allocate: (bytes) => Buffer.alloc(bytes),
        });
        expect(everything.length > 0).toBe(log.bytes > 0);
      }),
      { numRuns: 60 },
    );
  });
});
