import { attributeBits, batchHeaderBytes, stampCrc, writeInt64 } from './batch-header.ts';

export interface PlainRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

export interface BatchProducer {
  readonly producerId: bigint;
  readonly epoch: number;
}

/** An uncompressed batch of the broker's own records, ready to be appended; transactional when a producer is given. */
export function buildBatch(records: readonly PlainRecord[], now: number, producer?: BatchProducer): Buffer {
  const bodies = records.map((record, index) => encodeRecord(record, index));
  const batch = Buffer.concat([Buffer.alloc(batchHeaderBytes), ...bodies]);
  batch.writeInt32BE(batch.length - 12, 8);
  batch.writeInt8(2, 16);
  batch.writeInt16BE(producer === undefined ? 0 : attributeBits.transactional, 21);
  batch.writeInt32BE(records.length - 1, 23);
  writeInt64(batch, 27, now);
  writeInt64(batch, 35, now);
  batch.writeBigInt64BE(producer?.producerId ?? -1n, 43);
  batch.writeInt16BE(producer?.epoch ?? -1, 51);
  batch.writeInt32BE(-1, 53);
  batch.writeInt32BE(records.length, 57);
  stampCrc(batch);
  return batch;
}

function encodeRecord({ key, value }: PlainRecord, offsetDelta: number): Buffer {
  const body = Buffer.concat([
    Buffer.from([0, 0]), // attributes, timestamp delta
    varint(offsetDelta),
    varint(key?.length ?? -1),
    key ?? new Uint8Array(),
    varint(value?.length ?? -1),
    value ?? new Uint8Array(),
    varint(0), // headers
  ]);
  return Buffer.concat([varint(body.length), body]);
}

/** Zigzag varint of a number of at most 31 bits. */
export function varint(value: number): Buffer {
  let rest = value >= 0 ? value * 2 : -value * 2 - 1;
  const bytes: number[] = [];
  while (rest > 127) {
    bytes.push((rest % 128) | 0x80);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}
