import { smallestRecordBytes } from './batch-layout.ts';
import { VarintReader } from './varint.ts';

/**
 * Goes from one uncompressed record to the next and tells where its parts lie; nothing is allocated for a record. The
 * bytes come from the network and from disks: every length is checked.
 */
export class RecordScanner extends VarintReader {
  recordStart = 0;
  recordEnd = 0;
  timestampDelta = 0;
  offsetDelta = 0;
  keyStart = 0;
  /** -1 for a null key. */
  keyLength = -1;
  valueStart = 0;
  /** -1 for a null value. */
  valueLength = -1;
  /** The count of headers begins here; the headers end with the record. */
  headersStart = 0;

  /** The scanner stands behind the record afterwards. False: the record does not fit its lengths. */
  next(): boolean {
    const { buffer } = this;
    let at = this.position;
    this.recordStart = at;
    const length = this.varint();
    at = this.position;
    const end = at + length;
    if (length < smallestRecordBytes - 1 || end > this.end || this.failed) return false;
    this.recordEnd = end;
    at++;
    // Nearly all numbers have one or two bytes; what is read beyond the record is noticed at its end.
    let short = shortVarint(buffer, at);
    if (short === 0) {
      this.position = at;
      this.timestampDelta = this.varlong();
      at = this.position;
    } else {
      this.timestampDelta = unzigzag(short >>> 2);
      at += short & 3;
    }
    short = shortVarint(buffer, at);
    const offsetDelta = short === 0 ? this.#longAt(at) : unzigzag(short >>> 2);
    at = short === 0 ? this.position : at + (short & 3);
    short = shortVarint(buffer, at);
    const keyLength = short === 0 ? this.#longAt(at) : unzigzag(short >>> 2);
    at = short === 0 ? this.position : at + (short & 3);
    this.keyStart = at;
    if (keyLength > 0) at += keyLength;
    short = shortVarint(buffer, at);
    const valueLength = short === 0 ? this.#longAt(at) : unzigzag(short >>> 2);
    at = short === 0 ? this.position : at + (short & 3);
    this.valueStart = at;
    if (valueLength > 0) at += valueLength;
    this.offsetDelta = offsetDelta;
    this.keyLength = keyLength;
    this.valueLength = valueLength;
    this.headersStart = at;
    this.position = end;
    return (
      at < end &&
      !this.failed &&
      offsetDelta >= 0 &&
      keyLength >= -1 &&
      valueLength >= -1 &&
      (end - at === 1 ? buffer[at] === 0 : areHeadersWellFormed(buffer, at, end))
    );
  }

  #longAt(at: number): number {
    this.position = at;
    return this.varint();
  }
}

/** A varint of one or two bytes: its bits, then how many bytes it has in the last two bits; 0 for a longer one. */
function shortVarint(buffer: Buffer, at: number): number {
  const low = buffer[at] as number;
  if (low < 128) return (low << 2) | 1;
  const high = buffer[at + 1] as number;
  return high < 128 ? (((low & 0x7f) | (high << 7)) << 2) | 2 : 0;
}

function unzigzag(bits: number): number {
  return (bits >>> 1) ^ -(bits & 1);
}

/** So that whoever reads the headers later can rely on them. */
function areHeadersWellFormed(buffer: Buffer, start: number, end: number): boolean {
  const reader = new VarintReader(buffer, start, end);
  const count = reader.varint();
  // A header has at least two bytes.
  if (count < 0 || count * 2 > end - start) return false;
  for (let i = 0; i < count; i++) {
    const keyBytes = reader.varint();
    if (keyBytes < 0 || keyBytes > end - reader.position) return false;
    reader.position += keyBytes;
    const valueBytes = reader.varint();
    if (valueBytes > end - reader.position) return false;
    if (valueBytes > 0) reader.position += valueBytes;
  }
  return !reader.failed && reader.position === end;
}
