import type { ConsumedRecord } from '../ports/consumer.ts';
import type { RecordHeader } from '../ports/record.ts';
import { VarintReader } from './varint.ts';

/** What the records of one batch have in common. */
export interface RecordOrigin {
  readonly buffer: Buffer;
  readonly baseOffset: number;
  readonly baseTimestamp: number;
  readonly timestampType: ConsumedRecord['timestampType'];
}

const none: readonly RecordHeader[] = [];

/**
 * One record as places in a buffer. Small numbers only: offset and time are told as distances from the batch's, which
 * spares two allocations for each record.
 */
export class FetchedRecord implements ConsumedRecord {
  readonly #origin: RecordOrigin;
  readonly #offsetDelta: number;
  readonly #timestampDelta: number;
  readonly keyStart: number;
  readonly keyLength: number;
  readonly valueStart: number;
  readonly valueLength: number;
  readonly #headersStart: number;
  readonly #headersEnd: number;

  constructor(
    origin: RecordOrigin,
    offsetDelta: number,
    timestampDelta: number,
    keyStart: number,
    keyLength: number,
    valueStart: number,
    valueLength: number,
    headersStart: number,
    headersEnd: number,
  ) {
    this.#origin = origin;
    this.#offsetDelta = offsetDelta;
    this.#timestampDelta = timestampDelta;
    this.keyStart = keyStart;
    this.keyLength = keyLength;
    this.valueStart = valueStart;
    this.valueLength = valueLength;
    this.#headersStart = headersStart;
    this.#headersEnd = headersEnd;
  }

  get buffer(): Buffer {
    return this.#origin.buffer;
  }

  get offset(): number {
    return this.#origin.baseOffset + this.#offsetDelta;
  }

  get timestamp(): number {
    return this.#origin.baseTimestamp + this.#timestampDelta;
  }

  get timestampType(): ConsumedRecord['timestampType'] {
    return this.#origin.timestampType;
  }

  get key(): Buffer | null {
    if (this.keyLength < 0) return null;
    return this.#origin.buffer.subarray(this.keyStart, this.keyStart + this.keyLength);
  }

  get value(): Buffer | null {
    if (this.valueLength < 0) return null;
    return this.#origin.buffer.subarray(this.valueStart, this.valueStart + this.valueLength);
  }

  get headers(): readonly RecordHeader[] {
    // A record without headers ends with a zero count.
    if (this.#headersEnd - this.#headersStart <= 1) return none;
    const { buffer } = this.#origin;
    const reader = new VarintReader(buffer, this.#headersStart, this.#headersEnd);
    const headers: RecordHeader[] = [];
    for (let left = reader.varint(); left > 0; left--) {
      const keyBytes = reader.varint();
      const keyStart = reader.position;
      reader.position += keyBytes;
      const valueBytes = reader.varint();
      const valueStart = reader.position;
      if (valueBytes > 0) reader.position += valueBytes;
      headers.push({
        key: buffer.toString('utf8', keyStart, keyStart + keyBytes),
        value: valueBytes < 0 ? null : buffer.subarray(valueStart, valueStart + valueBytes),
      });
    }
    return headers;
  }
}
