import { expect, test } from 'vitest';
import { validateValue } from '../../records/validate-value.ts';
import { quickstartNames, quickstarts } from './quickstarts.ts';
import { recordsOf } from './testing/records-of.ts';

test('there are all quickstarts of the Java connector', () => {
  expect(quickstartNames).toHaveLength(38);
});

test.each(quickstartNames)('%s makes 1,000 records that fit its schema, with a key', async (name) => {
  const records = await recordsOf({ quickstart: name, iterations: '1000' });
  expect(records).toHaveLength(1_000);
  for (const { key, keySchema, value, valueSchema } of records) {
    expect(valueSchema).not.toBeNull();
    if (valueSchema !== null) validateValue(valueSchema, value);
    expect(key).not.toBeNull();
    if (keySchema !== null) validateValue(keySchema, key);
  }
  expect(records[0]?.valueSchema?.field(quickstarts.get(name)?.keyField ?? '')).toBeDefined();
});
