import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestRegistry, type TestRegistry } from './registry-server.ts';

let registry: TestRegistry;

beforeAll(async () => {
  registry = await startTestRegistry();
});

afterAll(async () => {
  await registry.stop();
});

async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${registry.url}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, ...Object(await response.json()) };
}

const record = (...fields: readonly object[]) => ({
  schema: JSON.stringify({ type: 'record', name: 'R', namespace: 'ns', fields }),
});
const a = { name: 'a', type: 'int' };

describe('compatibility of Avro', () => {
  it.each<[string, object, object, boolean]>([
    ['a field more with a default', record(a), record(a, { name: 'b', type: 'int', default: 0 }), true],
    ['a field more without a default', record(a), record(a, { name: 'b', type: 'int' }), false],
    ['a field less', record(a, { name: 'b', type: 'int' }), record(a), true],
    ['a wider number', record(a), record({ name: 'a', type: 'double' }), true],
    ['a narrower number', record({ name: 'a', type: 'long' }), record(a), false],
    ['an optional field', record(a), record({ name: 'a', type: ['null', 'int'] }), true],
    ['a field no longer optional', record({ name: 'a', type: ['null', 'int'] }), record(a), false],
    ['another name by an alias', record(a), record({ name: 'z', type: 'int', aliases: ['a'] }), true],
    [
      'a symbol less',
      record({ name: 'e', type: { type: 'enum', name: 'E', symbols: ['X', 'Y'] } }),
      record({ name: 'e', type: { type: 'enum', name: 'E', symbols: ['X'] } }),
      false,
    ],
    [
      'a record within itself',
      record({ name: 'next', type: ['null', 'ns.R'] }),
      record({ name: 'next', type: ['null', 'R'] }, { name: 'n', type: 'int', default: 1 }),
      true,
    ],
    [
      'a fixed of another size',
      record({ name: 'f', type: { type: 'fixed', name: 'F', size: 4 } }),
      record({ name: 'f', type: { type: 'fixed', name: 'F', size: 8 } }),
      false,
    ],
  ])('with %s', async (what, before, after, isCompatible) => {
    const subject = encodeURIComponent(what);
    expect(await ask('POST', `/subjects/${subject}/versions`, before)).toMatchObject({ status: 200 });
    expect(await ask('POST', `/compatibility/subjects/${subject}/versions/latest`, after)).toMatchObject({
      status: 200,
      is_compatible: isCompatible,
    });
    expect(await ask('POST', `/subjects/${subject}/versions`, after)).toMatchObject({
      status: isCompatible ? 200 : 409,
    });
  });

  it('goes the other way with FORWARD, both with FULL, and nowhere with NONE', async () => {
    const wider = record({ name: 'a', type: 'long' });
    for (const [level, status] of [
      ['FORWARD', 409],
      ['FULL', 409],
      ['BACKWARD', 200],
      ['NONE', 200],
    ]) {
      await ask('POST', `/subjects/level-${level}/versions`, record(a));
      await ask('PUT', `/config/level-${level}`, { compatibility: level });
      expect(await ask('POST', `/subjects/level-${level}/versions`, wider)).toMatchObject({ status });
    }
  });
});

it('gives one id and GUID to the same schema in all subjects', async () => {
  const first = await ask('POST', '/subjects/one/versions', { schema: '"string"' });
  const second = await ask('POST', '/subjects/two/versions', { schema: ' {"type": "string"} ' });
  const third = await ask('POST', '/subjects/two/versions', { schema: ' "string" ' });
  expect(first).toMatchObject({ status: 200, guid: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect(third).toMatchObject({ id: Object(first).id, guid: Object(first).guid });
  expect(second).toMatchObject({ status: 200 });
  expect(await ask('GET', `/schemas/guids/${Object(first).guid}`)).toMatchObject({ schema: '"string"' });
});

it('takes only references to what it has', async () => {
  const reference = { name: 'ns.R', subject: 'referenced', version: 1 };
  const outer = {
    schema: '{"type":"record","name":"Outer","fields":[{"name":"r","type":"ns.R"}]}',
    references: [reference],
  };
  expect(await ask('POST', '/subjects/outer/versions', outer)).toMatchObject({
    status: 422,
    error_code: 42201,
  });
  await ask('POST', '/subjects/referenced/versions', record(a));
  expect(await ask('POST', '/subjects/outer/versions', outer)).toMatchObject({ status: 200 });
  expect(await ask('GET', '/subjects/outer/versions/1')).toMatchObject({ references: [reference] });
});

it.each([
  ['GET', '/subjects/none/versions/1', undefined, 404, 40401],
  ['GET', '/schemas/ids/999', undefined, 404, 40403],
  ['GET', '/subjects/one/versions/9', undefined, 404, 40402],
  ['GET', '/subjects/one/versions/x', undefined, 422, 42202],
  ['POST', '/subjects/x/versions', { schema: '{' }, 422, 42201],
  ['POST', '/subjects/x/versions', { schema: '{"type":"nonsense"}' }, 422, 42201],
  ['POST', '/subjects/x/versions', {}, 422, 42201],
  ['PUT', '/config', { compatibility: 'SOME' }, 422, 42203],
  ['PUT', '/subjects', {}, 405, 405],
  ['GET', '/nowhere', undefined, 404, 404],
])('answers %s %s (%o) with %s and %s', async (method, path, body, status, code) => {
  expect(await ask(method, path, body)).toMatchObject({ status, error_code: code });
});
