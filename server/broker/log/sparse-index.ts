/** Readers find their batch at most this far behind the place that the index gives. */
export const indexIntervalBytes = 16 * 1024;

/** An entry is a base offset, a position, and the greatest timestamp of all batches before. */
const columns = 3;
const bytesPerEntry = columns * 8;
const empty = new Float64Array(0);

/** Where batches begin in a segment, one entry for about every 16 KiB: 1.5 MiB for a segment of 1 GiB. */
export class SparseIndex {
  #entries = empty;
  #count = 0;
  #bytesSinceEntry = indexIntervalBytes;

  /** Takes note of the next batch. */
  note(baseOffset: number, position: number, maxTimestampBefore: number, bytes: number): void {
    if (this.#bytesSinceEntry >= indexIntervalBytes) {
      this.#add(baseOffset, position, maxTimestampBefore);
      this.#bytesSinceEntry = 0;
    }
    this.#bytesSinceEntry += bytes;
  }

  #add(baseOffset: number, position: number, maxTimestampBefore: number): void {
    const at = this.#count * columns;
    if (at === this.#entries.length) {
      const grown = new Float64Array(Math.max(8 * columns, at * 2));
      grown.set(this.#entries);
      this.#entries = grown;
    }
    this.#entries[at] = baseOffset;
    this.#entries[at + 1] = position;
    this.#entries[at + 2] = maxTimestampBefore;
    this.#count++;
  }

  /** A position at or before the batch that holds `offset`, at most an interval too early. */
  floorByOffset(offset: number): number {
    return this.#positionOf(this.#lastAtMost(0, offset));
  }

  /** A position at or before the first batch with a record of `timestamp` or later. */
  floorByTime(timestamp: number): number {
    return this.#positionOf(this.#lastAtMost(2, timestamp - 1));
  }

  #positionOf(entry: number): number {
    return entry === -1 ? 0 : (this.#entries[entry * columns + 1] as number);
  }

  /** The last entry whose column, which never descends, is at most `value`; -1 when there is none. */
  #lastAtMost(column: number, value: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle * columns + column] as number) <= value) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Memory of the entries. */
  get bytes(): number {
    return this.#count * bytesPerEntry;
  }

  /** A copy, for a file. */
  toBytes(): Buffer {
    return Buffer.from(Buffer.from(this.#entries.buffer, 0, this.bytes));
  }

  static fromBytes(bytes: Buffer): SparseIndex {
    const index = new SparseIndex();
    index.#count = Math.floor(bytes.length / bytesPerEntry);
    index.#entries = new Float64Array(index.#count * columns);
    bytes.copy(Buffer.from(index.#entries.buffer));
    return index;
  }
}
