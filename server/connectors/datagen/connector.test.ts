import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { validateConfig } from '../../config/validate-config.ts';
import { codeOf } from '../../errors/connect-error.ts';
import type { Settings, SourceConnectorContext } from '../../plugin-api/source-connector.ts';
import type { SourceOffset, SourcePartition } from '../../records/record.ts';
import { datagenConfig } from './config.ts';
import { DatagenConnector } from './connector.ts';
import { recordsOf } from './testing/records-of.ts';

const ok = JSON.stringify({ type: 'record', name: 'r', fields: [{ name: 'a', type: 'int' }] });

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'datagen-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function started(settings: Settings): { connector: DatagenConnector; messages: string[] } {
  const messages: string[] = [];
  const context: SourceConnectorContext = {
    log: (_level, message) => messages.push(message),
    requestTaskReconfiguration: () => {},
    raiseError: (error) => {
      throw error;
    },
    offsets: { offset: async () => null, offsets: async (all) => all.map(() => null) },
  };
  const connector = new DatagenConnector();
  connector.start({ 'kafka.topic': 't', ...settings }, context);
  return { connector, messages };
}

function errorsOf(settings: Settings): Record<string, readonly string[]> {
  const values = validateConfig(datagenConfig, { 'kafka.topic': 't', ...settings });
  return Object.fromEntries(
    values.filter(({ errors }) => errors.length > 0).map(({ name, errors }) => [name, errors]),
  );
}

test('each task gets its number', () => {
  const { connector } = started({ quickstart: 'users' });
  expect(connector.taskConfigs(3).map((config) => config['task.id'])).toEqual(['0', '1', '2']);
});

test('exactly one source of the schema must be set, and those that are too many are named', () => {
  const message = 'Must set exactly one of schema.string, schema.filename, quickstart';
  expect(errorsOf({})).toEqual({
    'schema.string': [message],
    'schema.filename': [message],
    quickstart: [message],
  });
  expect(errorsOf({ quickstart: 'users', 'schema.string': ok })).toEqual({
    quickstart: [message],
    'schema.string': [message],
  });
  expect(errorsOf({ 'schema.string': ok })).toEqual({});
});

test('an unknown quickstart is answered with all names', () => {
  expect(errorsOf({ quickstart: 'order' })).toEqual({
    quickstart: [
      expect.stringMatching(/^quickstart must be one out of campaign_finance,.*,orders,.*,users_$/),
    ],
  });
});

test('quickstarts, and key fields of the schema chosen, are recommended for forms', () => {
  const recommended = (settings: Settings, key: string) =>
    validateConfig(datagenConfig, settings).find(({ name }) => name === key)?.recommendedValues;
  expect(recommended({}, 'quickstart')).toContain('pageviews');
  expect(recommended({ quickstart: 'pageviews' }, 'schema.keyfield')).toEqual([
    'viewtime',
    'userid',
    'pageid',
  ]);
  expect(recommended({ 'schema.string': ok }, 'schema.keyfield')).toEqual(['a']);
  expect(recommended({ 'schema.string': '{' }, 'schema.keyfield')).toEqual([]);
  expect(recommended({ 'schema.string': ok, quickstart: 'users' }, 'schema.keyfield')).toEqual([]);
});

test('a file that is no schema is not shown in the message', () => {
  const file = join(folder, 'passwords');
  writeFileSync(file, 'root:hunter2');
  const [message] = errorsOf({ 'schema.filename': file })['schema.filename'] ?? [];
  expect(message).toMatch(/^Unable to parse the provided schema: it is not JSON/);
  expect(message).not.toMatch(/root|hunter/);
});

test('a key field that the schema does not have is answered with those it has', () => {
  expect(errorsOf({ 'schema.string': ok, 'schema.keyfield': 'id' })).toEqual({
    'schema.keyfield': ["The schema does not contain the field provided in 'schema.keyfield'; it has a"],
  });
  expect(errorsOf({ quickstart: 'users', 'schema.keyfield': 'userid' })).toEqual({});
});

test('a schema may come from a file, which is named if it cannot be read', async () => {
  const file = join(folder, 'schema.avsc');
  expect(errorsOf({ 'schema.filename': file })).toEqual({
    'schema.filename': [`Unable to parse the provided schema: ${file} cannot be read`],
  });
  expect(errorsOf({ 'schema.filename': folder })).toEqual({
    'schema.filename': [`Unable to parse the provided schema: ${folder} is not a file`],
  });
  writeFileSync(file, ok);
  expect(errorsOf({ 'schema.filename': file })).toEqual({});
  expect(await recordsOf({ 'schema.filename': file }, { most: 3 })).toHaveLength(3);
});

test('a wrong schema is said once, at its key', () => {
  const errors = errorsOf({ 'schema.string': '{', 'schema.keyfield': 'a' });
  expect(errors).toEqual({
    'schema.string': [expect.stringMatching(/^Unable to parse the provided schema: it is not JSON/)],
  });
});

test('settings and options that look misspelt are named in the log', () => {
  const field = { name: 'a', type: { type: 'int', 'arg.properties': { rnage: { min: 1 } } } };
  const schema = JSON.stringify({ type: 'record', name: 'r', fields: [field] });
  const { messages } = started({
    name: 'x',
    'tasks.max': '1',
    'connector.class': 'Datagen',
    'schema.string': schema,
    iteration: '5',
    max_interval: '5',
  });
  expect(messages).toEqual([
    'There is no setting iteration, so it is ignored. Is iterations meant?',
    'There is no setting max_interval, so it is ignored. Is max.interval meant?',
    'r.a: there is no option rnage in arg.properties, so it is ignored.',
  ]);
});

test.each<[SourcePartition, SourceOffset | null, boolean]>([
  [{ 'task.id': 0 }, { 'task.generation': 0, 'current.iteration': 5, 'random.seed': -1n }, true],
  [{ anything: 1 }, null, true],
  [{ 'task.id': 'a' }, { 'task.generation': 0, 'current.iteration': 5, 'random.seed': 1 }, false],
  [{ 'task.id': 0 }, { 'task.generation': 0, 'current.iteration': -5, 'random.seed': 1 }, false],
  [{ 'task.id': 0 }, { 'current.iteration': 5, 'random.seed': 1 }, false],
  [{ 'task.id': 0 }, { 'task.generation': 0, 'current.iteration': 5, 'random.seed': 1.5 }, false],
])('setting the offset of %o to %o: %o', (partition, offset, accepted) => {
  const set = () => new DatagenConnector().alterOffsets({}, [{ partition, offset }]);
  if (accepted) expect(set()).toBe(true);
  else expect(set).toThrow(expect.toSatisfy((error) => codeOf(error) === 'bad-request'));
});
