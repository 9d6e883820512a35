/**
 * LZ4 with a search for long matches, for the levels of `compression.lz4.level` other than the default one. As Java
 * does, it writes frames of independent blocks of 64 KiB without checksums.
 */

const frameHeader = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]);
const endMark = 4;
const blockBytes = 64 * 1024;
const storedFlag = 0x80000000;

const shortestMatch = 4;
/** The last match begins at least so far before the end of a block, and the last bytes are literals. */
const matchLimit = 12;
const lastLiterals = 5;
const longLength = 15;
/** A match that long is taken without looking for a longer one. */
const niceLength = 512;
const hashBits = 15;
/** 64 KiB hold no chains that are worth following further. */
const highestLevel = 11;

export function compressLz4High(input: Buffer, level: number): Buffer {
  const blocks = Math.ceil(input.length / blockBytes);
  const output = Buffer.allocUnsafeSlow(frameHeader.length + input.length + blocks * 4 + endMark);
  frameHeader.copy(output);
  const matcher = new Matcher(1 << (Math.min(Math.max(level, 1), highestLevel) - 1));
  let to = frameHeader.length;
  for (let at = 0; at < input.length; at += blockBytes) {
    const block = input.subarray(at, at + blockBytes);
    const bytes = matcher.compress(block, output, to + 4);
    if (bytes > 0) output.writeUInt32LE(bytes, to);
    else {
      output.writeUInt32LE((block.length | storedFlag) >>> 0, to);
      block.copy(output, to + 4);
    }
    to += 4 + (bytes > 0 ? bytes : block.length);
  }
  output.writeUInt32LE(0, to);
  return output.subarray(0, to + endMark);
}

/** Finds matches by chains of earlier places whose first four bytes have the same hash. */
class Matcher {
  readonly #attempts: number;
  /** By hash: the last place, plus one. */
  readonly #heads = new Int32Array(1 << hashBits);
  /** By place: the place before it with the same hash, plus one. */
  readonly #chains = new Int32Array(blockBytes);
  #block: Buffer = Buffer.alloc(0);
  #inserted = 0;
  #length = 0;
  #from = 0;

  constructor(attempts: number) {
    this.#attempts = attempts;
  }

  /** Writes one block to `output` and answers its size; 0 when it would not be smaller than the input. */
  compress(block: Buffer, output: Buffer, start: number): number {
    this.#block = block;
    this.#heads.fill(0);
    this.#inserted = 0;
    const limit = start + block.length;
    const lastMatch = block.length - matchLimit;
    let to = start;
    let anchor = 0;
    let at = 0;
    while (at <= lastMatch) {
      this.#find(at);
      if (this.#length < shortestMatch) {
        at++;
        continue;
      }
      let [length, from] = [this.#length, this.#from];
      // A longer match may begin one place further on.
      while (length < niceLength && at < lastMatch) {
        this.#find(at + 1);
        if (this.#length <= length + 1) break;
        [length, from] = [this.#length, this.#from];
        at++;
      }
      to = writeSequence(output, to, limit, block, anchor, at, at - from, length);
      if (to === 0) return 0;
      at += length;
      anchor = at;
    }
    to = writeLiterals(output, to, limit, block, anchor);
    return to === 0 ? 0 : to - start;
  }

  /** The longest match for `at`, in `#length` and `#from`. */
  #find(at: number): void {
    const block = this.#block;
    const chains = this.#chains;
    this.#insertUpTo(at);
    const end = block.length - lastLiterals;
    let best = shortestMatch - 1;
    this.#length = 0;
    let candidate = (this.#heads[hashAt(block, at)] as number) - 1;
    for (let left = this.#attempts; left > 0 && candidate >= 0; left--) {
      if (block[candidate + best] === block[at + best] && block[candidate] === block[at]) {
        let length = 0;
        while (at + length < end && block[candidate + length] === block[at + length]) length++;
        if (length > best) {
          best = length;
          this.#length = length;
          this.#from = candidate;
          if (length >= niceLength || at + length >= end) return;
        }
      }
      candidate = (chains[candidate] as number) - 1;
    }
  }

  #insertUpTo(at: number): void {
    const block = this.#block;
    for (let place = this.#inserted; place < at; place++) {
      const hash = hashAt(block, place);
      this.#chains[place] = this.#heads[hash] as number;
      this.#heads[hash] = place + 1;
    }
    if (at > this.#inserted) this.#inserted = at;
  }
}

function hashAt(block: Buffer, at: number): number {
  const word =
    (block[at] as number) |
    ((block[at + 1] as number) << 8) |
    ((block[at + 2] as number) << 16) |
    ((block[at + 3] as number) << 24);
  return Math.imul(word, 0x9e3779b1) >>> (32 - hashBits);
}

/** Literals from `anchor` to `at`, then a match; 0 when they do not fit before `limit`. */
function writeSequence(
  output: Buffer,
  start: number,
  limit: number,
  block: Buffer,
  anchor: number,
  at: number,
  distance: number,
  length: number,
): number {
  const literals = at - anchor;
  const rest = length - shortestMatch;
  if (start + 1 + literals + Math.floor(literals / 255) + 1 + 2 + Math.floor(rest / 255) + 1 > limit)
    return 0;
  output[start] = (Math.min(literals, longLength) << 4) | Math.min(rest, longLength);
  let to = writeLength(output, start + 1, literals);
  block.copy(output, to, anchor, at);
  to += literals;
  output[to++] = distance & 0xff;
  output[to++] = distance >> 8;
  return writeLength(output, to, rest);
}

function writeLiterals(output: Buffer, start: number, limit: number, block: Buffer, anchor: number): number {
  const literals = block.length - anchor;
  if (start + 1 + literals + Math.floor(literals / 255) + 1 > limit) return 0;
  output[start] = Math.min(literals, longLength) << 4;
  const to = writeLength(output, start + 1, literals);
  block.copy(output, to, anchor);
  return to + literals;
}

/** What of a length did not fit into its four bits. */
function writeLength(output: Buffer, start: number, length: number): number {
  if (length < longLength) return start;
  let to = start;
  let rest = length - longLength;
  for (; rest >= 255; rest -= 255) output[to++] = 255;
  output[to++] = rest;
  return to;
}
