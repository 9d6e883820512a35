import type { Converter, HeaderConverter, SchemaAndValue, SerializedValue } from '../plugin-api/converter.ts';
import type { Settings } from '../plugin-api/source-connector.ts';
import type { Schema } from '../records/schema.ts';

/** Lets a converter of keys and values serve for headers. */
export class HeaderByConverter implements HeaderConverter {
  readonly #converter: Converter;

  constructor(converter: Converter) {
    this.#converter = converter;
  }

  configure(settings: Settings): void {
    this.#converter.configure({ ...settings, 'converter.type': 'header' });
  }

  fromConnectHeader(topic: string, _key: string, schema: Schema | null, value: unknown): SerializedValue {
    return this.#converter.fromConnectData(topic, schema, value, null);
  }

  toConnectHeader(topic: string, _key: string, bytes: Buffer | null): SchemaAndValue {
    return this.#converter.toConnectData(topic, bytes, null);
  }

  close(): void {
    this.#converter.close?.();
  }
}
