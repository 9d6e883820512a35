import { expect, test } from 'vitest';
import { type Difference, describeConformance } from './testing/java-conformance.ts';
import { transformCases } from './testing/transform-cases.ts';

/** Where ours is meant to answer otherwise. */
const deliberate: readonly Difference[] = [
  {
    why: 'Java cannot set the name of a schema that is no struct',
    ours: 'answered',
    covers: ({ type }, { message }) =>
      type.startsWith('SetSchemaMetadata') && message === 'Cannot list fields on non-struct type',
  },
  {
    why: 'lists with a repeated value are refused by validation, and in Java by nothing else',
    ours: 'refused',
    covers: ({ config }) => Object.values(config).includes('a,a'),
  },
  {
    why: 'weeks and weekdays that no date goes with are written, but not read',
    ours: 'refused',
    covers: ({ config }) => config['target.type'] === 'unix' && /^\W*[YwWFu]/.test(config.format ?? ''),
  },
  {
    why: 'numbers beyond 32 bits in a date run over in Java',
    ours: 'refused',
    covers: ({ record }) => record.value?.is === 'string' && record.value.text === '20240229235959123',
  },
  {
    why: 'dates after the year 275760 cannot be kept',
    ours: 'refused',
    covers: ({ type }, answer) =>
      type.startsWith('TimestampConverter') && /(?:payload":|"id":)-?\d{16,}/.test(String(answer.value)),
  },
  {
    why: 'the month in which the calendar changed counts its weeks from its own first day in Java',
    ours: 'answered',
    covers: ({ config, record }) =>
      /^[WF]$/.test(config.format ?? '') &&
      record.value?.is === 'date' &&
      record.value.text === '-12219292800000',
  },
  {
    why: 'only ASCII digits make a number',
    ours: 'refused',
    covers: ({ record }) => record.value?.is === 'string' && record.value.text === '٣',
  },
  {
    why: 'floats have no more digits than they need, as in Java from 19 on',
    ours: 'answered',
    covers: ({ type, config }) => type.startsWith('Cast') && /float32|f32:string/.test(config.spec ?? ''),
  },
];

describeConformance('java', transformCases, deliberate);

test('there are more than a thousand cases', () => {
  expect(transformCases.length).toBeGreaterThan(1000);
});
