import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type ConverterCase, converterCases } from './verification/converter-cases.ts';
import { ourAnswer, withoutMessage } from './verification/our-answers.ts';

const rows: readonly { case: ConverterCase; answer: unknown }[] = JSON.parse(
  readFileSync(new URL('fixtures/java-answers.json', import.meta.url), 'utf8'),
);

/**
 * Where ours is meant to answer otherwise: bytes as text in base64 instead of an address in memory, dates before the
 * second day of the epoch as dates, a number too large for its field refused, -0.0 kept, half characters as U+FFFD
 * instead of a question mark, escapes in a header's list undone, and elements of a header's list or map that have no
 * type in common as values without schema instead of under the schema of the last.
 */
const deliberate: readonly (readonly [
  part: string,
  converter: ConverterCase['converter'],
  answer: unknown,
])[] = [
  ['"value":{"is":"bytes","text":""}', 'string', { text: '' }],
  ['"value":{"is":"bytes","text":"AAEC"}', 'string', { text: 'AAEC' }],
  ['"value":{"is":"bytes","text":"AAEC/f7/"}', 'string', { text: 'AAEC/f7/' }],
  ['data.Date","version":1},"value":{"is":"date","text":"0"}', 'simple', { text: '1970-01-01' }],
  ['data.Date","version":1},"value":{"is":"date","text":"1"}', 'simple', { text: '1970-01-01' }],
  ['data.Date","version":1},"value":{"is":"date","text":"-86400000"}', 'simple', { text: '1969-12-31' }],
  [
    'data.Timestamp","version":1},"value":{"is":"date","text":"-1"}',
    'simple',
    { text: '1969-12-31T23:59:59.999Z' },
  ],
  ['"text":"\\ud800"', 'string', { text: '\ufffd' }],
  ['"text":"\\ud800"', 'simple', { text: '\ufffd' }],
  ['"text":"a\\udc00b"', 'string', { text: 'a\ufffdb' }],
  ['"text":"a\\udc00b"', 'simple', { text: 'a\ufffdb' }],
  ['"text":"\\udc00\\ud800"', 'string', { text: '\ufffd\ufffd' }],
  ['"text":"\\udc00\\ud800"', 'simple', { text: '\ufffd\ufffd' }],
  ['{\\"type\\":\\"int64\\"},\\"payload\\":1e400}', 'json', 'refused'],
  [
    '"text":"[\\"\\\\\\"q\\", \\"b\\"]"',
    'simple',
    { schema: { type: 'ARRAY', values: { type: 'STRING' } }, value: { items: [word('"q'), word('b')] } },
  ],
  ['{\\"type\\":\\"double\\"},\\"payload\\":-0.0}', 'json', { value: { is: 'double', text: '-0.0' } }],
  ['{\\"schema\\":null,\\"payload\\":-0.0}', 'json', { value: { is: 'double', text: '-0.0' } }],
  ['"schemas.enable":"false"},"text":"-0.0"}', 'json', { value: { is: 'double', text: '-0.0' } }],
  ['"text":"[1,\\"a\\"]"', 'simple', listOf(whole('1'), word('a'))],
  [
    '"text":"[[1],[2,300]]"',
    'simple',
    {
      schema: { type: 'ARRAY', values: { type: 'ARRAY', values: { type: 'INT16' } } },
      value: { items: [{ items: [{ is: 'int16' }] }, { items: [{ is: 'int16' }, { is: 'int16' }] }] },
    },
  ],
  ['"text":"[true,1]"', 'simple', listOf({ is: 'boolean', text: 'true' }, whole('1'))],
  ['"text":"[true,\\"a\\",1]"', 'simple', listOf({ is: 'boolean', text: 'true' }, word('a'), whole('1'))],
  ['"text":"[[1],\\"a\\"]"', 'simple', listOf({ is: 'list', items: [whole('1')] }, word('a'))],
  [
    '"text":"[1,9223372036854775808]"',
    'simple',
    listOf(whole('1'), { is: 'decimal', text: '9223372036854775808' }),
  ],
  [
    '"text":"[{\\"a\\":1},{\\"b\\":\\"x\\"}]"',
    'simple',
    listOf(
      { is: 'map', entries: [[word('a'), whole('1')]] },
      { is: 'map', entries: [[word('b'), word('x')]] },
    ),
  ],
  [
    '"text":"{\\"a\\":\\"b\\",\\"c\\":1}"',
    'simple',
    {
      schema: { type: 'MAP', values: null },
      value: {
        is: 'map',
        entries: [
          [word('a'), word('b')],
          [word('c'), whole('1')],
        ],
      },
    },
  ],
];

function listOf(...items: unknown[]): unknown {
  return { schema: { type: 'ARRAY', values: null }, value: { is: 'list', items } };
}

function whole(text: string) {
  return { is: 'int64', text };
}

function word(text: string) {
  return { is: 'string', text };
}

test('the answers of Java are those to the cases of today', () => {
  expect(rows.map((row) => row.case)).toEqual(converterCases);
});

const named = rows.map((row) => {
  const name = JSON.stringify(row.case);
  const other = deliberate.find(
    ([part, converter]) => row.case.converter === converter && name.includes(part),
  );
  return [name, row, other] as const;
});

test.each(named.filter(([, , other]) => other === undefined))('%s', (_name, row) => {
  expect(withoutMessage(ourAnswer(row.case))).toEqual(withoutMessage(row.answer));
});

test.each(named.filter(([, , other]) => other !== undefined))('unlike Java: %s', (_name, row, other) => {
  const answer = withoutMessage(ourAnswer(row.case));
  expect(answer).not.toEqual(withoutMessage(row.answer));
  if (typeof answer === 'string') expect(answer).toBe(other?.[2]);
  else expect(answer).toMatchObject(Object(other?.[2]));
});

test('every difference that is meant has its case', () => {
  expect(new Set(named.flatMap(([, , other]) => (other === undefined ? [] : [other]))).size).toBe(
    deliberate.length,
  );
});
