import { describe, expect, it } from 'vitest';
import { applyRetention } from './retention.ts';
import { sampleBatch } from './sample-batches.ts';
import { openSampleLog, readBack, sampleFolder } from './sample-log.ts';

const now = Date.now();

describe('retention', () => {
  it('drops segments whose newest record is too old', () => {
    const log = openSampleLog(sampleFolder(), { segmentBytes: 100 });
    for (let n = 0; n < 10; n++)
      log.append(sampleBatch([{ value: `v${n}` }], { timestamp: now - 10_000 + n * 1000 }), now);
    applyRetention(log, { retentionMs: 4500, retentionBytes: -1 }, now);
    expect(readBack(log).map(({ value }) => value)).toEqual(['v6', 'v7', 'v8', 'v9']);
    expect(log.logStart).toBe(6);
  });

  it('empties the log when all of it is too old, and keeps counting offsets', () => {
    const folder = sampleFolder();
    const log = openSampleLog(folder);
    log.append(sampleBatch([{}, {}], { timestamp: now - 10_000 }), now);
    applyRetention(log, { retentionMs: 1000, retentionBytes: -1 }, now);
    expect([log.logStart, log.nextOffset, log.bytes]).toEqual([2, 2, 0]);
    log.close();
    expect(openSampleLog(folder).nextOffset).toBe(2);
  });

  it('drops the oldest segments beyond the size, never below it', () => {
    const log = openSampleLog(sampleFolder(), { segmentBytes: 100 });
    for (let n = 0; n < 10; n++) log.append(sampleBatch([{ value: `v${n}` }]), now);
    const each = log.active.size;
    applyRetention(log, { retentionMs: -1, retentionBytes: each * 3 + 1 }, now);
    expect(readBack(log).map(({ value }) => value)).toEqual(['v6', 'v7', 'v8', 'v9']);
  });

  it('keeps everything without limits', () => {
    const log = openSampleLog(sampleFolder(), { segmentBytes: 100 });
    for (let n = 0; n < 5; n++) log.append(sampleBatch([{}], { timestamp: 1000 + n }), now);
    applyRetention(log, { retentionMs: -1, retentionBytes: -1 }, now);
    expect(readBack(log)).toHaveLength(5);
  });
});
