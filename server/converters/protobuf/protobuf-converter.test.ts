import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeOf } from '../../errors/connect-error.ts';
import { INT32_SCHEMA, INT64_SCHEMA, STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import { structSchema } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { startTestRegistry, type TestRegistry } from '../../testing/schema-registry/registry-server.ts';
import type { RegistryConverter } from '../schema-registry/registry-converter.ts';
import { failureOf, whenKnown } from '../schema-registry/testing/when-known.ts';
import { createProtobufConverter } from './protobuf-converter.ts';

let registry: TestRegistry;
const converters: RegistryConverter[] = [];

beforeEach(async () => {
  registry = await startTestRegistry({ firstId: 7 });
});

afterEach(async () => {
  for (const converter of converters.splice(0)) converter.close();
  await registry.stop();
});

function create(settings: Readonly<Record<string, string>> = {}): RegistryConverter {
  const converter = createProtobufConverter();
  const base = { 'converter.type': 'value', 'schema.registry.url': registry.url, 'max.retries': '0' };
  converter.configure({ ...base, ...settings });
  converters.push(converter);
  return converter;
}

async function write(
  converter: RegistryConverter,
  schema: Struct['schema'],
  value: unknown,
): Promise<Buffer> {
  const bytes = await whenKnown(() => converter.fromConnectData('t', schema, value, null));
  if (!(bytes instanceof Uint8Array)) throw new Error('no bytes');
  return Buffer.from(bytes);
}

async function registerProto(
  subject: string,
  schema: string,
  references: readonly unknown[] = [],
): Promise<number> {
  const response = await fetch(`${registry.url}/subjects/${subject}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schemaType: 'PROTOBUF', schema, references }),
  });
  const answer: { id: number } = await response.json();
  return answer.id;
}

const row = structSchema({ id: INT64_SCHEMA, name: STRING_SCHEMA }, { name: 'a.Row' });

describe('the converter', () => {
  it('registers the text of a schema and writes its id, the index of the message and the message', async () => {
    const converter = create();
    const bytes = await write(converter, row, new Struct(row, { id: 5n, name: 'x' }));
    expect(bytes.toString('hex')).toBe('0000000007' + '00' + '0805120178');
    const registration = registry.requests.find(({ url }) => url.includes('/subjects/t-value/versions'));
    expect(JSON.parse(registration?.body ?? '')).toMatchObject({
      schemaType: 'PROTOBUF',
      schema: expect.stringContaining('package a;'),
    });
    const reader = create();
    const { schema, value } = await whenKnown(() => reader.toConnectData('t', bytes, null));
    expect(schema?.name).toBe('Row');
    expect(String(value)).toBe('Struct{id=5,name=x}');
  });

  it('writes a plain key at the index of its wrapper, and reads it as plain', async () => {
    const converter = create({ 'converter.type': 'key' });
    const bytes = await write(converter, STRING_SCHEMA, 'k');
    // One step, to the eighth message; as zig-zag integers.
    expect(bytes.toString('hex')).toBe('0000000007' + '020e' + '0a016b');
    const { schema, value } = await whenKnown(() => converter.toConnectData('t', bytes, null));
    expect([schema?.type, value]).toEqual(['STRING', 'k']);
  });

  it('reads a message inside a message, with what the schema refers to', async () => {
    await registerProto('other.proto', 'syntax = "proto3"; package o; message Other { int32 x = 1; }');
    const references = [{ name: 'other.proto', subject: 'other.proto', version: 1 }];
    const text =
      'syntax = "proto3"; import "other.proto"; message A {} message B { message C { o.Other other = 1; } message D { string s = 1; } }';
    const id = await registerProto('t-value', text, references);
    const prefix = Buffer.from([0, 0, 0, 0, id]);
    const converter = create();
    const read = async (hex: string) =>
      String(
        (
          await whenKnown(() =>
            converter.toConnectData('t', Buffer.concat([prefix, Buffer.from(hex, 'hex')]), null),
          )
        ).value,
      );
    expect(await read('040200' + '0a020805')).toBe('Struct{other=Struct{x=5}}');
    expect(await read('040202' + '0a0161')).toBe('Struct{s=a}');
    expect(await read('00')).toBe('Struct{}');
    const failure = await failureOf(() =>
      converter.toConnectData('t', Buffer.concat([prefix, Buffer.from('0208', 'hex')]), null),
    );
    expect(codeOf(failure)).toBe('data');
    expect(String(failure)).toContain('no message at index [4]');
  });

  it('writes by the latest version that the registry has, if told to', async () => {
    await registerProto(
      't-value',
      'syntax = "proto3"; package a; message First {} message Row { string name = 9; int64 id = 4; }',
    );
    const converter = create({
      'auto.register.schemas': 'false',
      'use.latest.version': 'true',
      'latest.compatibility.strict': 'false',
    });
    const bytes = await write(converter, row, new Struct(row, { id: 5n, name: 'x' }));
    expect(bytes.subarray(5).toString('hex')).toBe('0202' + '2005' + '4a0178');
    const more = structSchema({ id: INT64_SCHEMA, added: INT32_SCHEMA }, { name: 'a.Row' });
    const failure = await failureOf(() =>
      converter.fromConnectData('t', more, new Struct(more, { id: 1n, added: 2 }), null),
    );
    expect(codeOf(failure)).toBe('data');
    expect(String(failure)).toContain('has no field added');
  });

  it('names record and place for data that does not fit, and goes on with the next', async () => {
    const converter = create();
    const failure = await failureOf(() =>
      converter.fromConnectData('t', row, new Struct(row, { id: 1, name: 'secret' }), null),
    );
    expect(codeOf(failure)).toBe('data');
    expect(String(failure)).toContain('topic t');
    expect(String(failure)).toContain('Protobuf message a.Row, field id');
    expect(String(failure)).not.toContain('secret');
    expect((await write(converter, row, new Struct(row, { id: 1n, name: '' }))).length).toBe(8);
  });

  it('tells every key that settings may have, and refuses what is no value for them', () => {
    expect(() => create({ 'flatten.unions': 'perhaps' })).toThrow('flatten.unions');
    expect(() => create({ 'some.unknown.key': 'x' })).not.toThrow();
  });
});
