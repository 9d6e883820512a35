import { ConnectError } from '../../errors/connect-error.ts';
import type { Length } from './length.ts';
import { longestRegexText, type RegexPart } from './regex-parts.ts';
import type { SeededRandom } from './seeded-random.ts';

/** How often a part without end is repeated beyond what it must be, unless the length asks for more. */
const usualMore = 8;
const tries = 20;
const mostSteps = 1 << 20;

/**
 * A text that matches. With a length, one of that length where the expression has such; it always matches, and Java's
 * silence for texts longer than 15 characters is not repeated.
 */
export function regexText(part: RegexPart, length: Length | null, random: SeededRandom): string {
  const writer = new RegexWriter(random);
  if (length === null) return writer.write(part, 0, longestRegexText);
  const low = Math.max(0, Math.min(length.min, part.max));
  const high = Math.max(low, part.min, Math.min(length.max, longestRegexText));
  for (let count = 1; ; count++) {
    const text = writer.write(part, low, high);
    // Parts of several characters do not reach every length at once.
    if (count === tries || (text.length >= low && text.length <= high)) return text;
  }
}

class RegexWriter {
  readonly #random: SeededRandom;
  #steps = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** `low` and `high` are wishes that steer the choices; the expression comes first. */
  write(part: RegexPart, low: number, high: number): string {
    // Repetitions of nothing, nested, would keep it busy without making the text longer.
    if (++this.#steps > mostSteps) {
      throw new ConnectError(
        'data',
        `A regex of the schema takes more than ${mostSteps} steps for one text.`,
      );
    }
    switch (part.kind) {
      case 'one':
        return this.#character(part);
      case 'row':
        return this.#row(part.parts, low, high);
      case 'choice': {
        const fitting = part.parts.filter(({ min, max }) => min <= high && max >= low);
        const from = fitting.length === 0 ? part.parts : fitting;
        const chosen = from[this.#random.below(from.length)];
        return chosen === undefined ? '' : this.write(chosen, low, high);
      }
      case 'repeat':
        return this.#repeated(part, low, high);
    }
  }

  #repeated(
    { part, least, most, max }: RegexPart & { readonly kind: 'repeat' },
    low: number,
    high: number,
  ): string {
    if (max === 0) return '';
    const room = high <= 0 ? 0 : Math.floor(high / Math.max(part.min, 1));
    const few = Math.min(Math.max(least, Math.ceil(low / part.max)), most);
    const end = most === Number.POSITIVE_INFINITY ? Math.max(few, least + usualMore, low) : most;
    const count = this.#random.between(few, Math.max(few, Math.min(end, room)));
    const { min } = part;
    let text = '';
    for (let left = count - 1; left >= 0; left--) {
      const from = Math.max(0, low - text.length - (left === 0 ? 0 : left * part.max));
      text += this.write(part, from, Math.max(from, high - text.length - left * min));
    }
    return text;
  }

  #row(parts: readonly RegexPart[], low: number, high: number): string {
    const after = parts.map(() => ({ min: 0, max: 0 }));
    let rest = { min: 0, max: 0 };
    for (let index = parts.length - 1; index >= 0; index--) {
      after[index] = rest;
      const part = parts[index];
      if (part !== undefined) rest = { min: rest.min + part.min, max: rest.max + part.max };
    }
    let text = '';
    for (const [index, part] of parts.entries()) {
      const { min, max } = after[index] ?? rest;
      const from = Math.max(0, low - text.length - max);
      text += this.write(part, from, Math.max(from, high - text.length - min));
    }
    return text;
  }

  #character({ ranges, count }: RegexPart & { readonly kind: 'one' }): string {
    let index = this.#random.below(count);
    for (const [low, high] of ranges) {
      if (index <= high - low) return String.fromCodePoint(low + index);
      index -= high - low + 1;
    }
    return '';
  }
}
