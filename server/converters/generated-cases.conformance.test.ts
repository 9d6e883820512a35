import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { ConverterCase } from './verification/converter-cases.ts';
import { ourAnswer, withoutMessage } from './verification/our-answers.ts';

/** Cases made by chance with the answers of Java; see verification/generated-cases.ts. */
const fixture = new URL('fixtures/java-generated-answers.json.gz', import.meta.url);
const rows: readonly { case: ConverterCase; answer: unknown }[] = JSON.parse(
  gunzipSync(readFileSync(fixture)).toString(),
);

function rowsOf(converter: ConverterCase['converter'], direction: 'reads' | 'writes') {
  return rows.filter(({ case: each }) => {
    return each.converter === converter && 'text' in each === (direction === 'reads');
  });
}

test.each([
  ['json', 'writes', 450],
  ['json', 'reads', 700],
  ['string', 'writes', 10],
  ['simple', 'writes', 10],
  ['simple', 'reads', 300],
] as const)('%s %s whatever chance makes as Java does', (converter, direction, atLeast) => {
  const some = rowsOf(converter, direction);
  expect(some.length).toBeGreaterThanOrEqual(atLeast);
  for (const { case: each, answer } of some) {
    expect(withoutMessage(ourAnswer(each)), JSON.stringify(each)).toEqual(withoutMessage(answer));
  }
});

test('some of the cases are refused and most are not', () => {
  const refused = rows.filter(({ answer }) => withoutMessage(answer) === 'refused');
  expect(refused.length).toBeGreaterThan(rows.length / 50);
  expect(refused.length).toBeLessThan(rows.length / 2);
});
