import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PartitionLog } from './partition-log.ts';
import type { ProducersSnapshot } from './producer-states.ts';
import { sampleBatch } from './sample-batches.ts';
import { openSampleLog, type ReadBack, readBack, sampleFolder } from './sample-log.ts';

/** A process may die, and a file system lose its tail, at any byte: every place is tried. */

const segment = '00000000000000000000.log';
const summary = '00000000000000000000.summary';

interface Written {
  readonly bytes: Buffer;
  /** By the number of whole batches that are left: where they end, what is read, what is known of producers. */
  readonly states: readonly {
    readonly end: number;
    readonly nextOffset: number;
    readonly records: readonly ReadBack[];
    readonly producers: ProducersSnapshot;
  }[];
}

/** Plain, compressed, idempotent and transactional batches, with markers. */
const appends: readonly ((log: PartitionLog, now: number) => void)[] = [
  (log, now) => log.append(sampleBatch([{ value: 'plain' }]), now),
  (log, now) => log.append(sampleBatch([{}, {}], { producerId: 7n }), now),
  (log, now) => log.append(sampleBatch([{}, {}, {}], { producerId: 7n, sequence: 2 }), now),
  (log, now) => log.append(sampleBatch([{ value: 'x'.repeat(90) }], { compression: 'gzip' }), now),
  (log, now) => log.append(sampleBatch([{}], { producerId: 9n, isTransactional: true }), now),
  (log, now) => log.appendMarker(9n, 0, false, now),
  (log, now) =>
    log.append(
      sampleBatch([{ value: 'y'.repeat(90) }, {}], { compression: 'lz4', producerId: 7n, sequence: 5 }),
      now,
    ),
  (log, now) => log.append(sampleBatch([{ value: null }, { key: null }]), now),
];

function writeAll(folder: string, onBatch: (log: PartitionLog, count: number) => void = () => {}): Written {
  const log = openSampleLog(folder);
  const states = [];
  for (let count = 0; count <= appends.length; count++) {
    if (count > 0) appends[count - 1]?.(log, Date.now());
    onBatch(log, count);
    states.push({
      end: log.active.size,
      nextOffset: log.nextOffset,
      records: readBack(log),
      producers: log.producers.snapshot(),
    });
  }
  log.close();
  return { bytes: readFileSync(join(folder, segment)), states };
}

/** What is there after a start: exactly the first `count` batches, in the file too, and the log goes on behind them. */
function expectFirst(folder: string, { states }: Written, count: number, place: string): void {
  const expected = states[count];
  const log = openSampleLog(folder);
  expect(readBack(log), place).toEqual(expected?.records);
  expect([log.nextOffset, log.active.size], place).toEqual([expected?.nextOffset, expected?.end]);
  expect(log.producers.snapshot(), place).toEqual(expected?.producers);
  log.append(sampleBatch([{ value: 'next' }]), Date.now());
  const [next] = readBack(log, expected?.nextOffset);
  expect(next, place).toMatchObject({ offset: expected?.nextOffset, value: 'next' });
  log.close();
}

/** The number of batches that end at or before a place in the file. */
function wholeBefore({ states }: Written, place: number): number {
  return states.filter(({ end }) => end > 0 && end <= place).length;
}

describe('a log whose last segment is damaged', { timeout: 120_000 }, () => {
  const folders = (): { readonly folder: string; readonly written: Written } => {
    const folder = sampleFolder();
    return { folder, written: writeAll(folder) };
  };

  it('keeps all batches that are whole, wherever the file breaks off', () => {
    const { folder, written } = folders();
    for (let cut = 0; cut <= written.bytes.length; cut++) {
      writeFileSync(join(folder, segment), written.bytes.subarray(0, cut));
      expectFirst(folder, written, wholeBefore(written, cut), `cut at ${cut}`);
    }
  });

  it('keeps all batches before one with a wrong byte, whichever byte it is', () => {
    const { folder, written } = folders();
    for (let place = 0; place < written.bytes.length; place++) {
      const damaged = Buffer.from(written.bytes);
      damaged.writeUInt8(damaged.readUInt8(place) ^ (1 << (place % 8)), place);
      writeFileSync(join(folder, segment), damaged);
      expectFirst(folder, written, wholeBefore(written, place), `byte ${place} is wrong`);
    }
  });

  it('keeps all batches before a tail of zeros, inside and behind what was written', () => {
    const { folder, written } = folders();
    for (let from = 0; from <= written.bytes.length; from++) {
      const zeroed = Buffer.alloc(Math.ceil((written.bytes.length + 1) / 4096) * 4096);
      written.bytes.copy(zeroed, 0, 0, from);
      // Where zeros were anyway, nothing is lost.
      let same = from;
      while (same < written.bytes.length && written.bytes[same] === 0) same++;
      writeFileSync(join(folder, segment), zeroed);
      expectFirst(folder, written, wholeBefore(written, same), `zeros from ${from}`);
    }
  });

  it('takes neither garbage nor old batches behind the last one for records', () => {
    const { folder, written } = folders();
    const { bytes, states } = written;
    const last = bytes.subarray(states.at(-2)?.end);
    const forged = Buffer.from(last);
    forged.writeBigInt64BE(BigInt(states.at(-1)?.nextOffset ?? 0), 0);
    forged.writeUInt8(forged.readUInt8(forged.length - 1) ^ 1, forged.length - 1);
    const tails: Record<string, Buffer> = {
      text: Buffer.from('garbage '.repeat(40)),
      ones: Buffer.alloc(500, 0xff),
      'one byte': Buffer.from([1]),
      'the last batch again': last,
      'the first batch again': bytes.subarray(0, states[1]?.end),
      'a batch with the right offset and a wrong checksum': forged,
      'a huge length': Buffer.concat([
        Buffer.alloc(8),
        Buffer.from([0x7f, 0xff, 0xff, 0xff]),
        Buffer.alloc(99, 2),
      ]),
    };
    for (const [what, tail] of Object.entries(tails)) {
      writeFileSync(join(folder, segment), Buffer.concat([bytes, tail]));
      expectFirst(folder, written, appends.length, what);
    }
  });
});

describe('a log with a summary of the part that is on disk', { timeout: 120_000 }, () => {
  /** The summary speaks of the first five batches; an abort follows. */
  const summarised = (): { readonly folder: string; readonly written: Written; readonly summary: Buffer } => {
    const folder = sampleFolder();
    const written = writeAll(folder, (log, count) => {
      if (count === 5) log.sync();
    });
    return { folder, written, summary: readFileSync(join(folder, summary)) };
  };

  it('reads the rest, wherever that breaks off, and all of it when the summary says too much', () => {
    const { folder, written, summary: known } = summarised();
    for (let cut = 0; cut <= written.bytes.length; cut++) {
      writeFileSync(join(folder, segment), written.bytes.subarray(0, cut));
      writeFileSync(join(folder, summary), known);
      expectFirst(folder, written, wholeBefore(written, cut), `cut at ${cut}`);
    }
  });

  it('does not need the summary: it may be missing, torn or damaged at any byte', () => {
    const { folder, written, summary: known } = summarised();
    const path = join(folder, summary);
    const restart = (what: string): void => {
      writeFileSync(join(folder, segment), written.bytes);
      expectFirst(folder, written, appends.length, what);
    };
    rmSync(path);
    restart('no summary');
    for (let place = 0; place < known.length; place++) {
      writeFileSync(path, known.subarray(0, place));
      restart(`summary cut at ${place}`);
      const damaged = Buffer.from(known);
      damaged.writeUInt8(damaged.readUInt8(place) ^ 0xff, place);
      writeFileSync(path, damaged);
      restart(`summary wrong at ${place}`);
    }
  });
});

describe('a log with other files in a bad state', () => {
  it('begins where its segments begin when the file of the log start is unreadable', () => {
    for (const content of ['', 'x', '-5', '1e999', '\0\0\0\0']) {
      const folder = sampleFolder();
      const written = writeAll(folder);
      writeFileSync(join(folder, 'log-start-offset'), content);
      expectFirst(folder, written, appends.length, `log start ${JSON.stringify(content)}`);
    }
  });

  it('gives no offset twice when records before the log start are lost', () => {
    const folder = sampleFolder();
    writeAll(folder);
    writeFileSync(join(folder, 'log-start-offset'), '100\n');
    const log = openSampleLog(folder);
    expect([log.logStart, log.nextOffset, log.bytes]).toEqual([100, 100, 0]);
    log.append(sampleBatch([{ value: 'next' }]), Date.now());
    log.close();
    expect(readBack(openSampleLog(folder))).toMatchObject([{ offset: 100, value: 'next' }]);
  });

  it('survives a crash at each step of replacing segments by a compacted one', () => {
    const settings = { segmentBytes: 100, isCompacted: true };
    const origin = sampleFolder();
    const log = openSampleLog(origin, settings);
    for (let n = 0; n < 5; n++) log.append(sampleBatch([{ key: 'k', value: `v${n}` }]), Date.now());
    log.close();
    const names = readdirSync(origin).filter((name) => name.endsWith('.log'));
    const compacted = readFileSync(join(origin, names[3] ?? ''));
    const swap = '0-4.swap';
    const steps: readonly ((folder: string) => void)[] = [
      (folder) => writeFileSync(join(folder, '0.cleaned'), compacted.subarray(0, 50)),
      (folder) => writeFileSync(join(folder, '0.cleaned'), compacted),
      (folder) => writeFileSync(join(folder, swap), compacted),
      ...[1, 2, 3].map((gone) => (folder: string) => {
        writeFileSync(join(folder, swap), compacted);
        for (const name of names.slice(1, gone + 1)) rmSync(join(folder, name));
      }),
      (folder) => {
        for (const name of names.slice(1, 4)) rmSync(join(folder, name));
        writeFileSync(join(folder, names[0] ?? ''), compacted);
      },
    ];
    for (const [index, step] of steps.entries()) {
      const folder = join(sampleFolder(), 'log');
      mkdirSync(folder);
      for (const name of names) copyFileSync(join(origin, name), join(folder, name));
      step(folder);
      const reopened = openSampleLog(folder, settings);
      const values = readBack(reopened).map(({ value }) => value);
      expect(values, `step ${index}`).toEqual(index < 2 ? ['v0', 'v1', 'v2', 'v3', 'v4'] : ['v3', 'v4']);
      expect(reopened.nextOffset).toBe(5);
      expect(existsSync(join(folder, swap))).toBe(false);
      reopened.close();
    }
  });
});
