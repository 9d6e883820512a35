import { describe, expect, it } from 'vitest';
import { findMaxTimestamp, findOffsetByTime } from './find-offset.ts';
import { sampleBatch } from './sample-batches.ts';
import { openSampleLog, sampleFolder } from './sample-log.ts';

const now = Date.now();

describe('finding offsets by time', () => {
  it('gives the first record at or after the time, across segments and inside batches', () => {
    const log = openSampleLog(sampleFolder(), { segmentBytes: 300 });
    for (let n = 0; n < 40; n++)
      log.append(sampleBatch([{}, {}], { timestamp: now - 40_000 + n * 1000 }), now);
    expect(findOffsetByTime(log, 0)).toEqual({ offset: 0, timestamp: now - 40_000 });
    expect(findOffsetByTime(log, now - 25_500)).toEqual({ offset: 30, timestamp: now - 25_000 });
    expect(findOffsetByTime(log, now)).toBeNull();
  });

  it('looks into compressed batches', () => {
    const log = openSampleLog(sampleFolder());
    log.append(sampleBatch([{}, {}], { timestamp: now - 2000, compression: 'gzip' }), now);
    log.append(sampleBatch([{}, {}], { timestamp: now - 1000, compression: 'gzip' }), now);
    expect(findOffsetByTime(log, now - 1500)).toEqual({ offset: 2, timestamp: now - 1000 });
  });

  it('finds the greatest timestamp though later records are older', () => {
    const log = openSampleLog(sampleFolder());
    for (const age of [5000, 1000, 3000]) log.append(sampleBatch([{}], { timestamp: now - age }), now);
    expect(findMaxTimestamp(log)).toEqual({ offset: 1, timestamp: now - 1000 });
    expect(findMaxTimestamp(openSampleLog(sampleFolder()))).toBeNull();
  });

  it('leaves out what is before the start of the log', () => {
    const log = openSampleLog(sampleFolder());
    for (const age of [3000, 2000, 1000]) log.append(sampleBatch([{}], { timestamp: now - age }), now);
    log.advanceLogStart(2);
    expect(findOffsetByTime(log, 0)).toEqual({ offset: 2, timestamp: now - 1000 });
  });

  it('finds the greatest timestamp of what is left when that of the whole log was deleted', () => {
    const log = openSampleLog(sampleFolder(), { segmentBytes: 250 });
    log.append(sampleBatch([{}, {}], { timestamp: now - 1 }), now);
    for (const age of [3000, 1000, 2000, 1000]) log.append(sampleBatch([{}], { timestamp: now - age }), now);
    log.advanceLogStart(1);
    expect(findMaxTimestamp(log)).toEqual({ offset: 1, timestamp: now - 1 });
    log.advanceLogStart(2);
    expect(findMaxTimestamp(log)).toEqual({ offset: 3, timestamp: now - 1000 });
    log.advanceLogStart(6);
    expect(findMaxTimestamp(log)).toBeNull();
  });
});
