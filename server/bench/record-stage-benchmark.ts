import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { compress, compressionTypes, decompress } from '../kafka/compression/compression.ts';
import type { ConsumedRecord } from '../kafka/ports/consumer.ts';
import { stampCrc } from '../kafka/record-batch/batch-layout.ts';
import { RecordBatchBuilder } from '../kafka/record-batch/record-batch-builder.ts';
import { RecordCursor } from '../kafka/record-batch/record-cursor.ts';
import type { Benchmark, BenchmarkOptions, Figures } from './benchmark.ts';
import { payloadLines } from './payload-lines.ts';

/** Where the time of a record goes between a connector and the network: CPU nanoseconds a record, stage by stage. */
export const recordStageBenchmark: Benchmark = { run, goals: {} };

interface Setting {
  readonly name: string;
  readonly recordBytes: number;
  readonly batchBytes: number;
}

const settings: readonly Setting[] = [
  { name: '100 B, 16 KiB batches', recordBytes: 100, batchBytes: 16_384 },
  { name: '100 B, 256 KiB batches', recordBytes: 100, batchBytes: 262_144 },
  { name: '1 KiB, 16 KiB batches', recordBytes: 1024, batchBytes: 16_384 },
  { name: '1 KiB, 256 KiB batches', recordBytes: 1024, batchBytes: 262_144 },
];

async function run(options: BenchmarkOptions, figures: Figures): Promise<void> {
  for (const setting of settings) {
    if (!options.wants(setting.name)) continue;
    const measure = (stage: string, records: number, work: () => void): void =>
      figures.add(
        'millrace',
        `${setting.name}: ${stage}`,
        'ns / record',
        nanoseconds(records, work, options.scale),
      );
    const values = payloadLines(setting.recordBytes).map((line) => Buffer.from(line));
    const texts = values.map((value) => value.toString());
    const perBatch = Math.floor(setting.batchBytes / (setting.recordBytes + 10));
    const builder = new RecordBatchBuilder(setting.batchBytes * 2);
    function fill(from: readonly (Buffer | string)[]): void {
      builder.reset();
      for (let i = 0; i < perBatch; i++)
        builder.append(1_700_000_000_000, null, from[i % from.length] ?? null);
    }
    measure('encode, bytes', perBatch, () => fill(values));
    measure('encode, text', perBatch, () => fill(texts));
    const batch = Buffer.from(builder.seal());
    measure('CRC', perBatch, () => stampCrc(batch));
    const body = batch.subarray(61);
    for (const type of compressionTypes.filter((each) => each !== 'none')) {
      measure(`compress ${type}`, perBatch, () => void compress(type, body));
      const compressed = compress(type, body);
      measure(`decompress ${type}`, perBatch, () => void decompress(type, compressed));
    }
    measure('decode', perBatch, () => decode(batch));
    for (const direction of ['send', 'receive'] as const) {
      figures.add(
        'millrace',
        `${setting.name}: socket, ${direction}`,
        'ns / record',
        await socketNanoseconds(direction, batch, perBatch, options.scale),
      );
    }
  }
}

function decode(batch: Buffer): void {
  const cursor = new RecordCursor(batch, 0, batch.length, {
    topic: 'bench',
    partition: 0,
    fetchOffset: 0,
    checkCrcs: false,
  });
  const records: ConsumedRecord[] = [];
  let bytes = 0;
  while (cursor.take(500, records)) {
    for (const record of records) bytes += record.valueLength;
    records.length = 0;
  }
  for (const record of records) bytes += record.valueLength;
  if (bytes === 0) throw new Error('nothing was decoded');
}

/** CPU time of this process while `work` ran for a good second, after a warm-up. */
function nanoseconds(recordsAtOnce: number, work: () => void, scale: number): number {
  repeatFor(300 * scale, work);
  const before = process.cpuUsage();
  const rounds = repeatFor(1000 * scale, work);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / (rounds * recordsAtOnce);
}

function repeatFor(ms: number, work: () => void): number {
  const end = performance.now() + ms;
  let rounds = 0;
  while (performance.now() < end) {
    for (let i = 0; i < 20; i++) work();
    rounds += 20;
  }
  return rounds;
}

/** Our end of a loopback connection; the other end is a process of its own. */
async function socketNanoseconds(
  direction: 'send' | 'receive',
  batch: Buffer,
  recordsAtOnce: number,
  scale: number,
): Promise<number> {
  const peer = fork(join(import.meta.dirname, 'socket-peer.ts'), [direction, String(batch.length)]);
  const [port] = (await once(peer, 'message')) as [number];
  const total = Math.round(1_500_000_000 * scale);
  const buffer = Buffer.allocUnsafe(1 << 20);
  let received = 0;
  const done = Promise.withResolvers<void>();
  const socket = connect({
    host: '127.0.0.1',
    port,
    noDelay: true,
    onread: {
      buffer,
      callback: (bytes) => {
        received += bytes;
        if (received >= total) done.resolve();
        return received < total;
      },
    },
  });
  await once(socket, 'connect');
  const before = process.cpuUsage();
  if (direction === 'send') {
    for (let sent = 0; sent < total; sent += batch.length) {
      if (!socket.write(batch)) await once(socket, 'drain');
    }
  } else await done.promise;
  const { user, system } = process.cpuUsage(before);
  socket.destroy();
  peer.kill();
  return ((user + system) * 1000) / ((total / batch.length) * recordsAtOnce);
}
