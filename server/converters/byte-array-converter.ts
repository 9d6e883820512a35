import { defineConfig } from '../config/define-config.ts';
import { parseConfig } from '../config/parse-config.ts';
import type { Converter, SchemaAndValue, SerializedValue } from '../plugin-api/converter.ts';
import type { Settings } from '../plugin-api/source-connector.ts';
import { OPTIONAL_BYTES_SCHEMA } from '../records/primitive-schemas.ts';
import type { Schema } from '../records/schema.ts';
import { kindOf } from '../records/validate-value.ts';
import { converterKeys } from './converter-config.ts';
import { dataError } from './converter-error.ts';

export const byteArrayConverterConfig = defineConfig({ ...converterKeys });

/** Bytes as they are. */
export class ByteArrayConverter implements Converter {
  configure(settings: Settings): void {
    parseConfig(byteArrayConverterConfig, settings);
  }

  fromConnectData(_topic: string, schema: Schema | null, value: unknown): SerializedValue {
    if (schema !== null && schema.type !== 'BYTES') {
      throw dataError(`Invalid schema type for ByteArrayConverter: ${schema.type}`);
    }
    if (value === null || value === undefined) return null;
    if (value instanceof Uint8Array) return value;
    throw dataError(`ByteArrayConverter is not compatible with objects of type ${kindOf(value)}`);
  }

  toConnectData(_topic: string, bytes: Buffer | null): SchemaAndValue {
    return { schema: OPTIONAL_BYTES_SCHEMA, value: bytes };
  }

  toConnectDataFromRange(_topic: string, buffer: Buffer, start: number, end: number): SchemaAndValue {
    return { schema: OPTIONAL_BYTES_SCHEMA, value: Buffer.from(buffer.subarray(start, end)) };
  }
}
