import { expect, test } from 'vitest';
import { codeOf, messageOf } from '../../errors/connect-error.ts';
import type { SourceOffset, SourcePartition } from '../../records/record.ts';
import { FileStreamSinkConnector } from './sink-connector.ts';
import { FileStreamSourceConnector } from './source-connector.ts';

const settings = { file: '/tmp/lines.txt', topic: 'lines' };

function refusal(partition: SourcePartition, offset: SourceOffset | null): string | null {
  try {
    expect(new FileStreamSourceConnector().alterOffsets(settings, [{ partition, offset }])).toBe(true);
    return null;
  } catch (error) {
    expect(codeOf(error)).toBe('bad-request');
    return messageOf(error);
  }
}

test('there is one task however many are allowed, with the settings of the connector', () => {
  const connector = new FileStreamSourceConnector();
  connector.start(settings);
  expect(connector.taskConfigs()).toEqual([settings]);
});

test('a sink has as many tasks as are allowed', () => {
  const connector = new FileStreamSinkConnector();
  connector.start({ file: '/tmp/out.txt' });
  expect(connector.taskConfigs(3)).toEqual(Array(3).fill({ file: '/tmp/out.txt' }));
});

test('a connector without topic does not start', () => {
  expect(() => new FileStreamSourceConnector().start({ file: 'x' })).toThrow(
    'Missing required configuration "topic" which has no default value.',
  );
});

test('exactly once is possible for files and impossible for standard input', () => {
  const connector = new FileStreamSourceConnector();
  expect(connector.exactlyOnceSupport(settings)).toBe('supported');
  expect(connector.exactlyOnceSupport({ topic: 't' })).toBe('unsupported');
  expect(connector.exactlyOnceSupport({ topic: 't', file: ' ' })).toBe('unsupported');
});

test.each<[SourcePartition, SourceOffset | null, string | null]>([
  [{ filename: 'a' }, { position: 5 }, null],
  [{ filename: 'a' }, { position: 9007199254740993n }, null],
  [{ filename: 'a' }, null, null],
  [{ anything: 1 }, null, null],
  [{ filename: 'a' }, { pos: 5 }, "Offset objects should either be null or contain the key 'position'"],
  [
    { filename: 'a' },
    { position: '5' },
    "The value for the 'position' key in the offset is expected to be a Long value",
  ],
  [
    { filename: 'a' },
    { position: 1.5 },
    "The value for the 'position' key in the offset is expected to be a Long value",
  ],
  [
    { filename: 'a' },
    { position: -1 },
    "The value for the 'position' key in the offset should be a non-negative value",
  ],
  [{ file: 'a' }, { position: 1 }, "Partition objects should contain the key 'filename'"],
])('setting the offset of %o to %o is answered with %o', (partition, offset, message) => {
  expect(refusal(partition, offset)).toBe(message);
});

test('offsets of standard input cannot be altered', () => {
  expect(() => new FileStreamSourceConnector().alterOffsets({ topic: 't' }, [])).toThrow(
    "Offsets cannot be modified if the 'file' configuration is unspecified",
  );
});
