import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ourAnswer } from './our-answers.ts';
import type { ApplyCase, TransformCase } from './transform-cases.ts';

export type Answer = Readonly<Record<string, unknown>>;

interface Row {
  readonly case: TransformCase;
  readonly answer: Answer;
}

/** Where ours is meant to answer otherwise. */
export interface Difference {
  readonly why: string;
  readonly ours: 'refused' | 'answered';
  covers(each: ApplyCase, answer: Answer): boolean;
}

/**
 * Tests that ours answers each case of the set as the Java transformation did, but for deliberate differences, and
 * that each of these is one indeed.
 */
export function describeConformance(
  setName: string,
  cases: readonly TransformCase[],
  deliberate: readonly Difference[],
): void {
  const rows = readAnswers(setName);
  const differences = rows.flatMap((row) => differenceOf(row, deliberate));

  test(`the answers of Java (${setName}) are those to the cases of today`, () => {
    expect(rows.map((row) => row.case)).toEqual(cases);
  });

  test.each([...new Set(rows.map((row) => row.case.type))])('%s answers as Java does', (type) => {
    const unexplained = differences.filter((each) => each.case.type === type && each.reason === undefined);
    expect(unexplained.slice(0, 5)).toEqual([]);
  });

  if (deliberate.length === 0) return;
  test.each(deliberate)('unlike Java: $why', (reason) => {
    const own = differences.filter((difference) => difference.reason === reason);
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter(({ ours }) => 'phase' in Object(ours) !== (reason.ours === 'refused'))).toEqual([]);
  });
}

export function readAnswers(setName: string): readonly Row[] {
  const file = new URL(`../fixtures/${setName}-answers.json.gz`, import.meta.url);
  return JSON.parse(gunzipSync(readFileSync(file)).toString());
}

/** For one case; empty where both answer alike. */
export function differenceOf(row: Row, deliberate: readonly Difference[]) {
  const each = row.case;
  const isVendors = each.type.includes('.') && !each.type.startsWith('predicates.');
  const [ours, theirs] =
    'describe' in each && isVendors
      ? sameKeys(ourAnswer(each), row.answer)
      : [comparable(each, ourAnswer(each)), expected(each, row.answer)];
  if (JSON.stringify(sortedKeys(ours)) === JSON.stringify(sortedKeys(theirs))) return [];
  const reason = 'record' in each ? deliberate.find(({ covers }) => covers(each, row.answer)) : undefined;
  return [{ ...row, ours, reason }];
}

/**
 * Names, types and defaults of the keys that the Java transformation lists: others list some of theirs only, and say
 * by other means which are required.
 */
function sameKeys(ours: unknown, theirs: unknown): [unknown, unknown] {
  const listed = keysOf(theirs);
  return [keysOf(ours).filter(([name]) => listed.some(([other]) => other === name)), listed];
}

function keysOf(described: unknown): (readonly unknown[])[] {
  if (!Array.isArray(described)) return [];
  return described
    .map(({ name, type, defaultValue, importance }) => [name, type, defaultValue || null, importance])
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
}

/** An error of Java's: a wrong setting or a record that cannot be transformed, whatever its class is. */
function expected(each: TransformCase, answer: Answer): unknown {
  if ('validate' in each) return Object.fromEntries(Object.entries(answer).map(wordless));
  if (!('phase' in answer)) return answer;
  return { phase: answer.phase, code: answer.phase === 'apply' ? 'data' : 'config' };
}

function comparable(each: TransformCase, answer: unknown): unknown {
  if ('validate' in each) return Object.fromEntries(Object.entries(Object(answer)).map(wordless));
  return answer;
}

/** What is wrong with an expression or with a list of casts is said in other words, under the same key. */
function wordless([key, messages]: readonly [string, unknown]): readonly [string, unknown] {
  if (!Array.isArray(messages)) return [key, messages];
  return [
    key,
    messages.map((message) =>
      String(message).replace(/^.*(Invalid regex|rename mapping|cast).*$/s, (_text, what) => what),
    ),
  ];
}

function sortedKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
