import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { waitFor } from '../../testing/wait.ts';
import { findOffsetByTime } from './find-offset.ts';
import { PartitionLog } from './partition-log.ts';
import { sampleBatch, sampleSettings } from './sample-batches.ts';
import { openSampleLog, readBack, sampleFolder } from './sample-log.ts';
import { SegmentFiles } from './segment-files.ts';

describe('the files of many logs', () => {
  it('are open only while they are in use, and never more than a few hundred', () => {
    const folder = sampleFolder();
    const files = new SegmentFiles();
    const settings = sampleSettings();
    const open = (n: number): PartitionLog =>
      PartitionLog.open({
        folder: join(folder, `t-${n}`),
        name: `t-${n}`,
        settings: () => settings,
        log: () => undefined,
        files,
      });
    const logs = Array.from({ length: 600 }, (_, n) => open(n));
    for (const round of ['first', 'second']) {
      for (const log of logs) log.append(sampleBatch([{ value: round }]), Date.now());
    }
    expect(files.openFiles).toBeLessThanOrEqual(512);
    for (const log of logs) expect(readBack(log).map(({ value }) => value)).toEqual(['first', 'second']);
    for (const log of logs) {
      log.sync();
      log.close();
    }
    expect(files.openFiles).toBe(0);
    const reopened = logs.map((_, n) => open(n));
    // Summaries say all that a start needs.
    expect(files.openFiles).toBe(0);
    expect(reopened.every((log) => log.nextOffset === 2)).toBe(true);
    for (const log of reopened) log.close();
  });
});

describe('finished segments', () => {
  const base = Date.now() - 100_000;

  async function threeSegments(): Promise<{ readonly log: PartitionLog; readonly folder: string }> {
    const folder = sampleFolder();
    const log = openSampleLog(folder, { segmentBytes: 150_000 });
    for (let n = 0; n < 400; n++) {
      log.append(
        sampleBatch([{ value: `${n}`.padEnd(1000, '.') }], { timestamp: base + n * 10 }),
        Date.now(),
      );
    }
    expect(log.segments.length).toBe(3);
    await waitFor('summaries of finished segments', () => {
      const summaries = readdirSync(folder).filter((name) => name.endsWith('.summary'));
      return summaries.length === log.segments.length - 1;
    });
    return { log, folder };
  }

  function expectToFindAll(log: PartitionLog): void {
    for (let offset = 0; offset < 400; offset += 13) {
      expect(readBack(log, offset, 1100)[0]?.value).toMatch(new RegExp(`^${offset}\\.`));
      expect(findOffsetByTime(log, base + offset * 10)?.offset).toBe(offset);
    }
  }

  it('are searched by the indexes in their summaries, before and after a start', async () => {
    const { log, folder } = await threeSegments();
    expectToFindAll(log);
    log.close();
    expectToFindAll(openSampleLog(folder));
  });

  it('are still searched when their summaries are gone', async () => {
    const { log } = await threeSegments();
    for (const { path } of log.segments.slice(0, 2)) {
      const summary = path.replace(/log$/, 'summary');
      rmSync(summary);
    }
    expectToFindAll(log);
  });
});
