import { LinearRegex } from '../../plugin-api/linear-regex.ts';
import { type Comparison, comparisons, type Filter, type Operand, type PathStep } from './path-step.ts';
import { PathText } from './path-text.ts';

const deepest = 50;

/** Throws a `config` error for what is no path that can be walked here. */
export function parsePath(text: string): readonly PathStep[] {
  const path = new PathText(text.trim());
  const isFromRoot = path.take('$');
  if (!isFromRoot && !path.startsWith('[')) return parsePath(`$.${text.trim()}`);
  const steps = parseSteps(path);
  if (!path.isAtEnd) throw path.wrong();
  return steps;
}

/** The steps after `$` or `@`, up to what cannot go on a path. */
function parseSteps(path: PathText): readonly PathStep[] {
  const steps: PathStep[] = [];
  for (;;) {
    if (path.take('..')) {
      steps.push({ kind: 'deep' });
      if (!path.startsWith('[')) steps.push(dotted(path));
    } else if (path.take('.')) steps.push(dotted(path));
    else if (path.take('[')) steps.push(inBrackets(path));
    else return steps;
  }
}

function dotted(path: PathText): PathStep {
  if (path.take('*')) return { kind: 'any' };
  const name = path.name();
  if (path.startsWith('(')) throw path.wrong(`functions such as ${name}() are not supported`);
  return { kind: 'name', name };
}

function inBrackets(path: PathText): PathStep {
  path.skipBlanks();
  if (path.take('?')) return filterStep(path);
  if (path.take('*')) {
    path.expect(']');
    return { kind: 'any' };
  }
  if (path.startsWith("'") || path.startsWith('"')) {
    const names = path.listUntil(']', () => path.quoted());
    const [name] = names;
    return names.length === 1 && name !== undefined ? { kind: 'name', name } : { kind: 'names', names };
  }
  if (path.startsWith('(')) throw path.wrong('scripts are not supported');
  return numbersStep(path);
}

function filterStep(path: PathText): PathStep {
  path.skipBlanks();
  path.expect('(');
  const filter = parseFilter(path);
  path.expect(')');
  path.expect(']');
  return { kind: 'filter', filter };
}

function numbersStep(path: PathText): PathStep {
  const first = path.integer();
  path.skipBlanks();
  if (path.take(':')) {
    const to = path.integer();
    path.expect(']');
    return { kind: 'slice', from: first, to };
  }
  if (first === undefined) throw path.wrong();
  if (path.take(']')) return { kind: 'index', index: first };
  path.expect(',');
  const others = path.listUntil(']', () => path.integer() ?? 0);
  return { kind: 'indexes', indexes: [first, ...others] };
}

/** What stands in `[?( … )]`. Throws a `config` error. */
function parseFilter(path: PathText, depth = 0): Filter {
  if (depth > deepest) throw path.wrong('it is nested too deeply');
  const any = [allOf(path, depth)];
  while (taken(path, '||')) any.push(allOf(path, depth));
  return joined('or', any);
}

function allOf(path: PathText, depth: number): Filter {
  const all = [single(path, depth)];
  while (taken(path, '&&')) all.push(single(path, depth));
  return joined('and', all);
}

function single(path: PathText, depth: number): Filter {
  if (depth > deepest) throw path.wrong('it is nested too deeply');
  if (!path.startsWith('!=') && taken(path, '!')) return { kind: 'not', filter: single(path, depth + 1) };
  if (taken(path, '(')) {
    const filter = parseFilter(path, depth + 1);
    path.expect(')');
    return filter;
  }
  const left = operand(path);
  const by = comparison(path);
  if (by === undefined) return { kind: 'exists', operand: left };
  const right = operand(path);
  if ((by === '=~') !== (right.kind === 'pattern'))
    throw path.wrong('=~ goes with a pattern between slashes');
  return { kind: 'compare', by, left, right };
}

function comparison(path: PathText): Comparison | undefined {
  path.skipBlanks();
  const symbol = comparisons.find((each) => /\W/.test(each) && path.take(each));
  if (symbol !== undefined) return symbol;
  const word = path.word();
  const named = comparisons.find((each) => each === word.toLowerCase());
  if (word !== '' && named === undefined) throw path.wrong(`operator ${word} is not supported`);
  return named;
}

function operand(path: PathText): Operand {
  path.skipBlanks();
  for (const start of ['@', '$']) {
    if (path.take(start)) return { kind: 'path', isFromRoot: start === '$', steps: parseSteps(path) };
  }
  if (path.startsWith('/')) {
    const [pattern, flags] = path.pattern();
    if (/[^im]/.test(flags)) throw path.wrong(`flags ${flags} of a pattern are not supported`);
    return { kind: 'pattern', regex: new LinearRegex(flags === '' ? pattern : `(?${flags})${pattern}`) };
  }
  return { kind: 'literal', value: literal(path) };
}

function literal(path: PathText): unknown {
  path.skipBlanks();
  if (path.take('[')) return path.take(']') ? [] : path.listUntil(']', () => literal(path));
  if (path.startsWith("'") || path.startsWith('"')) return path.quoted();
  const number = path.numberText();
  if (number !== '') return /^-?\d+$/.test(number) ? BigInt(number) : Number(number);
  const word = path.word();
  if (word === 'true' || word === 'false') return word === 'true';
  if (word === 'null') return null;
  throw path.wrong('a value, or a path that begins with @ or $, is expected');
}

function taken(path: PathText, token: string): boolean {
  path.skipBlanks();
  return path.take(token);
}

function joined(kind: 'and' | 'or', filters: readonly Filter[]): Filter {
  const [only] = filters;
  return filters.length === 1 && only !== undefined ? only : { kind, filters };
}
