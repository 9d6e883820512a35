import { defineConfig } from '../config/define-config.ts';
import { string } from '../config/kinds.ts';
import { parseConfig } from '../config/parse-config.ts';
import type { Converter, SchemaAndValue, SerializedValue } from '../plugin-api/converter.ts';
import type { Settings } from '../plugin-api/source-connector.ts';
import { javaText } from '../records/java-text.ts';
import { OPTIONAL_STRING_SCHEMA } from '../records/primitive-schemas.ts';
import type { Schema } from '../records/schema.ts';
import { type Charset, charsetOf } from './charset.ts';
import { converterKeys } from './converter-config.ts';

export const stringConverterConfig = defineConfig({
  ...converterKeys,
  'converter.encoding': string({
    importance: 'HIGH',
    documentation:
      'Character set of the bytes in Kafka: UTF-8, ISO-8859-1, US-ASCII, UTF-16, UTF-16BE or UTF-16LE.',
    default: 'UTF-8',
    width: 'MEDIUM',
    displayName: 'Encoding',
  }),
});

/** Any value as its text; reads text. Schemas are not kept. */
export class StringConverter implements Converter {
  /** null: UTF-8. */
  #charset: Charset | null = null;

  configure(settings: Settings): void {
    this.#charset = charsetOf(parseConfig(stringConverterConfig, settings)['converter.encoding']);
  }

  fromConnectData(_topic: string, schema: Schema | null, value: unknown): SerializedValue {
    if (value === null || value === undefined) return null;
    const text = typeof value === 'string' ? value : javaText(schema, value);
    return this.#charset === null ? text : this.#charset.encode(text);
  }

  toConnectData(_topic: string, bytes: Buffer | null): SchemaAndValue {
    if (bytes === null) return { schema: OPTIONAL_STRING_SCHEMA, value: null };
    return this.toConnectDataFromRange(_topic, bytes, 0, bytes.length);
  }

  toConnectDataFromRange(_topic: string, buffer: Buffer, start: number, end: number): SchemaAndValue {
    const value =
      this.#charset === null
        ? buffer.toString('utf8', start, end)
        : this.#charset.decode(buffer.subarray(start, end));
    return { schema: OPTIONAL_STRING_SCHEMA, value };
  }
}
