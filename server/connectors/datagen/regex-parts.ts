import { schemaError } from './arg-json.ts';

/** A regular expression as what texts are made from. Lengths are in characters; `max` may be Infinity. */
export type RegexPart = { readonly min: number; readonly max: number } & (
  | { readonly kind: 'one'; readonly ranges: readonly CharRange[]; readonly count: number }
  | { readonly kind: 'row'; readonly parts: readonly RegexPart[] }
  | { readonly kind: 'choice'; readonly parts: readonly RegexPart[] }
  | { readonly kind: 'repeat'; readonly part: RegexPart; readonly least: number; readonly most: number }
);

/** Code points, both ends included. */
export type CharRange = readonly [number, number];

export const longestRegexText = 1 << 16;

const deepest = 50;
const longestRegex = 4_096;
const printable: readonly CharRange[] = [[0x20, 0x7e]];
const digits: readonly CharRange[] = [[0x30, 0x39]];
const letters: readonly CharRange[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
const space: readonly CharRange[] = [[0x20, 0x20]];
const classes: ReadonlyMap<string, readonly CharRange[]> = new Map([
  ['d', digits],
  ['D', without(digits)],
  ['w', letters],
  ['W', without(letters)],
  ['s', space],
  ['S', without(space)],
]);
const controls: ReadonlyMap<string, string> = new Map([
  ['t', '\t'],
  ['n', '\n'],
  ['r', '\r'],
  ['f', '\f'],
]);

/** Reads the part of Java's syntax that says what a text looks like; refuses the rest by name. Throws `config`. */
export function parseRegex(regex: string, place: string): RegexPart {
  if (regex.length > longestRegex) {
    throw schemaError(place, `regex is longer than ${longestRegex} characters`);
  }
  const part = new RegexParser(regex, place).parse();
  if (part.min > longestRegexText) {
    throw schemaError(place, `regex makes texts longer than ${longestRegexText} characters`);
  }
  return part;
}

class RegexParser {
  readonly #characters: readonly string[];
  readonly #place: string;
  #at = 0;
  #depth = 0;

  constructor(regex: string, place: string) {
    this.#characters = [...regex];
    this.#place = place;
  }

  parse(): RegexPart {
    const part = this.#choice();
    if (this.#at < this.#characters.length) throw this.#refused('a ) without its (');
    return part;
  }

  #choice(): RegexPart {
    if (++this.#depth > deepest) throw this.#refused(`groups nested deeper than ${deepest}`);
    const parts = [this.#row()];
    while (this.#take('|')) parts.push(this.#row());
    this.#depth--;
    const [only] = parts;
    if (only !== undefined && parts.length === 1) return only;
    const min = Math.min(...parts.map((part) => part.min));
    return { kind: 'choice', parts, min, max: Math.max(...parts.map((part) => part.max)) };
  }

  #row(): RegexPart {
    const parts: RegexPart[] = [];
    for (let next = this.#peek(); next !== '' && next !== '|' && next !== ')'; next = this.#peek()) {
      // Ends of the text: a made text has them anyway.
      if (this.#take('^') || this.#take('$')) continue;
      parts.push(this.#quantified(this.#atom()));
    }
    return rowOf(parts);
  }

  #atom(): RegexPart {
    const character = this.#next();
    if (character === '(') return this.#group();
    if (character === '[') return oneOf(this.#class(), this.#place);
    if (character === '.') return oneOf(printable, this.#place);
    if (character === '\\') return oneOf(this.#escape(), this.#place);
    if (character === '*' || character === '+' || character === '?') {
      throw this.#refused(`a ${character} with nothing to repeat`);
    }
    return oneOf([point(character)], this.#place);
  }

  #group(): RegexPart {
    if (this.#take('?')) {
      const named = this.#peek() === '<' && !['=', '!'].includes(this.#characters[this.#at + 1] ?? '');
      if (named) while (this.#next() !== '>');
      else if (!this.#take(':')) throw this.#refused('look-around or flags in a group');
    }
    const part = this.#choice();
    if (!this.#take(')')) throw this.#refused('a ( without its )');
    return part;
  }

  #quantified(part: RegexPart): RegexPart {
    let repeated = part;
    for (;;) {
      const bounds = this.#quantifier();
      if (bounds === null) return repeated;
      if (this.#take('+')) throw this.#refused('a possessive quantifier');
      this.#take('?');
      const { least, most } = bounds;
      const max = repeated.max === 0 || most === 0 ? 0 : repeated.max * most;
      repeated = { kind: 'repeat', part: repeated, least, most, min: repeated.min * least, max };
    }
  }

  #quantifier(): { readonly least: number; readonly most: number } | null {
    if (this.#take('*')) return { least: 0, most: Number.POSITIVE_INFINITY };
    if (this.#take('+')) return { least: 1, most: Number.POSITIVE_INFINITY };
    if (this.#take('?')) return { least: 0, most: 1 };
    if (!this.#take('{')) return null;
    const least = this.#number();
    let most: number | null = least;
    if (this.#take(',')) most = this.#peek() === '}' ? Number.POSITIVE_INFINITY : this.#number();
    if (least === null || most === null || !this.#take('}')) {
      throw this.#refused('a { that is no {n}, {n,} or {n,m}');
    }
    if (most < least) throw this.#refused(`{${least},${most}}, whose end is before its start`);
    return { least, most };
  }

  #number(): number | null {
    let text = '';
    while (/^[0-9]$/.test(this.#peek())) text += this.#next();
    if (text === '') return null;
    if (Number(text) > longestRegexText) throw this.#refused(`more than ${longestRegexText} repetitions`);
    return Number(text);
  }

  #class(): readonly CharRange[] {
    const isNegated = this.#take('^');
    const ranges: CharRange[] = [];
    for (let first = true; first || this.#peek() !== ']'; first = false) {
      const character = this.#next();
      if (character === '[' || (character === '&' && this.#peek() === '&')) {
        throw this.#refused('a class inside a class');
      }
      const from = character === '\\' ? this.#escape() : [point(character)];
      const [[low, high] = [0, 0]] = from;
      const isRange = low === high && this.#peek() === '-' && this.#characters[this.#at + 1] !== ']';
      if (!isRange) {
        ranges.push(...from);
        continue;
      }
      this.#next();
      const last = this.#next();
      const [[end] = [0]] = last === '\\' ? this.#escape() : [point(last)];
      if (end < low) throw this.#refused('a range of characters whose end is before its start');
      ranges.push([low, end]);
    }
    this.#next();
    return isNegated ? without(ranges) : ranges;
  }

  #escape(): readonly CharRange[] {
    const character = this.#next();
    const known = classes.get(character);
    if (known !== undefined) return known;
    const control = controls.get(character);
    if (control !== undefined) return [point(control)];
    if (character === 'x' || character === 'u') {
      const hex = Array.from({ length: character === 'x' ? 2 : 4 }, () => this.#next()).join('');
      if (!/^[0-9a-fA-F]+$/.test(hex)) throw this.#refused(`\\${character} without its digits`);
      return [[Number.parseInt(hex, 16), Number.parseInt(hex, 16)]];
    }
    if (/^[a-zA-Z0-9]$/.test(character)) throw this.#refused(`\\${character}`);
    return [point(character)];
  }

  #peek(): string {
    return this.#characters[this.#at] ?? '';
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }

  #next(): string {
    const character = this.#characters[this.#at++];
    if (character === undefined) throw this.#refused('an end where more must follow');
    return character;
  }

  #refused(what: string) {
    return schemaError(this.#place, `regex has ${what}, from which no text can be made`);
  }
}

function rowOf(parts: readonly RegexPart[]): RegexPart {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const sum = (end: 'min' | 'max') => parts.reduce((total, part) => total + part[end], 0);
  return { kind: 'row', parts, min: sum('min'), max: sum('max') };
}

function oneOf(ranges: readonly CharRange[], place: string): RegexPart {
  const count = ranges.reduce((sum, [low, high]) => sum + high - low + 1, 0);
  if (count === 0) throw schemaError(place, 'regex has a class without any printable character');
  return { kind: 'one', ranges, count, min: 1, max: 1 };
}

function point(character: string): CharRange {
  const code = character.codePointAt(0) ?? 0;
  return [code, code];
}

/** Printable characters that are not in the ranges. */
function without(ranges: readonly CharRange[]): readonly CharRange[] {
  const left: CharRange[] = [];
  for (let code = 0x20; code <= 0x7e; code++) {
    if (!ranges.some(([low, high]) => code >= low && code <= high)) left.push([code, code]);
  }
  return left;
}
