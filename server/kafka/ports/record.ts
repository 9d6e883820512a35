/** Bytes of a key or value on the way to Kafka. A string is written as UTF-8 straight into the batch (no copy between). */
export type Serialized = Uint8Array | string | null;

export interface RecordHeader {
  readonly key: string;
  readonly value: Uint8Array | null;
}
