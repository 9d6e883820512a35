import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ConsumedRecord } from '../../kafka/ports/consumer.ts';
import { AbortedTransactions } from '../../kafka/record-batch/aborted-transactions.ts';
import { RecordCursor } from '../../kafka/record-batch/record-cursor.ts';
import { type CompactionRules, compactLog } from './compaction.ts';
import type { PartitionLog } from './partition-log.ts';
import { readLog } from './read-log.ts';
import { sampleBatch } from './sample-batches.ts';
import { openSampleLog, sampleFolder } from './sample-log.ts';

/** Compacted logs as a client with read_committed sees them, by the client's own code. */

const never = new AbortController().signal;
const settings = { segmentBytes: 400, isCompacted: true };
const rules: CompactionRules = {
  segmentBytes: 400,
  segmentMs: 604_800_000,
  deleteRetentionMs: 1000,
  minCleanableDirtyRatio: 0,
  minCompactionLagMs: 0,
  maxCompactionLagMs: Number.MAX_SAFE_INTEGER,
};

interface Seen {
  readonly offset: number;
  readonly key: string | undefined;
  readonly value: string | undefined;
}

/** What one fetch after the other gives from an offset on, each with the aborted transactions of its range. */
function readCommitted(log: PartitionLog, from: number, maxBytes: number): Seen[] {
  const seen: Seen[] = [];
  const before = log.lastStableOffset;
  for (let offset = from; offset < before; ) {
    const bytes = readLog(log, {
      offset,
      maxBytes,
      atLeastOneBatch: true,
      before,
      allocate: (size) => Buffer.alloc(size),
    });
    if (bytes.length === 0) break;
    const cursor = new RecordCursor(bytes, 0, bytes.length, {
      topic: 't',
      partition: 0,
      fetchOffset: offset,
      checkCrcs: true,
      abortedTransactions: new AbortedTransactions(log.producers.abortedBetween(offset, before)),
    });
    const records: ConsumedRecord[] = [];
    while (cursor.take(100, records));
    for (const record of records) {
      seen.push({ offset: record.offset, key: record.key?.toString(), value: record.value?.toString() });
    }
    offset = cursor.nextOffset;
  }
  return seen;
}

const producers = [11n, 12n, 13n];
const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const producer = fc.constantFrom(...producers);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('write' as const), key, producer }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('plain' as const), key, isTombstone: fc.boolean() }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('end' as const), producer, isCommit: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'roll' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'compact' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'reopen' as const }) },
);

it('shows the latest committed record of each key from wherever one reads, and nothing aborted', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 90 }), async (steps) => {
      const folder = sampleFolder();
      let log = openSampleLog(folder, settings);
      let clock = Date.now() + 60_000;
      const open = new Map<bigint, { offset: number; key: string }[]>();
      const committed: { offset: number; key: string; value: string | undefined }[] = [];
      const end = (id: bigint, isCommit: boolean): void => {
        const records = open.get(id);
        if (records === undefined) return;
        log.appendMarker(id, 0, isCommit, Date.now());
        if (isCommit) for (const record of records) committed.push({ ...record, value: `v${record.offset}` });
        open.delete(id);
      };
      for (const action of steps) {
        const offset = log.nextOffset;
        if (action.kind === 'write') {
          const traits = { producerId: action.producer, sequence: -1, isTransactional: true };
          log.append(sampleBatch([{ key: action.key, value: `v${offset}` }], traits), Date.now());
          open.set(action.producer, [...(open.get(action.producer) ?? []), { offset, key: action.key }]);
        } else if (action.kind === 'plain') {
          const value = action.isTombstone ? null : `v${offset}`;
          log.append(sampleBatch([{ key: action.key, value }]), Date.now());
          committed.push({ offset, key: action.key, value: value ?? undefined });
        } else if (action.kind === 'end') end(action.producer, action.isCommit);
        else if (action.kind === 'roll') log.roll();
        else if (action.kind === 'compact') {
          clock += 600;
          await compactLog(log, rules, clock, never);
        } else {
          log.close();
          log = openSampleLog(folder, settings);
        }
      }
      for (const id of producers) end(id, true);
      const latest = new Map<string, { offset: number; value: string | undefined }>();
      for (const { key: name, offset, value } of committed.sort((a, b) => a.offset - b.offset)) {
        latest.set(name, { offset, value });
      }
      const known = new Set(committed.map(({ offset }) => offset));
      for (const maxBytes of [150, 1_000_000]) {
        for (let from = 0; from < log.nextOffset; from += 7) {
          const seen = readCommitted(log, from, maxBytes);
          expect(seen.every(({ offset }) => known.has(offset))).toBe(true);
          for (const [name, { offset, value }] of latest) {
            const found = seen.findLast((record) => record.key === name);
            // A tombstone may be gone already.
            if (offset >= from && value !== undefined) expect(found).toEqual({ offset, key: name, value });
            else expect(found?.value).toBeUndefined();
          }
        }
      }
    }),
    { numRuns: 60 },
  );
});
