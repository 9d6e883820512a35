import { gunzipSync } from 'node:zlib';
import { defineConfig } from '../../config/define-config.ts';
import { int } from '../../config/kinds.ts';
import { parseConfig } from '../../config/parse-config.ts';
import { atLeast } from '../../config/validators.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import type { ConnectRecord } from '../../records/record.ts';
import { kindOf } from '../../records/validate-value.ts';
import { dataError } from '../fields/record-data.ts';
import type { RecordSide } from '../fields/record-side.ts';

export const gzipDecompressConfig = defineConfig({
  'max.uncompressed.bytes': int({
    importance: 'LOW',
    default: 64 * 1024 * 1024,
    validator: atLeast(1),
    documentation: 'The largest result. A record that would become larger fails, before the memory is spent.',
  }),
});

/** Bytes that gzip made small, in their own size. */
export class GzipDecompress implements Transformation {
  readonly #side: RecordSide;
  #maxBytes = 0;

  constructor(side: RecordSide) {
    this.#side = side;
  }

  configure(settings: Settings): void {
    this.#maxBytes = parseConfig(gzipDecompressConfig, settings)['max.uncompressed.bytes'];
  }

  apply<R extends ConnectRecord>(record: R): R {
    const value = this.#side.valueOf(record);
    if (value === null) return record;
    if (!(value instanceof Uint8Array)) {
      throw dataError(`Only bytes can be decompressed, found: ${kindOf(value)}`);
    }
    return this.#side.replace(record, this.#side.schemaOf(record), this.#decompressed(value));
  }

  #decompressed(bytes: Uint8Array): Buffer {
    try {
      return gunzipSync(bytes, { maxOutputLength: this.#maxBytes });
    } catch (error) {
      const isTooLarge = error instanceof RangeError;
      throw dataError(
        isTooLarge
          ? `Decompressed data would be larger than ${this.#maxBytes} bytes (max.uncompressed.bytes).`
          : 'Data is not in the gzip format, or is damaged.',
        error,
      );
    }
  }
}
