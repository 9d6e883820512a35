import { uniformBigInt } from 'pure-rand/distribution/uniformBigInt';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

const twoTo32 = 2 ** 32;

/**
 * Chance that can be repeated: the same seed gives the same values. Each record starts from a seed of its own, which
 * is the one thing an offset has to keep.
 */
export class SeededRandom {
  #state = stateOf(0);

  /** Whole numbers of 64 bits are told apart. */
  constructor(seed: number | bigint) {
    this.reseed(seed);
  }

  reseed(seed: number | bigint): void {
    this.#state = stateOf(seed);
  }

  /** From 0, below `bound`. */
  below(bound: number): number {
    return uniformInt(this.#state, 0, bound - 1);
  }

  /** Both ends included; both must be safe integers. */
  between(min: number, max: number): number {
    return uniformInt(this.#state, min, max);
  }

  bigBetween(min: bigint, max: bigint): bigint {
    return uniformBigInt(this.#state, min, max);
  }

  /** From 0, below 1. */
  fraction(): number {
    return uniformFloat64(this.#state);
  }

  isTrue(): boolean {
    return this.#state.next() < 0;
  }

  /** A safe integer, to seed with. */
  seed(): number {
    return (this.#state.next() >> 11) * twoTo32 + (this.#state.next() >>> 0);
  }
}

function stateOf(seed: number | bigint) {
  const low = Number(typeof seed === 'bigint' ? BigInt.asIntN(32, seed) : seed % twoTo32) | 0;
  const high = Number(typeof seed === 'bigint' ? BigInt.asIntN(32, seed >> 32n) : Math.floor(seed / twoTo32));
  const word = (round: number) =>
    mixed(mixed(low + Math.imul(round, 0x9e3779b9)) ^ (high + Math.imul(round, 0x85ebca6b)));
  // Nothing but zeros would stay so for ever.
  return xoroshiro128plusFromState([word(1), word(2), word(3), word(4) || 1]);
}

/** Spreads neighbouring seeds over all 32 bits. */
function mixed(word: number): number {
  let bits = word | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
  return bits ^ (bits >>> 16);
}
