const intervalBytes = 4096;

/**
 * Where batches begin in a segment, one entry for about every 4 KiB, each with the greatest timestamp of all batches
 * before it.
 */
export class SparseIndex {
  readonly #offsets: number[] = [];
  readonly #positions: number[] = [];
  readonly #timestampsBefore: number[] = [];
  #bytesSinceEntry = intervalBytes;

  /** Takes note of the next batch. */
  note(baseOffset: number, position: number, maxTimestampBefore: number, bytes: number): void {
    if (this.#bytesSinceEntry >= intervalBytes) {
      this.#offsets.push(baseOffset);
      this.#positions.push(position);
      this.#timestampsBefore.push(maxTimestampBefore);
      this.#bytesSinceEntry = 0;
    }
    this.#bytesSinceEntry += bytes;
  }

  /** A position at or before the batch that holds `offset`, at most an interval too early. */
  floorByOffset(offset: number): number {
    return this.#positions[lastAtMost(this.#offsets, offset)] ?? 0;
  }

  /** A position at or before the first batch with a record of `timestamp` or later. */
  floorByTime(timestamp: number): number {
    return this.#positions[lastAtMost(this.#timestampsBefore, timestamp - 1)] ?? 0;
  }

  toBytes(): Buffer {
    const numbers = Float64Array.from([...this.#offsets, ...this.#positions, ...this.#timestampsBefore]);
    return Buffer.from(numbers.buffer);
  }

  static fromBytes(bytes: Buffer): SparseIndex {
    const index = new SparseIndex();
    const count = bytes.length / 24;
    const at = (column: number, row: number): number => bytes.readDoubleLE((column * count + row) * 8);
    for (let row = 0; row < count; row++) {
      index.#offsets.push(at(0, row));
      index.#positions.push(at(1, row));
      index.#timestampsBefore.push(at(2, row));
    }
    return index;
  }
}

/** Index of the last element that is at most `value` in an ascending array; -1 when there is none. */
function lastAtMost(values: readonly number[], value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
