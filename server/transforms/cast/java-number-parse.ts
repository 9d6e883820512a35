import { dataError } from '../fields/record-data.ts';

const whole = /^[+-]?\d+$/;
const real = /^([+-]?)(?:(NaN|Infinity)|((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[fFdD]?)$/;

/** Texts as long as this are no number that anybody means, and reading longer ones takes time. */
const longestNumber = 10_000;

/** A whole number of so many bits; `what` begins the message for any other text. */
export function parseWhole(text: string, bits: number, what: string): bigint {
  if (text.length <= longestNumber && whole.test(text)) {
    const value = BigInt(text.replace(/^\+/, ''));
    if (BigInt.asIntN(bits, value) === value) return value;
  }
  throw dataError(`${what}: not a whole number of ${bits} bits.`);
}

/** A double by Java's rules: blanks around it, `1.`, `.5`, `NaN`, and `f` or `d` at the end are fine. */
export function parseDouble(text: string, what: string): number {
  const match = text.length > longestNumber ? null : real.exec(trimmed(text));
  if (match === null) throw dataError(`${what}: not a number.`);
  const [, sign, word, digits] = match;
  const size = Number(word ?? digits);
  return sign === '-' ? -size : size;
}

/** Java's `trim` takes away everything up to the blank. */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 32) start++;
  while (end > start && text.charCodeAt(end - 1) <= 32) end--;
  return text.slice(start, end);
}
