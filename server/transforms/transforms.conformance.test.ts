import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ourAnswer } from './testing/our-answers.ts';
import { type ApplyCase, type TransformCase, transformCases } from './testing/transform-cases.ts';

type Answer = Readonly<Record<string, unknown>>;

const rows: readonly { case: TransformCase; answer: Answer }[] = JSON.parse(
  gunzipSync(readFileSync(new URL('fixtures/java-answers.json.gz', import.meta.url))).toString(),
);

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

interface Difference {
  readonly why: string;
  readonly ours: 'refused' | 'answered';
  covers(each: ApplyCase, answer: Answer): boolean;
}

/** Where ours is meant to answer otherwise. */
const deliberate: readonly Difference[] = [
  {
    why: 'Java cannot set the name of a schema that is no struct',
    ours: 'answered',
    covers: ({ type }, { message }) =>
      type.startsWith('SetSchemaMetadata') && message === 'Cannot list fields on non-struct type',
  },
  {
    why: 'lists with a repeated value are refused by validation, and in Java by nothing else',
    ours: 'refused',
    covers: ({ config }) => Object.values(config).includes('a,a'),
  },
  {
    why: 'weeks and weekdays that no date goes with are written, but not read',
    ours: 'refused',
    covers: ({ config }) => config['target.type'] === 'unix' && /^\W*[YwWFu]/.test(config.format ?? ''),
  },
  {
    why: 'numbers beyond 32 bits in a date run over in Java',
    ours: 'refused',
    covers: ({ record }) => record.value?.is === 'string' && record.value.text === '20240229235959123',
  },
  {
    why: 'dates after the year 275760 cannot be kept',
    ours: 'refused',
    covers: ({ type }, answer) =>
      type.startsWith('TimestampConverter') && /(?:payload":|"id":)-?\d{16,}/.test(String(answer.value)),
  },
  {
    why: 'the month in which the calendar changed counts its weeks from its own first day in Java',
    ours: 'answered',
    covers: ({ config, record }) =>
      /^[WF]$/.test(config.format ?? '') &&
      record.value?.is === 'date' &&
      record.value.text === '-12219292800000',
  },
  {
    why: 'only ASCII digits make a number',
    ours: 'refused',
    covers: ({ record }) => record.value?.is === 'string' && record.value.text === '٣',
  },
  {
    why: 'floats have no more digits than they need, as in Java from 19 on',
    ours: 'answered',
    covers: ({ type, config }) => type.startsWith('Cast') && /float32|f32:string/.test(config.spec ?? ''),
  },
];

const differences = rows
  .map((row) => ({ ...row, ours: ourAnswer(row.case) }))
  .filter(
    ({ case: each, answer, ours }) =>
      JSON.stringify(sortedKeys(comparable(each, ours))) !==
      JSON.stringify(sortedKeys(expected(each, answer))),
  )
  .map((row) => {
    const each = row.case;
    return {
      ...row,
      reason: 'record' in each ? deliberate.find(({ covers }) => covers(each, row.answer)) : undefined,
    };
  });

function sortedKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

test('the answers of Java are those to the cases of today', () => {
  expect(rows.length).toBeGreaterThan(1000);
  expect(rows.map((row) => row.case)).toEqual(transformCases);
});

test.each([...new Set(rows.map((row) => row.case.type))])('%s answers as Java does', (type) => {
  const unexplained = differences.filter(
    (difference) => difference.case.type === type && difference.reason === undefined,
  );
  expect(unexplained.slice(0, 5)).toEqual([]);
});

test.each(deliberate)('unlike Java: $why', (reason) => {
  const own = differences.filter((difference) => difference.reason === reason);
  expect(own.length).toBeGreaterThan(0);
  expect(own.filter(({ ours }) => 'phase' in Object(ours) !== (reason.ours === 'refused'))).toEqual([]);
});
