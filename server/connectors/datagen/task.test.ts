import { expect, test } from 'vitest';
import { codeOf } from '../../errors/connect-error.ts';
import type { SourceOffset, SourceRecord } from '../../records/record.ts';
import { quickstartNames } from './quickstarts.ts';
import { recordsOf, startedTask } from './testing/records-of.ts';

const textsOf = (records: readonly SourceRecord[]) => records.map(({ key, value }) => `${key} ${value}`);
const lastOffset = (records: readonly SourceRecord[]) => records.at(-1)?.sourceOffset ?? null;

test('a record has its topic, key, headers and the state of the next one as offset', async () => {
  const [first, second] = await recordsOf({ quickstart: 'orders', 'random.seed': '7' }, { most: 2 });
  expect(first).toMatchObject({
    topic: 'made',
    kafkaPartition: null,
    timestamp: null,
    sourcePartition: { 'task.id': 0 },
    sourceOffset: { 'task.generation': 1, 'current.iteration': 1, 'random.seed': expect.any(Number) },
    keySchema: { type: 'INT32', optional: false },
    key: 0,
    valueSchema: { type: 'STRUCT', name: 'ksql.orders' },
  });
  expect(second?.key).toBe(1);
  expect(second?.sourcePartition).toBe(first?.sourcePartition);
  expect([...(second?.headers ?? [])].map(({ key, schema, value }) => [key, schema?.type, value])).toEqual([
    ['task.generation', 'INT64', 0n],
    ['task.id', 'INT64', 0n],
    ['current.iteration', 'INT64', 1n],
  ]);
});

test('a schema without key field makes records whose key is null of an optional string', async () => {
  const schema = JSON.stringify({ type: 'record', name: 'r', fields: [{ name: 'a', type: 'int' }] });
  const [record] = await recordsOf({ 'schema.string': schema }, { most: 1 });
  expect(record).toMatchObject({ key: null, keySchema: { type: 'STRING', optional: true } });
});

test('the key field of the settings comes before that of the quickstart', async () => {
  const [record] = await recordsOf({ quickstart: 'ORDERS', 'schema.keyfield': 'itemid' }, { most: 1 });
  expect(record?.key).toMatch(/^Item_[1-9][0-9]{0,2}$/);
});

test('the same seed makes the same records, another seed and another task others', async () => {
  const settings = { quickstart: 'transactions', 'random.seed': '42' };
  const records = textsOf(await recordsOf(settings, { most: 200 }));
  expect(textsOf(await recordsOf(settings, { most: 200 }))).toEqual(records);
  expect(textsOf(await recordsOf({ ...settings, 'random.seed': '43' }, { most: 200 }))).not.toEqual(records);
  expect(textsOf(await recordsOf({ ...settings, 'task.id': '1' }, { most: 200 }))).not.toEqual(records);
});

test.each(['0', '-1', '4294967296', '-9007199254740991'])('seed %s differs from 1', async (seed) => {
  const first = { quickstart: 'orders', 'random.seed': '1' };
  const other = { quickstart: 'orders', 'random.seed': seed };
  const [one, two] = [await recordsOf(first, { most: 20 }), await recordsOf(other, { most: 20 })];
  expect(textsOf(two)).not.toEqual(textsOf(one));
});

test('without a seed each start makes other records', async () => {
  const settings = { quickstart: 'orders' };
  const first = textsOf(await recordsOf(settings, { most: 50 }));
  expect(textsOf(await recordsOf(settings, { most: 50 }))).not.toEqual(first);
});

test.each(quickstartNames)('%s goes on from its offset as if it had never stopped', async (quickstart) => {
  const settings = { quickstart, 'random.seed': '11' };
  const whole = await recordsOf(settings, { most: 60 });
  const early = await recordsOf(settings, { most: 23 });
  const late = await recordsOf({ quickstart, iterations: '60' }, { offset: lastOffset(early), most: 37 });
  expect(textsOf([...early, ...late])).toEqual(textsOf(whole));
  expect(late[0]?.headers?.lastWithName('task.generation')?.value).toBe(1n);
  expect(lastOffset(late)).toEqual({ ...lastOffset(whole), 'task.generation': 2 });
});

test('values in a row inside arrays go on from the offset as well', async () => {
  const items = { type: 'int', 'arg.properties': { iteration: { start: 0, restart: 10 } } };
  const list = { type: 'array', items, 'arg.properties': { length: { min: 1, max: 4 } } };
  const schema = JSON.stringify({ type: 'record', name: 'r', fields: [{ name: 'list', type: list }] });
  const settings = { 'schema.string': schema, 'random.seed': '3' };
  const whole = await recordsOf(settings, { most: 30 });
  const late = await recordsOf(
    { ...settings, iterations: '30' },
    { offset: whole[11]?.sourceOffset ?? null, most: 18 },
  );
  expect(textsOf(late)).toEqual(textsOf(whole.slice(12)));
  expect(String(whole[12]?.value)).toMatch(/^Struct\{list=\[2(, 3(, 4)?)?\]\}$/);
});

test('an offset of the Java connector, with a seed of 64 bits, is taken', async () => {
  const offset = {
    'task.generation': 3n,
    'current.iteration': 5n,
    'random.seed': -6_148_914_691_236_517_205n,
  };
  const [record] = await recordsOf({ quickstart: 'orders', iterations: '10' }, { offset, most: 1 });
  expect(record).toMatchObject({ key: 5, sourceOffset: { 'task.generation': 4, 'current.iteration': 6 } });
});

test.each<SourceOffset>([
  {},
  { 'task.generation': 1, 'current.iteration': -1, 'random.seed': 1 },
  { 'task.generation': 1, 'current.iteration': 1, 'random.seed': 'x' },
  { 'task.generation': 1, 'current.iteration': 2n ** 60n, 'random.seed': 1 },
])('a stored offset that is none of its own stops the task: %o', async (offset) => {
  await expect(startedTask({ quickstart: 'orders' }, offset)).rejects.toSatisfy(
    (error) => codeOf(error) === 'illegal-state',
  );
});

test('after its records the task is idle and says so once', async () => {
  const { task, messages, abort } = await startedTask({ quickstart: 'orders', iterations: '3' });
  expect(await task.poll()).toHaveLength(3);
  const idle = task.poll();
  abort.abort();
  expect(await idle).toBeNull();
  expect(await task.poll()).toBeNull();
  expect(messages).toEqual([expect.stringContaining('All 3 records are made')]);
});

test('a task that was done before a restart stays done', async () => {
  const done = { 'task.generation': 1, 'current.iteration': 3, 'random.seed': 9 };
  const { task, abort } = await startedTask({ quickstart: 'orders', iterations: '3' }, done);
  const idle = task.poll();
  abort.abort();
  expect(await idle).toBeNull();
});

test('with iterations.end.fails the task fails after its records as in Java', async () => {
  const { task } = await startedTask({
    quickstart: 'orders',
    iterations: '3',
    'iterations.end.fails': 'true',
  });
  expect(await task.poll()).toHaveLength(3);
  await expect((async () => await task.poll())()).rejects.toThrow(
    'Stopping connector: generated the configured 3 number of messages',
  );
});

test('without iterations there is no end, in batches of a bounded size', async () => {
  const { task } = await startedTask({ quickstart: 'orders', iterations: '0' });
  for (let count = 0; count < 5; count++) expect((await task.poll())?.length).toBeLessThanOrEqual(1_000);
  const large = { type: 'string', 'arg.properties': { length: 200_000 } };
  const schema = JSON.stringify({ type: 'record', name: 'r', fields: [{ name: 'a', type: large }] });
  const { task: slow } = await startedTask({ 'schema.string': schema });
  expect(await slow.poll()).toHaveLength(2);
});

test('with an interval each poll brings one record at most', async () => {
  const { task } = await startedTask({ quickstart: 'orders', 'max.interval': '2', iterations: '3' });
  const records: SourceRecord[] = [];
  while (records.length < 3) {
    const polled = (await task.poll()) ?? [];
    expect(polled.length).toBeLessThanOrEqual(1);
    records.push(...polled);
  }
  expect(records.map(({ key }) => key)).toEqual([0, 1, 2]);
});

test('a wait for the next record ends when the task is asked to stop', async () => {
  const { task, abort } = await startedTask({ quickstart: 'orders', 'max.interval': '9000000000' });
  const waiting = task.poll();
  abort.abort();
  expect(await waiting).toBeNull();
  task.stop();
  expect(await task.poll()).toBeNull();
});

test('a record larger than the limit fails as data, before it is made', async () => {
  const text = { type: 'string', 'arg.properties': { length: 1_048_576 } };
  const list = { type: 'array', items: text, 'arg.properties': { length: 1_000_000 } };
  const schema = JSON.stringify({ type: 'record', name: 'r', fields: [{ name: 'a', type: list }] });
  await expect(recordsOf({ 'schema.string': schema })).rejects.toSatisfy((error) => codeOf(error) === 'data');
});
