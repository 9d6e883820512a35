import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../config/parse-config.ts';
import { INT64_SCHEMA, OPTIONAL_STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import { structSchema } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { startApicurioRegistry } from '../../testing/schema-registry/apicurio-registry.ts';
import { startTestRegistry } from '../../testing/schema-registry/registry-server.ts';
import { registryConverterPlugins } from '../registry-converter-plugins.ts';
import { createRegistry } from './create-registry.ts';
import type { SchemaText } from './registered-schema.ts';
import { registryConfig } from './registry-keys.ts';
import type { SchemaRegistry } from './schema-registry.ts';
import { whenKnown } from './testing/when-known.ts';

interface Running {
  readonly url: string;
  stop(): Promise<void>;
}

async function startApicurio(): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-apicurio-'));
  const registry = await startApicurioRegistry(join(folder, 'log'));
  return {
    url: registry.url,
    async stop() {
      await registry.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const bodies: readonly (readonly [name: string, start: () => Promise<Running>])[] = [
  ['the registry of the tests', () => startTestRegistry({ basePath: '/apis/ccompat/v7' })],
  ['Apicurio Registry', startApicurio],
];

function avro(name: string, ...fields: readonly object[]): SchemaText {
  const schema = JSON.stringify({ type: 'record', name, fields });
  return { schemaType: 'AVRO', schema, references: [] };
}

const id = { name: 'id', type: 'long' };
const withDefault = { name: 'note', type: 'string', default: '' };

describe.each(bodies)('the client of %s', (_name, start) => {
  let running: Running;
  let registry: SchemaRegistry;

  function client(settings: Record<string, string> = {}): SchemaRegistry {
    const raw = {
      'converter.type': 'value',
      'schema.registry.url': running.url,
      'retries.wait.ms': '100',
      ...settings,
    };
    return createRegistry(parseConfig(registryConfig, raw), raw);
  }

  beforeAll(async () => {
    running = await start();
    registry = client();
  }, 400_000);

  afterAll(async () => {
    await running?.stop();
  });

  it('registers a schema, and gives the same id for the same schema', async () => {
    const first = await registry.register('orders-value', avro('Order', id));
    expect(await registry.register('orders-value', avro('Order', id))).toMatchObject({ id: first.id });
    const other = await registry.register('orders-value', avro('Order', id, withDefault));
    expect(other.id).not.toBe(first.id);
  });

  it('finds a registered schema by its id, with its versions', async () => {
    const { id: key } = await registry.register('customers-value', avro('Customer', id));
    const found = await registry.byId(key, 'customers-value');
    expect(found).toMatchObject({ id: key, schemaType: 'AVRO', references: [] });
    expect(JSON.parse(found.schema)).toMatchObject({ name: 'Customer' });
    expect(found.imports.size).toBe(0);
    expect((await registry.versionsOf(key)).get('customers-value')).toBe(1);
  });

  it('finds the id of a schema that is registered already, and says what to do where it is not', async () => {
    const { id: key } = await registry.register('found-value', avro('Found', id));
    expect(await registry.lookup('found-value', avro('Found', id))).toMatchObject({ id: key });
    await expect(registry.lookup('found-value', avro('Lost', id))).rejects.toMatchObject({
      code: 'data',
      retriable: false,
      message: expect.stringMatching(/subject found-value.*404.*40403.*auto\.register\.schemas=true/),
    });
    await expect(registry.lookup('nothing-value', avro('Lost', id))).rejects.toMatchObject({
      code: 'data',
      message: expect.stringMatching(/40401/),
    });
  });

  it('gives the latest version of a subject', async () => {
    await registry.register('latest-value', avro('Latest', id));
    const second = await registry.register('latest-value', avro('Latest', id, withDefault));
    const latest = await registry.latest('latest-value');
    expect(latest).toMatchObject({ id: second.id, version: 2, schemaType: 'AVRO' });
    await expect(registry.latest('nothing-value')).rejects.toMatchObject({
      code: 'data',
      message: expect.stringMatching(/latest version of subject nothing-value.*40401/),
    });
  });

  it('names the id that the registry does not know', async () => {
    await expect(registry.byId(987_654, null)).rejects.toMatchObject({
      code: 'data',
      retriable: false,
      message: expect.stringMatching(/schema of id 987654.*404.*40403.*another schema registry/),
    });
  });

  it('resolves references, what is imported before what imports it', async () => {
    const proto = (name: string, body: string, ...imports: readonly string[]): SchemaText => ({
      schemaType: 'PROTOBUF',
      schema: `syntax = "proto3";\npackage p;\n${imports.map((other) => `import "${other}.proto";\n`).join('')}message ${name} { ${body} }\n`,
      references: imports.map((other) => ({ name: `${other}.proto`, subject: `p-${other}`, version: 1 })),
    });
    await registry.register('p-a', proto('A', 'int32 x = 1;'));
    await registry.register('p-b', proto('B', 'A a = 1;', 'a'));
    const { id: key } = await registry.register('p-value', proto('C', 'B b = 1; A a = 2;', 'b', 'a'));
    const found = await registry.byId(key, 'p-value');
    expect(found.schemaType).toBe('PROTOBUF');
    expect(found.references.map(({ name }) => name)).toEqual(['b.proto', 'a.proto']);
    expect([...found.imports.keys()]).toEqual(['a.proto', 'b.proto']);
    expect(found.imports.get('a.proto')).toContain('message A');
  });

  it('takes any name of a subject', async () => {
    const subject = 'a/b c-ü%2F?#-value';
    const { id: key } = await registry.register(subject, avro('Odd', id));
    expect(await registry.latest(subject)).toMatchObject({ id: key, version: 1 });
  });

  it('keeps JSON schemas', async () => {
    const schema =
      '{"type":"object","properties":{"a":{"type":"string"}},"$schema":"http://json-schema.org/draft-07/schema#"}';
    const { id: key } = await registry.register('json-value', { schemaType: 'JSON', schema, references: [] });
    const found = await registry.byId(key, 'json-value');
    expect(found.schemaType).toBe('JSON');
    expect(JSON.parse(found.schema)).toEqual(JSON.parse(schema));
  });

  it('tells of an incompatible schema as final', async () => {
    await registry.register('strict-value', avro('Strict', id));
    const response = await fetch(`${running.url}/config/strict-value`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/vnd.schemaregistry.v1+json' },
      body: '{"compatibility":"BACKWARD"}',
    });
    expect(response.status).toBe(200);
    const changed = avro('Strict', { name: 'id', type: 'string' });
    await expect(registry.register('strict-value', changed)).rejects.toMatchObject({
      code: 'data',
      retriable: false,
      message: expect.stringMatching(/register a schema for subject strict-value.*409.*is not compatible/s),
    });
    expect(await registry.register('strict-value', avro('Strict', id, withDefault))).toMatchObject({
      id: expect.any(Number),
    });
  });

  it('tells of an invalid schema as final', async () => {
    const broken: SchemaText = { schemaType: 'AVRO', schema: '{"type":"recor', references: [] };
    await expect(registry.register('broken-value', broken)).rejects.toMatchObject({
      code: 'data',
      retriable: false,
      message: expect.stringMatching(/422.*42201/s),
    });
  });

  it('says when the path of the URL is wrong', async () => {
    const lost = client({
      'schema.registry.url': `${new URL(running.url).origin}/nowhere`,
      'max.retries': '0',
    });
    await expect(lost.register('t-value', avro('T', id))).rejects.toMatchObject({
      retriable: false,
      message: expect.stringMatching(/schema\.registry\.url right\?/),
    });
  });

  it.each(registryConverterPlugins.filter((plugin) => plugin.type === 'converter'))(
    'serves the $title',
    async ({ title, load, createConverter }) => {
      await load?.();
      const schema = structSchema({ id: INT64_SCHEMA, note: OPTIONAL_STRING_SCHEMA }, { name: 'shop.Order' });
      const settings = {
        'converter.type': 'value',
        'schema.registry.url': running.url,
        // Protobuf has no null otherwise.
        'optional.for.nullables': 'true',
      };
      const writer = createConverter();
      writer.configure(settings);
      const reader = createConverter();
      reader.configure({ ...settings, 'auto.register.schemas': 'false' });
      for (const note of ['first', null]) {
        const value = new Struct(schema, { id: 2n ** 53n + 1n, note });
        const topic = `orders-${title}`;
        const bytes = await whenKnown(() => writer.fromConnectData(topic, schema, value, null));
        if (!(bytes instanceof Uint8Array)) throw new Error('no bytes');
        const copy = Buffer.from(bytes);
        const read = await whenKnown(() => reader.toConnectData(topic, copy, null));
        expect(read.value).toBeInstanceOf(Struct);
        expect((read.value as Struct).values).toEqual(value.values);
        expect(read.schema).toMatchObject({ version: 1 });
        // What was found without registering is the same.
        const again = await whenKnown(() => reader.fromConnectData(topic, schema, value, null));
        expect(Buffer.from(again ?? '')).toEqual(copy);
      }
      writer.close?.();
      reader.close?.();
    },
  );

  it('says what a registry without GUIDs, or without this one, lacks', async () => {
    await expect(registry.byGuid('01234567-89ab-cdef-0123-456789abcdef')).rejects.toMatchObject({
      code: 'data',
      retriable: false,
      message: expect.stringMatching(/GUID 01234567-89ab-cdef-0123-456789abcdef/),
    });
  });
});
