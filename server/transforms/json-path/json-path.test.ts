import { describe, expect, it } from 'vitest';
import { codeOf } from '../../errors/connect-error.ts';
import { Decimal } from '../../records/decimal.ts';
import { INT32_SCHEMA, STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import { structSchema } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { JsonPath } from './json-path.ts';

const address = structSchema({ city: STRING_SCHEMA, zip: INT32_SCHEMA });
const data = new Map<unknown, unknown>([
  ['id', 9007199254740993n],
  ['price', Decimal.parse('10.10')],
  ['rate', 1.5],
  ['name', 'Ann'],
  ['gone', null],
  ['a.b', 'dotted'],
  ['home', new Struct(address, { city: 'Bonn', zip: 53111 })],
  [
    'items',
    [1n, 2n, 3n].map(
      (count) =>
        new Map<unknown, unknown>([
          ['count', count],
          ['tag', `t${count}`],
        ]),
    ),
  ],
]);

describe('a JSON path', () => {
  it.each([
    ['$', 1],
    ['$.name', 1],
    ['name', 1],
    ['$["a.b"]', 1],
    ["['home']['city']", 1],
    ['$.home.*', 2],
    ['$.items[*].tag', 3],
    ['$.items[0,-1].tag', 2],
    ['$.items[1:].tag', 2],
    ['$.items[:-1]', 2],
    ['$..tag', 3],
    ['$..*', 19],
    ["$['name','rate','missing']", 1],
    ['$.items[?(@.count > 1)]', 2],
    ["$.items[?(@.count >= 2 && @.tag != 't3')]", 1],
    ['$.items[?(@.tag == \'t1\' || @.tag == "t3")]', 2],
    ["$.items[?(!(@.tag == 't1'))]", 2],
    ["$.items[?(@.tag in ['t1', 't2'])]", 2],
    ["$.items[?(@.tag nin ['t1'])]", 2],
    ['$.items[?(@.tag =~ /T[12]/i)]', 2],
    ['$.items[?(@.missing)]', 0],
    ['$.items[?(@.count == $.items[0].count)]', 1],
    ["$.home[?(@.city == 'Bonn' && @.zip == 53111)]", 1],
    ['$[?(@.id == 9007199254740993)]', 1],
    ['$[?(@.id == 9007199254740992)]', 0],
    ['$[?(@.price == 10.1)]', 1],
    ['$[?(@.price > 10.09 && @.price < 1e3)]', 1],
    ['$[?(@.gone == null)]', 1],
    ['$[?(@.name > 1)]', 0],
  ])('%s leads to %d values', (path, count) => {
    expect(new JsonPath(path).read(data)).toHaveLength(count);
  });

  it.each(['$.missing', '$.name.first', '$.items[9]', '$.missing[?(@.x)]', '$.gone[?(@.x)]'])(
    '%s leads nowhere',
    (path) => {
      expect(new JsonPath(path).read(data)).toBeNull();
    },
  );

  it.each([
    ['', 'a name is expected'],
    ['$.', 'a name is expected'],
    ['$[', 'cannot be read on'],
    ['$.items.length()', 'functions such as length() are not supported'],
    ['$.items[(@.length-1)]', 'scripts are not supported'],
    ['$[?(@.a like 1)]', 'operator like is not supported'],
    ['$[?(@.a =~ 1)]', '=~ goes with a pattern'],
    ['$[?(@.a =~ /(?=x)/)]', 'lookahead'],
    ['$[?(@.a == )]', 'a value, or a path'],
    [`$[?(${'('.repeat(100)}`, 'nested too deeply'],
    [`$[?(${'!'.repeat(100)}`, 'nested too deeply'],
    ['$.a b', 'cannot be read on'],
  ])('%s is refused', (path, why) => {
    expect(() => new JsonPath(path)).toThrow(why);
    expect(refusal(() => new JsonPath(path))).toBe('config');
  });

  it('stops in data that is nested without end', () => {
    let deep: unknown = 1n;
    for (let depth = 0; depth < 100_000; depth++) deep = [deep];
    expect(refusal(() => new JsonPath('$..x').read(deep))).toBe('data');
  });

  it('stops when it would look at too many values', () => {
    const wide = Array.from({ length: 2000 }, () => Array.from({ length: 600 }, () => 1n));
    expect(refusal(() => new JsonPath('$..*').read(wide))).toBe('data');
  });

  it('finds no members of prototypes', () => {
    expect(new JsonPath('$.__proto__').read(new Map())).toBeNull();
    expect(new JsonPath('$.constructor').read(data)).toBeNull();
  });
});

function refusal(run: () => unknown): string {
  try {
    run();
    return 'none';
  } catch (error) {
    return codeOf(error);
  }
}
