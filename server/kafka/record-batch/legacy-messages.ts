import { crc32 } from '@node-rs/crc32';
import { ConnectError } from '../../errors/connect-error.ts';
import type { CompressionType } from '../compression/compression.ts';
import { compressionTypes, decompress } from '../compression/compression.ts';
import type { ConsumedRecord } from '../ports/consumer.ts';
import { readInt64 } from './batch-layout.ts';
import { FetchedRecord } from './fetched-record.ts';

/**
 * Messages as Kafka wrote them before 0.11 (magic 0 and 1); logs that old are still served. Offset (8), size (4),
 * CRC-32 (4), magic, attributes, with magic 1 a timestamp (8), then key and value, each after its size (4).
 */
const entryOverhead = 12;
const crcAt = 12;
const magicAt = 16;
const bodyAt = 18;

export interface LegacyMessage {
  /** One, or those inside a compressed one. */
  readonly records: FetchedRecord[];
  readonly lastOffset: number;
}

interface Entry {
  readonly offset: number;
  readonly magic: number;
  readonly compression: CompressionType;
  readonly timestamp: number;
  readonly isLogAppendTime: boolean;
  readonly keyStart: number;
  readonly keyLength: number;
  readonly valueStart: number;
  readonly valueLength: number;
}

/** Throws a `data` error for what is malformed. The `bytes` are within the buffer. */
export function readLegacyMessage(
  buffer: Buffer,
  at: number,
  bytes: number,
  checkCrc: boolean,
): LegacyMessage {
  const outer = readEntry(buffer, at, bytes, checkCrc);
  if (outer.compression === 'none')
    return { records: [toRecord(buffer, outer, outer)], lastOffset: outer.offset };
  if (outer.valueLength < 0) throw malformed('a compressed message without a value');
  const inner = decompress(
    outer.compression,
    buffer.subarray(outer.valueStart, outer.valueStart + outer.valueLength),
  );
  const entries: Entry[] = [];
  for (let from = 0; from < inner.length; ) {
    if (inner.length - from < entryOverhead) throw malformed('a message inside a compressed one ends early');
    const size = inner.readInt32BE(from + 8) + entryOverhead;
    if (size < bodyAt || size > inner.length - from) throw malformed(`a message of ${size} bytes`);
    const entry = readEntry(inner, from, size, checkCrc);
    if (entry.compression !== 'none') throw malformed('a compressed message inside a compressed one');
    entries.push(entry);
    from += size;
  }
  // With magic 1 the inner offsets count from zero, and the outer one is that of the last message inside.
  const shift = outer.magic === 1 ? outer.offset - (entries.at(-1)?.offset ?? 0) : 0;
  const records = entries.map((entry) => toRecord(inner, { ...entry, offset: entry.offset + shift }, outer));
  return { records, lastOffset: outer.offset };
}

function readEntry(buffer: Buffer, at: number, bytes: number, checkCrc: boolean): Entry {
  const end = at + bytes;
  const magic = buffer[at + magicAt] as number;
  if (magic > 1) throw malformed(`the format ${magic} among old messages`);
  const body = at + bodyAt + (magic === 1 ? 8 : 0);
  if (body + 8 > end) throw malformed('a message ends early');
  if (checkCrc && crc32(buffer.subarray(at + magicAt, end)) !== buffer.readUInt32BE(at + crcAt)) {
    throw malformed('the checksum does not match');
  }
  const attributes = buffer[at + magicAt + 1] as number;
  const compression = compressionTypes[attributes & 0x03] as CompressionType;
  const keyLength = buffer.readInt32BE(body);
  const keyStart = body + 4;
  const valueAt = keyStart + Math.max(keyLength, 0);
  if (keyLength > end || valueAt + 4 > end) throw malformed('a key ends early');
  const valueLength = buffer.readInt32BE(valueAt);
  const valueStart = valueAt + 4;
  if (valueLength > end || valueStart + Math.max(valueLength, 0) > end) throw malformed('a value ends early');
  return {
    offset: readInt64(buffer, at),
    magic,
    compression,
    timestamp: magic === 1 ? readInt64(buffer, at + bodyAt) : -1,
    isLogAppendTime: magic === 1 && (attributes & 0x08) !== 0,
    keyStart,
    keyLength,
    valueStart,
    valueLength,
  };
}

function toRecord(buffer: Buffer, entry: Entry, outer: Entry): FetchedRecord {
  const { keyStart, keyLength, valueStart, valueLength } = entry;
  const origin = {
    buffer,
    baseOffset: entry.offset,
    baseTimestamp: outer.isLogAppendTime ? outer.timestamp : entry.timestamp,
    timestampType: timestampTypeOf(outer),
  };
  return new FetchedRecord(origin, 0, 0, keyStart, keyLength, valueStart, valueLength, 0, 0);
}

function timestampTypeOf(outer: Entry): ConsumedRecord['timestampType'] {
  if (outer.magic === 0) return 'NoTimestampType';
  return outer.isLogAppendTime ? 'LogAppendTime' : 'CreateTime';
}

function malformed(why: string): ConnectError {
  return new ConnectError('data', why, { details: { kafkaError: 'CORRUPT_MESSAGE' } });
}
