import { expect, test } from 'vitest';
import { debeziumCases, olderDebeziumCases } from '../testing/debezium-cases.ts';
import { type Difference, describeConformance } from '../testing/java-conformance.ts';

/** Where ours is meant to answer otherwise. */
const deliberate: readonly Difference[] = [
  {
    why: 'bytes are the same by content; Java compares arrays by identity',
    ours: 'answered',
    covers: ({ type, config }) =>
      type.endsWith('ExtractChangedRecordState') && config['header.unchanged.name'] !== undefined,
  },
  {
    why: 'JSON that no struct can hold stays text, schema and all; in Java the schema is another already',
    ours: 'answered',
    covers: ({ config, record }) =>
      config['table.expand.json.payload'] === 'true' &&
      /"(\[1,2\]|\[\]|{\\"a\\":\d{20}})"/.test(textOf(record)),
  },
  {
    why: 'a missing column is left out of the envelope, too, where that is no error',
    ours: 'answered',
    covers: ({ config }) =>
      config['table.fields.additional.placement']?.startsWith('missing:envelope') ?? false,
  },
];

function textOf(record: unknown): string {
  return JSON.stringify(record);
}

describeConformance('debezium', debeziumCases, deliberate);
describeConformance('debezium-2', olderDebeziumCases, []);

test('there are more than three hundred cases', () => {
  expect(debeziumCases.length + olderDebeziumCases.length).toBeGreaterThan(300);
});
