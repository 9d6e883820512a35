import { describe, expect, it } from 'vitest';
import { SampledStat, sampledStatLength } from './sampled-stat.ts';

const start = 1_700_000_000_000;

describe('a sampled statistic', () => {
  it('has no average and no maximum, and a rate of 0, before the first value', () => {
    const stat = new SampledStat();
    expect([stat.average(start), stat.maximum(start), stat.perSecond(start)]).toEqual([
      Number.NaN,
      Number.NaN,
      0,
    ]);
  });

  it('adds up over both samples, and forgets a sample as a whole', () => {
    const stat = new SampledStat();
    stat.record(30, start);
    stat.record(10, start + 10_000);
    stat.record(20, start + 31_000);
    expect(stat.average(start + 40_000)).toBe(20);
    expect(stat.maximum(start + 40_000)).toBe(30);
    expect(stat.perSecond(start + 40_000)).toBe(60 / 40);
    stat.record(6, start + 62_000);
    expect(stat.maximum(start + 62_000)).toBe(20);
    expect(stat.average(start + 62_000)).toBe(13);
    expect(stat.average(start + 95_000)).toBe(6);
    expect(stat.average(start + 130_000)).toBeNaN();
  });

  it('counts a rate over a full sample at least', () => {
    const stat = new SampledStat();
    stat.record(300, start);
    expect(stat.perSecond(start)).toBe(10);
    expect(stat.perSecond(start + 50_000)).toBe(6);
  });

  it('can be read by others than who records, in shared memory', () => {
    const shared = new SharedArrayBuffer(sampledStatLength * 8);
    new SampledStat(new Float64Array(shared)).record(5, start);
    expect(new SampledStat(new Float64Array(shared)).maximum(start)).toBe(5);
  });

  it('takes a value of 0 for a value', () => {
    const stat = new SampledStat();
    stat.record(0, start);
    expect([stat.average(start), stat.maximum(start)]).toEqual([0, 0]);
  });
});
