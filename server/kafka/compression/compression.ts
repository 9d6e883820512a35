import { constants, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { lz4Compress } from '@platformatic/wasm-utils';
import { ConnectError, messageOf } from '../../errors/connect-error.ts';
import { type BufferPool, noPool } from '../buffer-pool.ts';
import { decompressLz4 } from './lz4.ts';
import { compressSnappy, decompressSnappy } from './snappy.ts';

/** By the number that record batches carry in their attributes. */
export const compressionTypes = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

export type CompressionType = (typeof compressionTypes)[number];

/** Levels where the algorithm has them; null is the algorithm's own default. */
export interface CompressionLevels {
  readonly gzip: number | null;
  readonly zstd: number | null;
}

export const defaultLevels: CompressionLevels = { gzip: null, zstd: null };

/** What one batch may grow to: far above what any producer sends, and far below what would end the process. */
export const maxDecompressedBytes = 256 * 1024 * 1024;

/** For `none` the input itself; else fresh bytes that belong to the caller. */
export function compress(
  type: CompressionType,
  bytes: Buffer,
  levels: CompressionLevels = defaultLevels,
): Buffer {
  switch (type) {
    case 'none':
      return bytes;
    case 'gzip':
      return gzipSync(bytes, levels.gzip === null ? {} : { level: levels.gzip });
    case 'snappy':
      return compressSnappy(bytes);
    case 'lz4':
      return lz4Compress(bytes);
    case 'zstd':
      return zstdCompressSync(
        bytes,
        levels.zstd === null ? {} : { params: { [constants.ZSTD_c_compressionLevel]: levels.zstd } },
      );
  }
}

/** Throws a `data` error for malformed bytes and for what would grow beyond `limit`. */
export function decompress(
  type: CompressionType,
  bytes: Buffer,
  {
    limit = maxDecompressedBytes,
    pool = noPool,
  }: { readonly limit?: number; readonly pool?: BufferPool } = {},
): Buffer {
  switch (type) {
    case 'none':
      return bytes;
    case 'gzip':
      return guarded(type, () => gunzipSync(bytes, { maxOutputLength: limit }));
    case 'snappy':
      return decompressSnappy(bytes, limit);
    case 'lz4':
      return decompressLz4(bytes, limit, pool);
    case 'zstd':
      return guarded(type, () => zstdDecompressSync(bytes, { maxOutputLength: limit }));
  }
}

function guarded(type: CompressionType, read: () => Buffer): Buffer {
  try {
    return read();
  } catch (error) {
    throw new ConnectError('data', `malformed ${type} data: ${messageOf(error)}`, { cause: error });
  }
}
