import { expect, it } from 'vitest';
import { SimpleDateFormat } from './simple-date-format.ts';

it('reads what it wrote', () => {
  const format = new SimpleDateFormat("EEE, dd MMM yyyy HH:mm:ss.SSS z 'o''clock'");
  for (const ms of [0, -1, 1_700_000_000_123, -12_219_292_800_001, 253_402_300_799_999]) {
    expect(format.parse(format.format(new Date(ms))).getTime()).toBe(ms);
  }
});

it.each([
  ['yyyy-MM-dd hh:mm t', "Illegal pattern character 't'"],
  ["yyyy'", 'Unterminated quote'],
  ['XXXX', 'invalid ISO 8601 format: length=4'],
])('refuses the pattern %s by name', (pattern, why) => {
  expect(() => new SimpleDateFormat(pattern)).toThrow(why);
});

it('does not read days that only a week tells, and says which letter does', () => {
  expect(() => new SimpleDateFormat("YYYY-'W'ww").parse('2024-W09')).toThrow(
    'its Y tells the day by its week',
  );
});
