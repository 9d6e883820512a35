import { expect, test } from 'vitest';
import { type ConnectHeader, ConnectHeaders } from './headers.ts';
import { INT64_SCHEMA, STRING_SCHEMA } from './primitive-schemas.ts';

function create(): ConnectHeaders {
  return new ConnectHeaders()
    .add('a', STRING_SCHEMA, 'first')
    .add('b', INT64_SCHEMA, 9007199254740993n)
    .add('a', STRING_SCHEMA, 'first')
    .add('', null, null)
    .add('a', STRING_SCHEMA, 'last');
}

const shown = (headers: Iterable<ConnectHeader>) =>
  [...headers].map(({ key, value }) => `${key}=${String(value)}`);

test('headers keep their order, and names may repeat, with equal values too', () => {
  expect(shown(create())).toEqual(['a=first', 'b=9007199254740993', 'a=first', '=null', 'a=last']);
  expect(shown(create().allWithName('a'))).toEqual(['a=first', 'a=first', 'a=last']);
  expect(create().lastWithName('a')?.value).toBe('last');
  expect(create().lastWithName('c')).toBeUndefined();
  expect(create().size).toBe(5);
});

test('removing takes every header of the name', () => {
  expect(shown(create().remove('a'))).toEqual(['b=9007199254740993', '=null']);
  expect(shown(create().remove('__proto__'))).toHaveLength(5);
  expect(create().clear().size).toBe(0);
});

test('the latest of one name is retained where it stands, and others stay', () => {
  expect(shown(create().add('b', null, 1n).retainLatest('a'))).toEqual([
    'b=9007199254740993',
    '=null',
    'a=last',
    'b=1',
  ]);
});

test('the latest of every name is retained', () => {
  expect(shown(create().add('b', null, 1n).retainLatest())).toEqual(['=null', 'a=last', 'b=1']);
});

test('a function changes headers, renames them or lets them go', () => {
  const headers = create().apply((header) =>
    header.key === 'b' ? null : { ...header, key: `${header.key}!`, value: `<${String(header.value)}>` },
  );
  expect(shown(headers)).toEqual(['a!=<first>', 'a!=<first>', '!=<null>', 'a!=<last>']);
});

test('a function for one name leaves the others as they are', () => {
  const headers = create().apply((header) => ({ ...header, value: 'x' }), 'a');
  expect(shown(headers)).toEqual(['a=x', 'b=9007199254740993', 'a=x', '=null', 'a=x']);
});

test('a duplicate goes its own way', () => {
  const headers = create();
  headers.duplicate().remove('a').add('c', null, 1n);
  expect(shown(headers)).toEqual(shown(create()));
});

test('ten thousand headers are retained and removed without going through them once a header', () => {
  const headers = new ConnectHeaders();
  for (let index = 0; index < 10_000; index++) headers.add(`h${index % 100}`, null, BigInt(index));
  expect(headers.duplicate().retainLatest().size).toBe(100);
  expect(headers.remove('h1').size).toBe(9_900);
});
