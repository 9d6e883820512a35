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
    const start = this.position;
    this.recordStart = start;
    const length = this.varint();
    const end = this.position + length;
    if (length < smallestRecordBytes - 1 || end > this.end || this.failed) return false;
    this.position++;
    this.timestampDelta = this.varlong();
    this.offsetDelta = this.varint();
    const keyLength = this.varint();
    this.keyLength = keyLength;
    this.keyStart = this.position;
    if (keyLength > 0) this.position += keyLength;
    const valueLength = this.varint();
    this.valueLength = valueLength;
    this.valueStart = this.position;
    if (valueLength > 0) this.position += valueLength;
    this.headersStart = this.position;
    this.recordEnd = end;
    if (
      this.position >= end ||
      this.failed ||
      this.offsetDelta < 0 ||
      keyLength < -1 ||
      valueLength < -1 ||
      (end - this.position === 1
        ? this.buffer[this.position] !== 0
        : !areHeadersWellFormed(this.buffer, this.position, end))
    ) {
      return false;
    }
    this.position = end;
    return true;
  }
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
