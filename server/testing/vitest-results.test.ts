import { expect, test } from 'vitest';
import { fileResults } from './vitest-results.ts';

const file = (name: string, status: string, ...tests: string[]) => ({
  name,
  status,
  assertionResults: tests.map((testStatus, index) => ({ status: testStatus, fullName: `test ${index}` })),
});

test('a file that broke outside its tests, and a skipped test, count as failures', () => {
  const report = {
    testResults: [
      file('a.test.ts', 'passed', 'passed', 'passed'),
      file('b.test.ts', 'failed', 'passed', 'failed'),
      file('c.test.ts', 'failed'),
      file('d.test.ts', 'passed', 'skipped'),
    ],
  };
  expect(fileResults(report)).toEqual([
    { file: 'a.test.ts', passed: 2, failed: [] },
    { file: 'b.test.ts', passed: 1, failed: ['test 1'] },
    { file: 'c.test.ts', passed: 0, failed: ['c.test.ts as a whole'] },
    { file: 'd.test.ts', passed: 0, failed: ['test 0'] },
  ]);
});

test('a report that was never written has no results', () => {
  expect(fileResults({})).toEqual([]);
});
