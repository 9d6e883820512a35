import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Converter } from '../../plugin-api/converter.ts';
import { valuesEqual } from '../../records/equality.ts';
import type { Schema } from '../../records/schema.ts';
import { schemaOf, structSchema } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { startTestRegistry, type TestRegistry } from '../../testing/schema-registry/registry-server.ts';
import { registryConverterPlugins } from '../registry-converter-plugins.ts';
import { failureOf, whenKnown } from '../schema-registry/testing/when-known.ts';

let registry: TestRegistry;
const opened: Converter[] = [];

const avroPlugin = registryConverterPlugins.find(
  ({ className }) => className === 'io.confluent.connect.avro.AvroConverter',
);

beforeEach(async () => {
  if (avroPlugin?.type === 'converter') await avroPlugin.load?.();
  registry = await startTestRegistry({ firstId: 7 });
});

afterEach(async () => {
  for (const converter of opened.splice(0)) converter.close?.();
  await registry.stop();
});

/** The converter as the catalogue knows it. */
function create(settings: Record<string, string> = {}): Converter {
  if (avroPlugin?.type !== 'converter') throw new Error('The Avro converter is not in the catalogue.');
  const converter = avroPlugin.createConverter();
  converter.configure({
    'converter.type': 'value',
    'schema.registry.url': registry.url,
    'max.retries': '0',
    ...settings,
  });
  opened.push(converter);
  return converter;
}

async function write(converter: Converter, schema: Schema | null, value: unknown): Promise<Buffer> {
  const bytes = await whenKnown(() => converter.fromConnectData('t', schema, value, null));
  if (!(bytes instanceof Uint8Array)) throw new Error('no bytes');
  return Buffer.from(bytes);
}

const int32 = schemaOf({ type: 'INT32' });
const mail = schemaOf({ type: 'STRING', optional: true });
const before = structSchema({ id: int32 }, { name: 'ns.Row' });
const after = structSchema({ id: int32, mail }, { name: 'ns.Row' });

test('a record is written behind the id of its schema, and read again', async () => {
  const converter = create();
  const value = new Struct(before, { id: 5 });
  const bytes = await write(converter, before, value);
  expect(bytes.toString('hex')).toBe('00000000070a');
  const read = await whenKnown(() => converter.toConnectData('t', bytes, null));
  expect(read.schema).toMatchObject({ type: 'STRUCT', name: 'ns.Row', version: 1 });
  expect(String(read.value)).toBe(String(value));
});

test('records before and after a change of their schema are read side by side', async () => {
  const [writer, reader] = [create(), create()];
  const records: Buffer[] = [];
  for (const [schema, values] of [
    [before, { id: 1 }],
    [after, { id: 2, mail: 'm' }],
    [before, { id: 3 }],
  ] as const) {
    records.push(await write(writer, schema, new Struct(schema, values)));
  }
  const read: string[] = [];
  for (const bytes of records) {
    const { value } = await whenKnown(() => reader.toConnectData('t', bytes, null));
    read.push(String(value));
  }
  expect(read).toEqual(['Struct{id=1}', 'Struct{id=2,mail=m}', 'Struct{id=3}']);
});

test('a change that the registry finds incompatible fails its record, not the others', async () => {
  const converter = create();
  await write(converter, before, new Struct(before, { id: 1 }));
  const swapped = structSchema({ id: schemaOf({ type: 'STRING' }) }, { name: 'ns.Row' });
  const error = await failureOf(() =>
    converter.fromConnectData('t', swapped, new Struct(swapped, { id: 'x' }), null),
  );
  expect(error).toMatchObject({ retriable: false });
  expect(await write(converter, before, new Struct(before, { id: 2 }))).toHaveLength(6);
});

test('use.latest.version writes older data with the latest schema, with defaults where it lacks fields', async () => {
  await write(create(), after, new Struct(after, { id: 1, mail: 'm' }));
  const converter = create({ 'auto.register.schemas': 'false', 'use.latest.version': 'true' });
  const bytes = await write(converter, before, new Struct(before, { id: 2 }));
  expect(bytes.toString('hex')).toBe('00000000070400');
});

test('latest.compatibility.strict refuses data that readers of the latest schema would not take', async () => {
  const required = structSchema({ id: int32, more: int32 }, { name: 'ns.Row' });
  await write(create(), required, new Struct(required, { id: 1, more: 2 }));
  const converter = create({ 'auto.register.schemas': 'false', 'use.latest.version': 'true' });
  const error = await failureOf(() =>
    converter.fromConnectData('t', before, new Struct(before, { id: 2 }), null),
  );
  expect(String(error)).toContain('field more has no default');
});

test('schemas that a schema refers to are fetched with it', async () => {
  const street =
    '{"type":"record","name":"Street","namespace":"ns","fields":[{"name":"name","type":"string"}]}';
  const place =
    '{"type":"record","name":"Place","namespace":"ns","fields":[{"name":"street","type":"Street"}]}';
  const post = (subject: string, body: object) =>
    fetch(`${registry.url}/subjects/${subject}/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify(body),
    });
  await post('street', { schema: street });
  const references = [{ name: 'ns.Street', subject: 'street', version: 1 }];
  const answer = await post('t-value', { schema: place, references });
  expect(await answer.json()).toMatchObject({ id: 8 });
  const bytes = Buffer.from('00000000080261', 'hex');
  const converter = create();
  const { value } = await whenKnown(() => converter.toConnectData('t', bytes, null));
  expect(String(value)).toBe('Struct{street=Struct{name=a}}');
});

test('data without a schema and null pass', async () => {
  const converter = create();
  const value = new Map<string, unknown>([['a', [1n, null]]]);
  const bytes = await write(converter, null, value);
  const read = await whenKnown(() => converter.toConnectData('t', bytes, null));
  expect(read.schema).toBeNull();
  expect(valuesEqual(read.value, value)).toBe(true);
  expect(converter.fromConnectData('t', null, null, null)).toBeNull();
  expect(converter.toConnectData('t', null, null)).toEqual({ schema: null, value: null });
});
