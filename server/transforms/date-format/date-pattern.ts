import { ConnectError } from '../../errors/connect-error.ts';

const letters = 'GyYMLwWDdFEuaHkKhmsSzZX';

export type DateToken = { readonly literal: string } | { readonly letter: string; readonly count: number };

export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

export const weekdayNames = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const;

/** The parts of a pattern of Java's SimpleDateFormat. Throws a `config` error that names what is not one. */
export function parseDatePattern(pattern: string): readonly DateToken[] {
  const tokens: DateToken[] = [];
  const literal = (text: string) => {
    const last = tokens.at(-1);
    if (last !== undefined && 'literal' in last) tokens[tokens.length - 1] = { literal: last.literal + text };
    else tokens.push({ literal: text });
  };
  let index = 0;
  while (index < pattern.length) {
    const character = pattern[index] ?? '';
    if (character === "'") index = takeQuoted(pattern, index, literal);
    else if (/[A-Za-z]/.test(character)) {
      const start = index;
      while (pattern[index] === character) index++;
      tokens.push(fieldToken(pattern, character, index - start));
    } else {
      literal(character);
      index++;
    }
  }
  return tokens;
}

function takeQuoted(pattern: string, start: number, literal: (text: string) => void): number {
  if (pattern[start + 1] === "'") {
    literal("'");
    return start + 2;
  }
  for (let index = start + 1; index < pattern.length; index++) {
    if (pattern[index] !== "'") literal(pattern[index] ?? '');
    else if (pattern[index + 1] === "'") {
      literal("'");
      index++;
    } else return index + 1;
  }
  throw refused(pattern, 'Unterminated quote');
}

function fieldToken(pattern: string, letter: string, count: number): DateToken {
  if (!letters.includes(letter)) throw refused(pattern, `Illegal pattern character '${letter}'`);
  if (letter === 'X' && count > 3) throw refused(pattern, `invalid ISO 8601 format: length=${count}`);
  return { letter, count };
}

function refused(pattern: string, why: string): ConnectError {
  return new ConnectError('config', `${pattern} is no pattern of SimpleDateFormat: ${why}`);
}
