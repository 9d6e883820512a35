import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compareVersions } from './maven-version.ts';
import { VersionRange } from './version-range.ts';

interface Answers {
  readonly versions: readonly string[];
  readonly orders: readonly string[];
  readonly ranges: readonly {
    readonly text: string;
    readonly shown?: string;
    readonly has?: string;
    readonly refused?: boolean;
  }[];
}

const { versions, orders, ranges }: Answers = JSON.parse(
  readFileSync(new URL('./fixtures/java-version-answers.json', import.meta.url), 'utf8'),
);

test('every two versions are ordered as Maven orders them', () => {
  const differences = versions.flatMap((one, row) =>
    versions.flatMap((other, column) => {
      const sign = compareVersions(one, other);
      const ours = sign < 0 ? '<' : sign > 0 ? '>' : '=';
      const java = orders[row]?.[column];
      return ours === java ? [] : [`"${one}" ${java} "${other}", not ${ours}`];
    }),
  );
  expect(differences).toEqual([]);
});

test.each(ranges)('the range "$text" holds what it holds for Maven', ({ text, shown, has, refused }) => {
  if (refused === true) {
    expect(() => VersionRange.parse(text)).toThrow(`Invalid version specification: ${text}`);
    return;
  }
  const range = VersionRange.parse(text);
  expect(String(range)).toBe(shown);
  expect(versions.map((version) => (range?.has(version) ? '1' : '0')).join('')).toBe(has);
});
