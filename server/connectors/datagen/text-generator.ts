import { type JsonObject, schemaError } from './arg-json.ts';
import type { Generate, Generation } from './generation.ts';
import { int32 } from './integer-generator.ts';
import { wholeIteration } from './iteration.ts';
import { lengthOption, lengthOr } from './length.ts';
import { objectOption, shareOption, textOption } from './numbers.ts';
import { parseRegex } from './regex-parts.ts';
import { regexText } from './regex-text.ts';
import type { SeededRandom } from './seeded-random.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const givenNames = [
  'Ada',
  'Bela',
  'Chidi',
  'Dara',
  'Emil',
  'Fatima',
  'Goran',
  'Hana',
  'Ines',
  'Jonas',
  'Kenji',
  'Lena',
];
const familyNames = [
  'Abara',
  'Berger',
  'Costa',
  'Dubois',
  'Eklund',
  'Farah',
  'Novak',
  'Okafor',
  'Rossi',
  'Tanaka',
  'Varga',
  'Weber',
];

type TextMaker = (generation: Generation) => string;

/** The options of strings but `options`: an iteration, a kind, a regex or a length, then prefix and suffix. */
export function textGenerator(args: JsonObject, place: string): Generate {
  const body = bodyOf(args, place);
  const prefix = textOption(args, 'prefix', place) ?? '';
  const suffix = textOption(args, 'suffix', place) ?? '';
  return withMalformed((generation) => `${prefix}${body(generation)}${suffix}`, args, place);
}

/** A share of the texts is cut in half and ends in U+FFFD, for trying how others take bad data. */
export function withMalformed(text: TextMaker, args: JsonObject, place: string): TextMaker {
  const share = shareOption(args, 'malformed.rate', place) ?? shareOption(args, 'malformed-rate', place);
  if (share === null) return text;
  return (generation) => {
    const whole = text(generation);
    if (generation.random.fraction() >= share) return whole;
    return `${whole.slice(0, Math.floor(whole.length / 2))}\ufffd`;
  };
}

function bodyOf(args: JsonObject, place: string): TextMaker {
  const iteration = objectOption(args, 'iteration', place);
  if (iteration !== null) {
    const next = wholeIteration(iteration, int32, place);
    return (generation) => String(next(generation));
  }
  const kind = textOption(args, 'kind', place);
  if (kind !== null) {
    const make = kinds.get(kind);
    if (make === undefined) throw schemaError(place, `kind must be one of ${[...kinds.keys()].join(', ')}`);
    return ({ random }) => make(random);
  }
  const regex = textOption(args, 'regex', place);
  if (regex !== null) {
    const part = parseRegex(regex, place);
    const length = lengthOption(args, place);
    return (generation) => {
      const text = regexText(part, length, generation.random);
      generation.spend(text.length);
      return text;
    };
  }
  const { min, max } = lengthOr(args, place);
  return (generation) => {
    const length = generation.random.between(min, max);
    generation.spend(length);
    return randomText(length, generation.random);
  };
}

/** Letters and digits; Java's own take any of ASCII, control characters too. */
export function randomText(length: number, random: SeededRandom): string {
  let text = '';
  while (text.length < length) {
    // Five characters of a draw: long texts are what takes the time.
    let bits = random.below(62 ** 5);
    const end = Math.min(length, text.length + 5);
    while (text.length < end) {
      text += alphabet[bits % 62];
      bits = Math.floor(bits / 62);
    }
  }
  return text;
}

function pick(from: readonly string[], random: SeededRandom): string {
  return from[random.below(from.length)] ?? '';
}

const kinds: ReadonlyMap<string, (random: SeededRandom) => string> = new Map([
  ['uuid', uuid],
  ['name', (random) => `${pick(givenNames, random)} ${pick(familyNames, random)}`],
  [
    'email',
    (random) =>
      `${pick(givenNames, random)}.${pick(familyNames, random)}${random.below(1_000)}@example.com`.toLowerCase(),
  ],
]);

function uuid(random: SeededRandom): string {
  const hex = (digits: number, first?: string) => {
    let text = first ?? '';
    while (text.length < digits) text += random.below(16).toString(16);
    return text;
  };
  return [hex(8), hex(4), hex(4, '4'), hex(4, '89ab'[random.below(4)]), hex(12)].join('-');
}
