import { constants, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { lz4Compress } from '@platformatic/wasm-utils';
import { ConnectError, messageOf } from '../../errors/connect-error.ts';
import { type BufferPool, noPool } from '../buffer-pool.ts';
import { decompressLz4 } from './lz4.ts';
import { compressLz4High } from './lz4-high-compression.ts';
import { compressSnappy, decompressSnappy } from './snappy.ts';

/** By the number that record batches carry in their attributes. */
export const compressionTypes = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

export type CompressionType = (typeof compressionTypes)[number];

/** Levels where the algorithm has them; null is the algorithm's own default. */
export interface CompressionLevels {
  readonly gzip: number | null;
  readonly lz4: number | null;
  readonly zstd: number | null;
}

export const defaultLevels: CompressionLevels = { gzip: null, lz4: null, zstd: null };

/** Java's default level stands for its fast compressor, and every other one for a search of more or less effort. */
export const fastLz4Level = 9;

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
      return levels.lz4 === null || levels.lz4 === fastLz4Level
        ? lz4Compress(bytes)
        : compressLz4High(bytes, levels.lz4);
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
  }: { readonly limit?: number | undefined; readonly pool?: BufferPool | undefined } = {},
): Buffer {
  switch (type) {
    case 'none':
      return bytes;
    case 'gzip':
      return guarded(type, limit, () => gunzipSync(bytes, { maxOutputLength: limit }));
    case 'snappy':
      return decompressSnappy(bytes, limit, pool);
    case 'lz4':
      return decompressLz4(bytes, limit, pool);
    case 'zstd':
      return guarded(type, limit, () => zstdDecompressSync(bytes, { maxOutputLength: limit }));
  }
}

function guarded(type: CompressionType, limit: number, read: () => Buffer): Buffer {
  try {
    return read();
  } catch (error) {
    const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    const why = isTooLarge ? `grows beyond ${limit} bytes` : messageOf(error);
    throw new ConnectError('data', `malformed ${type} data: ${why}`, { cause: error });
  }
}
