import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findPlaceholders } from './placeholders.ts';

/** As `ConfigTransformer` of Apache Kafka has it. */
const apachesPattern = /\$\{([^}]*?):(([^}]*?):)?([^}]*?)\}/g;

it('finds provider, path and key, any number of them in a text', () => {
  const text = ['$', '{a:k}-$', '{b:/p:k:with:colons} $', '{none} $', '{c::k}$', '{open:x'].join('');
  expect(findPlaceholders(text).map(({ provider, path, key }) => [provider, path, key])).toEqual([
    ['a', '', 'k'],
    ['b', '/p', 'k:with:colons'],
    ['c', '', 'k'],
  ]);
});

it('finds in any text what the expression of Apache finds', () => {
  const character = fc.constantFrom('$', '{', '}', ':', 'a', '\n', '${');
  fc.assert(
    fc.property(fc.array(character, { maxLength: 30 }), (characters) => {
      const text = characters.join('');
      const expected = [...text.matchAll(apachesPattern)].map((match) => ({
        start: match.index,
        end: match.index + match[0].length,
        provider: match[1],
        path: match[3] ?? '',
        key: match[4],
      }));
      expect(findPlaceholders(text)).toEqual(expected);
    }),
    { numRuns: 5_000 },
  );
});

it('reads a long text of colons in one pass', () => {
  const text = '${'.repeat(20_000) + ':'.repeat(1_000_000);
  const startedAt = performance.now();
  expect(findPlaceholders(text)).toEqual([]);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});
