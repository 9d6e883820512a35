import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseJavaProperties } from './java-properties.ts';

/** What `java.util.Properties` of Java 17 made of each file. */
const vectors: readonly { file: string; entries?: Record<string, string>; error?: string }[] = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures/java-properties.json'), 'utf8'),
);

describe('java.util.Properties', () => {
  it('reads every file as Java does', () => {
    const wrong = vectors.flatMap(({ file, entries, error }) => {
      const bytes = Buffer.from(file, 'base64');
      let seen: unknown;
      try {
        seen = { entries: parseJavaProperties(bytes.toString('latin1'), 'f').entries };
      } catch (reason) {
        seen = { error: String(reason) };
      }
      const isRight =
        error === undefined
          ? JSON.stringify(sorted((seen as { entries?: object }).entries)) === JSON.stringify(sorted(entries))
          : String((seen as { error?: string }).error).includes(error);
      return isRight ? [] : [{ file: bytes.toString('latin1'), entries, error, seen }];
    });
    expect(wrong).toEqual([]);
    expect(vectors.length).toBeGreaterThan(700);
  });

  it('names the line of a bad escape, and keys that are there twice', () => {
    expect(() => parseJavaProperties('a=b\n\n# c\nx=\\u12', 'worker.properties')).toThrow(
      'worker.properties, line 4: Malformed \\uxxxx encoding.',
    );
    expect(parseJavaProperties('a=1\nb=2\na=3', 'f')).toEqual({
      entries: { a: '3', b: '2' },
      duplicates: ['a'],
    });
  });

  it('takes __proto__ for a key like any other', () => {
    expect(Object.keys(parseJavaProperties('__proto__=x', 'f').entries)).toEqual(['__proto__']);
  });
});

function sorted(entries: object | undefined): unknown {
  return Object.entries(entries ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}
