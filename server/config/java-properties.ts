import { ConnectError } from '../errors/connect-error.ts';

export interface JavaProperties {
  readonly entries: Readonly<Record<string, string>>;
  /** Keys that are there more than once; the last counts. */
  readonly duplicates: readonly string[];
}

/**
 * Reads what `java.util.Properties.load` reads. Its callers know the charset: settings files are ISO-8859-1, so that
 * other characters need their `\uXXXX` form. Throws a `config` error that names `place`, line and what is wrong.
 */
export function parseJavaProperties(content: string, place: string): JavaProperties {
  const entries = new Map<string, string>();
  const duplicates = new Set<string>();
  for (const { text, line } of logicalLines(content)) {
    const keyEnd = findKeyEnd(text);
    const unescaped = (part: string) => resolveEscapes(part, `${place}, line ${line}`);
    const key = unescaped(text.slice(0, keyEnd));
    if (entries.has(key)) duplicates.add(key);
    entries.set(key, unescaped(text.slice(findValueStart(text, keyEnd))));
  }
  return { entries: Object.fromEntries(entries), duplicates: [...duplicates] };
}

interface LogicalLine {
  readonly text: string;
  /** Where it begins, counted from 1. */
  readonly line: number;
}

/** Lines with their continuations, without comments, blank lines and the blanks they begin with. */
function* logicalLines(content: string): Generator<LogicalLine> {
  let text = '';
  let begin = 0;
  let isContinued = false;
  const natural = content.split(/\r\n|\r|\n/);
  for (const [index, line] of natural.entries()) {
    if (index === natural.length - 1 && line === '') break;
    const stripped = line.replace(/^[ \t\f]+/, '');
    if (text === '') {
      begin = index + 1;
      isContinued = false;
      if (stripped === '' || /^[#!]/.test(stripped)) continue;
    }
    isContinued = endsInContinuation(stripped);
    text += isContinued ? stripped.slice(0, -1) : stripped;
    if (isContinued) continue;
    yield { text, line: begin };
    text = '';
  }
  // Java finds a line, if an empty one, when nothing but a backslash ends the file, unless CR and LF follow it.
  if (isContinued && (text !== '' || !content.endsWith('\r\n'))) yield { text, line: begin };
}

/** An odd number of backslashes at the end escapes the end of the line. */
function endsInContinuation(line: string): boolean {
  return ((/\\*$/.exec(line)?.[0].length ?? 0) & 1) === 1;
}

function findKeyEnd(text: string): number {
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (/[=: \t\f]/.test(text[at] ?? '')) return at;
  }
  return text.length;
}

/** Behind blanks and at most one `=` or `:`. */
function findValueStart(text: string, keyEnd: number): number {
  const separator = /[ \t\f]*[=:]?[ \t\f]*/y;
  separator.lastIndex = keyEnd;
  return keyEnd + (separator.exec(text)?.[0].length ?? 0);
}

const escapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function resolveEscapes(text: string, place: string): string {
  return text.replace(/\\(u([0-9a-fA-F]{4})?|[\s\S])/g, (_all, letter: string, hex: string | undefined) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (letter === 'u') throw new ConnectError('config', `${place}: Malformed \\uxxxx encoding.`);
    return escapes[letter] ?? letter;
  });
}
