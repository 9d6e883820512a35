import { ConnectError } from '../../errors/connect-error.ts';

/** Where one record lies in the uncompressed records of a batch. */
export interface RawRecord {
  /** Whole record, its length prefix included: [start, end). */
  readonly start: number;
  readonly end: number;
  readonly timestampDelta: number;
  readonly offsetDelta: number;
  readonly keyStart: number;
  /** -1 for a null key. */
  readonly keyLength: number;
  readonly valueStart: number;
  /** -1 for a null value. */
  readonly valueLength: number;
}

/** Visits the records of a batch until the visitor answers false; throws a `data` error for malformed bytes. */
export function visitRecords(records: Buffer, count: number, visit: (record: RawRecord) => boolean): void {
  const cursor = new VarintCursor(records);
  for (let index = 0; index < count; index++) {
    const start = cursor.at;
    const length = cursor.varint();
    const end = cursor.at + length;
    if (length < 0 || end > records.length) throw malformed(`record ${index} has length ${length}`);
    cursor.at++; // attributes
    const timestampDelta = cursor.varint();
    const offsetDelta = cursor.varint();
    const keyLength = cursor.varint();
    const keyStart = cursor.at;
    cursor.at += Math.max(0, keyLength);
    const valueLength = cursor.varint();
    const valueStart = cursor.at;
    if (keyLength < -1 || valueLength < -1 || valueStart + Math.max(0, valueLength) > end) {
      throw malformed(`record ${index} has key length ${keyLength} and value length ${valueLength}`);
    }
    cursor.at = end;
    const record = {
      start,
      end,
      timestampDelta,
      offsetDelta,
      keyStart,
      keyLength,
      valueStart,
      valueLength,
    };
    if (!visit(record)) return;
  }
}

class VarintCursor {
  at = 0;
  readonly #buffer: Buffer;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  /** A zigzag varint of up to 64 bits; exact to 2^53. */
  varint(): number {
    let value = 0;
    let scale = 1;
    for (let bytes = 0; bytes < 10; bytes++) {
      const byte = this.#buffer[this.at++];
      if (byte === undefined) throw malformed('the bytes end inside a number');
      value += (byte & 0x7f) * scale;
      if (byte < 128) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      scale *= 128;
    }
    throw malformed('a number has more than ten bytes');
  }
}

function malformed(what: string): ConnectError {
  return new ConnectError('data', `malformed record batch: ${what}`);
}
