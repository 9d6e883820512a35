import type { RecordHeader } from '../../kafka/ports/record.ts';
import type { Converter, HeaderConverter, SerializedValue } from '../../plugin-api/converter.ts';
import { ConnectHeaders } from '../../records/headers.ts';

/** The converters of a task, configured, with the class names that error reports show. */
export interface RecordConverters {
  readonly key: Converter;
  readonly value: Converter;
  readonly header: HeaderConverter;
  readonly keyClassName: string;
  readonly valueClassName: string;
  readonly headerClassName: string;
}

export function toKafkaHeaders(
  converter: HeaderConverter,
  topic: string,
  headers: ConnectHeaders,
): readonly RecordHeader[] {
  const converted: RecordHeader[] = [];
  for (const { key, schema, value } of headers) {
    converted.push({ key, value: toBytes(converter.fromConnectHeader(topic, key, schema, value)) });
  }
  return converted;
}

export function toConnectHeaders(
  converter: HeaderConverter,
  topic: string,
  headers: readonly RecordHeader[],
): ConnectHeaders | null {
  if (headers.length === 0) return null;
  const converted = new ConnectHeaders();
  for (const { key, value } of headers) {
    const { schema, value: connectValue } = converter.toConnectHeader(
      topic,
      key,
      value === null ? null : Buffer.from(value),
    );
    converted.add(key, schema, connectValue);
  }
  return converted;
}

/** Headers as Kafka has them, for converters that read or add some of their own. */
export function unconvertedHeaders(headers: readonly RecordHeader[]): ConnectHeaders {
  return new ConnectHeaders(headers.map(({ key, value }) => ({ key, schema: null, value })));
}

/** The other way; what is no bytes was put there by a converter that does not keep to its contract, and is left out. */
export function kafkaHeadersOf(headers: ConnectHeaders): readonly RecordHeader[] {
  const kept: RecordHeader[] = [];
  for (const { key, value } of headers) {
    if (value === null || value instanceof Uint8Array) kept.push({ key, value });
  }
  return kept;
}

export function closeConverters(converters: RecordConverters): void {
  converters.key.close?.();
  converters.value.close?.();
  converters.header.close?.();
}

function toBytes(value: SerializedValue): Uint8Array | null {
  return typeof value === 'string' ? Buffer.from(value) : value;
}
