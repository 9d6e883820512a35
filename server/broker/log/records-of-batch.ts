import { ConnectError } from '../../errors/connect-error.ts';
import { type CompressionType, compressionTypes, decompress } from '../../kafka/compression/compression.ts';
import { attributeBits, attributesOf, batchHeaderBytes } from './batch-header.ts';

export function compressionTypeOf(batch: Buffer): CompressionType {
  const number = attributesOf(batch) & attributeBits.compression;
  const type = compressionTypes[number];
  if (type === undefined)
    throw new ConnectError('data', `malformed record batch: compression ${number} is not known`);
  return type;
}

/** The records of a whole batch, decompressed; a view on the batch when it is not compressed. */
export function recordsOf(batch: Buffer): Buffer {
  return decompress(compressionTypeOf(batch), batch.subarray(batchHeaderBytes));
}
