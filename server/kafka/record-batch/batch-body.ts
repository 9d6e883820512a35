import { ConnectError } from '../../errors/connect-error.ts';
import type { BufferPool } from '../buffer-pool.ts';
import { decompress } from '../compression/compression.ts';
import {
  attributeBits,
  attributesAt,
  batchHeaderBytes,
  compressionOf,
  recordCountAt,
  smallestRecordBytes,
} from './batch-layout.ts';

/** Where the uncompressed records of a batch lie. */
export interface BatchBody {
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
}

export interface BodyOptions {
  /** Memory for decompressed records; its owner gives it back when no record is read any more. */
  readonly pool?: BufferPool | undefined;
  /** The most that the records may decompress to. */
  readonly limit?: number | undefined;
}

/**
 * The records of the whole batch (format 2) at `at`: a view when they are not compressed. Throws a `data` error, without
 * the place, when they cannot be decompressed within the limit or are fewer bytes than their number needs.
 */
export function openBatchBody(
  buffer: Buffer,
  at: number,
  bytes: number,
  options: BodyOptions = {},
): BatchBody {
  const attributes = attributesAt(buffer, at);
  const compression = compressionOf(attributes);
  const count = recordCountAt(buffer, at);
  if (compression === undefined)
    throw malformed(`compression ${attributes & attributeBits.compression} is unknown`);
  if (count < 0) throw malformed(`${count} records`);
  let body: BatchBody = { buffer, start: at + batchHeaderBytes, end: at + bytes };
  if (compression !== 'none' && count > 0) {
    const records = decompress(compression, buffer.subarray(body.start, body.end), options);
    body = { buffer: records, start: 0, end: records.length };
  }
  if (count * smallestRecordBytes > body.end - body.start) {
    throw malformed(`${count} records in ${body.end - body.start} bytes`);
  }
  return body;
}

function malformed(why: string): ConnectError {
  return new ConnectError('data', why, { details: { kafkaError: 'CORRUPT_MESSAGE' } });
}
