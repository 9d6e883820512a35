import type { ConnectHeaders } from '../records/headers.ts';
import type { Schema } from '../records/schema.ts';
import type { Settings } from './source-connector.ts';

export interface SchemaAndValue {
  readonly schema: Schema | null;
  readonly value: unknown;
}

/** Bytes for Kafka; a string stands for its UTF-8 bytes and is written into the batch without a copy between. */
export type SerializedValue = Uint8Array | string | null;

/**
 * Translates between Connect data and the bytes of a key or value. Throws a `data` error for what it cannot do, and a
 * `PendingLookup` when it must look something up first.
 */
export interface Converter {
  /** Settings without their prefix, plus `converter.type` = key, value or header. */
  configure(settings: Settings): void;
  /**
   * True: as configured, `toConnectData` looks at headers of Kafka, such as the id of a schema, and `headers` are those
   * of the record as Kafka has them: each value a Uint8Array or null. null: there are none. Absent: anything may be given.
   */
  readonly readsHeaders?: boolean;
  /**
   * True: as configured, `fromConnectData` adds headers of Kafka. `headers` are then those the record is going to have,
   * in the same form and never null, and what is added is written with the record. Absent: anything may be given.
   */
  readonly addsHeaders?: boolean;
  /** The bytes may be overwritten by the next call, unless `converter.type` is header. */
  fromConnectData(
    topic: string,
    schema: Schema | null,
    value: unknown,
    headers: ConnectHeaders | null,
  ): SerializedValue;
  toConnectData(topic: string, bytes: Buffer | null, headers: ConnectHeaders | null): SchemaAndValue;
  /**
   * The same for bytes inside a larger buffer, without making a view: the sink loop's fast path.
   * The result must not keep a reference to `buffer`.
   */
  toConnectDataFromRange?(
    topic: string,
    buffer: Buffer,
    start: number,
    end: number,
    headers?: ConnectHeaders | null,
  ): SchemaAndValue;
  close?(): void;
}

export interface HeaderConverter {
  configure(settings: Settings): void;
  fromConnectHeader(topic: string, key: string, schema: Schema | null, value: unknown): SerializedValue;
  toConnectHeader(topic: string, key: string, bytes: Buffer | null): SchemaAndValue;
  close?(): void;
}
