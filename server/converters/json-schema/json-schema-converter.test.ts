import { afterEach, beforeEach, expect, test } from 'vitest';
import { INT32_SCHEMA, OPTIONAL_STRING_SCHEMA, STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import type { Schema } from '../../records/schema.ts';
import { schemaOf, structSchema } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { startTestRegistry, type TestRegistry } from '../../testing/schema-registry/registry-server.ts';
import type { SchemaReference } from '../schema-registry/registered-schema.ts';
import type { RegistryConverter } from '../schema-registry/registry-converter.ts';
import { whenKnown } from '../schema-registry/testing/when-known.ts';
import { createJsonSchemaConverter } from './json-schema-converter.ts';

let registry: TestRegistry;
const converters: RegistryConverter[] = [];

beforeEach(async () => {
  registry = await startTestRegistry({ firstId: 7 });
});

afterEach(async () => {
  for (const converter of converters.splice(0)) converter.close();
  await registry.stop();
});

function create(settings: Record<string, string> = {}): RegistryConverter {
  const converter = createJsonSchemaConverter();
  converter.configure({
    'converter.type': 'value',
    'schema.registry.url': registry.url,
    'max.retries': '0',
    ...settings,
  });
  converters.push(converter);
  return converter;
}

async function write(
  converter: RegistryConverter,
  schema: Schema | null,
  value: unknown,
): Promise<Buffer | null> {
  const bytes = await whenKnown(() => converter.fromConnectData('t', schema, value, null));
  return bytes === null ? null : Buffer.from(bytes);
}

const read = (converter: RegistryConverter, bytes: Buffer | null) =>
  whenKnown(() => converter.toConnectData('t', bytes, null));

function register(subject: string, schema: object, references: SchemaReference[] = []): number {
  const text = { schemaType: 'JSON', schema: JSON.stringify(schema), references } as const;
  return registry.store.register(subject, text, false).schema.id;
}

function message(id: number, json: string): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeInt32BE(id, 1);
  return Buffer.concat([prefix, Buffer.from(json)]);
}

const order = structSchema({ id: INT32_SCHEMA, note: OPTIONAL_STRING_SCHEMA }, { name: 'Order' });

test('what one converter writes another reads, by the schema in the registry', async () => {
  const bytes = await write(create(), order, new Struct(order, { id: 1, note: 'ä' }));
  expect(bytes).toEqual(message(7, '{"id":1,"note":"ä"}'));
  expect(registry.store.subjects).toEqual(['t-value']);
  const again = await read(create(), bytes);
  // Where the Connect schema has no version, the one in the registry counts, as in Java.
  expect(again.schema).toEqual(schemaOf({ ...order, fields: order.fields, version: 1 }));
  expect(String(again.value)).toBe('Struct{id=1,note=ä}');
});

test('a schema that changes in mid stream is registered as the next version (F79)', async () => {
  const converter = create();
  const wider = structSchema({
    id: INT32_SCHEMA,
    note: OPTIONAL_STRING_SCHEMA,
    more: OPTIONAL_STRING_SCHEMA,
  });
  const messages = [
    await write(converter, order, new Struct(order, { id: 1 })),
    await write(converter, wider, new Struct(wider, { id: 2, more: 'm' })),
    await write(converter, order, new Struct(order, { id: 3 })),
  ];
  expect(messages.map((bytes) => bytes?.readInt32BE(1))).toEqual([7, 8, 7]);
  const reader = create();
  const values: string[] = [];
  for (const bytes of messages) values.push(String((await read(reader, bytes)).value));
  expect(values).toEqual(['Struct{id=1}', 'Struct{id=2,more=m}', 'Struct{id=3}']);
});

test('no value is a tombstone, and null of an optional schema is not', async () => {
  const converter = create();
  expect(await write(converter, null, null)).toBeNull();
  expect(await write(converter, OPTIONAL_STRING_SCHEMA, null)).toEqual(message(7, 'null'));
  expect(await read(converter, null)).toEqual({ schema: null, value: null });
});

test('schemas that a schema refers to are taken from the registry', async () => {
  register('address', { type: 'object', title: 'Address', properties: { city: { type: 'string' } } });
  const references = [{ name: 'http://example.test/address.json', subject: 'address', version: 1 }];
  const home = { $ref: 'http://example.test/address.json' };
  const id = register('t-value', { type: 'object', properties: { home } }, references);
  const { schema, value } = await read(create(), message(id, '{"home":{"city":"x"}}'));
  expect(schema?.field('home')?.schema).toEqual(structSchema({ city: STRING_SCHEMA }, { name: 'Address' }));
  expect(String(value)).toBe('Struct{home=Struct{city=x}}');
});

test('a reference that is not registered is refused, and nothing is asked for it', async () => {
  const id = register('t-value', {
    type: 'object',
    properties: { a: { $ref: `${registry.url}/elsewhere.json` } },
  });
  await expect(read(create(), message(id, '{"a":1}'))).rejects.toThrow('never fetched from elsewhere');
  expect(registry.requests.filter(({ url }) => url.includes('elsewhere'))).toEqual([]);
});

test('a record at fault is named by topic, schema and field, and the next is read', async () => {
  const id = register('t-value', { type: 'object', properties: { a: { type: 'integer' } } });
  const converter = create();
  await expect(read(converter, message(id, '{"a":"secret"}'))).rejects.toThrow(
    /topic t .*id 7.*: a: Invalid type for INT64: JSON has STRING$/,
  );
  expect(String((await read(converter, message(id, '{"a":1}'))).value)).toBe('Struct{a=1}');
});

test('the latest version in the registry is written with, validated if told so', async () => {
  const id = register('t-value', {
    type: 'object',
    properties: { id: { type: 'integer', maximum: 5 }, note: { type: ['string', 'null'] } },
  });
  const latest = {
    'auto.register.schemas': 'false',
    'use.latest.version': 'true',
    'json.fail.invalid.schema': 'true',
  };
  const converter = create(latest);
  expect(await write(converter, order, new Struct(order, { id: 5 }))).toEqual(
    message(id, '{"id":5,"note":null}'),
  );
  await expect(write(converter, order, new Struct(order, { id: 6 }))).rejects.toThrow(
    'at /id: it must be <= 5',
  );
});
