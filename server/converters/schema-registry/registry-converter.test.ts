import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { passwordOf } from '../../config/password.ts';
import { isPendingLookup } from '../../plugin-api/pending-lookup.ts';
import { ConnectHeaders } from '../../records/headers.ts';
import { INT64_SCHEMA, OPTIONAL_STRING_SCHEMA, STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import { schemaOf, structSchema } from '../../records/schema-of.ts';
import { startTestRegistry, type TestRegistry } from '../../testing/schema-registry/registry-server.ts';
import { RegistryConverter } from './registry-converter.ts';
import { registryConfig } from './registry-keys.ts';
import { TextFormat, type TextFormatOptions } from './testing/text-format.ts';
import { failureOf, whenKnown } from './testing/when-known.ts';

const strategies = 'io.confluent.kafka.serializers.subject';
const ids = 'io.confluent.kafka.serializers.schema.id';

let registry: TestRegistry;
let now = 0;
const converters: RegistryConverter[] = [];

beforeEach(async () => {
  registry = await startTestRegistry({ firstId: 7 });
  now = 0;
});

afterEach(async () => {
  for (const converter of converters.splice(0)) converter.close();
  await registry.stop();
});

function create(settings: Record<string, string> = {}, options: TextFormatOptions = {}) {
  const format = new TextFormat(options);
  const converter = new RegistryConverter({
    config: registryConfig,
    createFormat: () => format,
    now: () => now,
  });
  converter.configure({
    'converter.type': 'value',
    'schema.registry.url': registry.url,
    'max.retries': '0',
    ...settings,
  });
  converters.push(converter);
  return { converter, format };
}

async function write(
  converter: RegistryConverter,
  value: unknown,
  schema: Parameters<RegistryConverter['fromConnectData']>[1] = STRING_SCHEMA,
  topic = 't',
  headers: ConnectHeaders | null = null,
): Promise<Buffer> {
  const bytes = await whenKnown(() => converter.fromConnectData(topic, schema, value, headers));
  if (!(bytes instanceof Uint8Array)) throw new Error('no bytes');
  return Buffer.from(bytes);
}

const read = (converter: RegistryConverter, bytes: Buffer | null, headers: ConnectHeaders | null = null) =>
  whenKnown(() => converter.toConnectData('t', bytes, headers));

const seen = (): string[] => registry.requests.map(({ method, url }) => `${method} ${url}`);

describe('writing', () => {
  it('registers the schema once and puts its id before each value', async () => {
    const { converter, format } = create();
    expect(await write(converter, 'one')).toEqual(Buffer.from('\0\0\0\0\x07one'));
    expect(await write(converter, 'two')).toEqual(Buffer.from('\0\0\0\0\x07two'));
    expect(seen()).toEqual(['POST /subjects/t-value/versions']);
    expect(JSON.parse(registry.requests[0]?.body ?? '')).toEqual({ schema: '"string"' });
    expect(format.writersMade).toHaveLength(1);
  });

  it('asks once for all records that wait for the same schema', async () => {
    const { converter } = create();
    const waits: Promise<void>[] = [];
    for (let i = 0; i < 1_000; i++) {
      try {
        converter.fromConnectData('t', STRING_SCHEMA, `v${i}`, null);
      } catch (error) {
        if (!isPendingLookup(error)) throw error;
        waits.push(error.settled);
      }
    }
    await Promise.all(waits);
    expect(waits).toHaveLength(1_000);
    expect(seen()).toHaveLength(1);
    expect(converter.fromConnectData('t', STRING_SCHEMA, 'v', null)).toEqual(Buffer.from('\0\0\0\0\x07v'));
  });

  it('knows a schema made anew for each record by its content', async () => {
    const { converter, format } = create();
    for (let i = 0; i < 5; i++) {
      await write(converter, 'v', structSchema({ a: STRING_SCHEMA }, { name: 'R' }));
    }
    expect(seen()).toHaveLength(1);
    expect(format.writersMade).toHaveLength(1);
  });

  it('keeps topics apart and compiles a schema once for all of them', async () => {
    const { converter, format } = create();
    await write(converter, 'v', STRING_SCHEMA, 'a');
    await write(converter, 'v', STRING_SCHEMA, 'b');
    await write(converter, 'v', STRING_SCHEMA, 'a');
    expect(seen()).toEqual(['POST /subjects/a-value/versions', 'POST /subjects/b-value/versions']);
    expect(format.writersMade).toHaveLength(1);
  });

  it('writes data without a schema with one of the format, found once', async () => {
    const { converter, format } = create({
      'value.subject.name.strategy': `${strategies}.RecordNameStrategy`,
    });
    expect(await write(converter, 'ab', null)).toEqual(Buffer.from('\0\0\0\0\x07ab'));
    expect(await write(converter, 'abc', null)).toEqual(Buffer.from('\0\0\0\0\x07abc'));
    expect(seen()).toEqual(['POST /subjects/Anything/versions']);
    expect(format.writersMade).toHaveLength(1);
  });

  it.each([
    ['key', 'TopicNameStrategy', 't-key'],
    ['value', 'TopicNameStrategy', 't-value'],
    ['key', 'RecordNameStrategy', 'ns.R'],
    ['value', 'RecordNameStrategy', 'ns.R'],
    ['value', 'TopicRecordNameStrategy', 't-ns.R'],
  ])('names the subject of a %s by %s', async (type, strategy, subject) => {
    const { converter } = create({
      'converter.type': type,
      [`${type}.subject.name.strategy`]: `${strategies}.${strategy}`,
    });
    await write(converter, 'v', structSchema({}, { name: 'ns.R' }));
    expect(seen()).toEqual([`POST /subjects/${subject}/versions`]);
  });

  it('refuses a schema without a name where the subject is named after it', async () => {
    const { converter } = create({ 'value.subject.name.strategy': `${strategies}.RecordNameStrategy` });
    expect(await failureOf(() => converter.fromConnectData('t', STRING_SCHEMA, 'v', null))).toMatchObject({
      code: 'data',
      message: expect.stringContaining('the message value must only be a record schema'),
    });
  });

  it('writes null as a tombstone where the schema allows it', async () => {
    const { converter } = create();
    expect(converter.fromConnectData('t', null, null, null)).toBeNull();
    expect(converter.fromConnectData('t', null, undefined, null)).toBeNull();
    expect(converter.fromConnectData('t', OPTIONAL_STRING_SCHEMA, null, null)).toBeNull();
    expect(converter.fromConnectData('t', schemaOf({ type: 'STRING', default: 'x' }), null, null)).toBeNull();
    expect(() => converter.fromConnectData('t', STRING_SCHEMA, null, null)).toThrow(/null, and its schema/);
    expect(seen()).toEqual([]);
  });

  it('names topic and subject when a value cannot be written', async () => {
    const { converter } = create();
    expect(
      await failureOf(() => converter.fromConnectData('t', STRING_SCHEMA, 'unwritable', null)),
    ).toMatchObject({
      code: 'data',
      retriable: false,
      message: 'Could not write data for topic t with the schema of subject t-value: at /: unwritable',
    });
    expect(await write(converter, 'next')).toEqual(Buffer.from('\0\0\0\0\x07next'));
  });

  it('gives bytes of their own for headers, and reused ones for values', async () => {
    const header = create({ 'converter.type': 'header' }).converter;
    await write(header, 'one');
    const one = header.fromConnectData('t', STRING_SCHEMA, 'one', null);
    const two = header.fromConnectData('t', STRING_SCHEMA, 'two', null);
    expect([one, two]).toEqual([Buffer.from('\0\0\0\0\x07one'), Buffer.from('\0\0\0\0\x07two')]);
  });

  it('writes the path to a Protobuf message after the id', async () => {
    const first = create(
      { 'value.subject.name.strategy': `${strategies}.TopicNameStrategy` },
      { schemaType: 'PROTOBUF', messageIndexes: [0] },
    );
    expect(await write(first.converter, 'v')).toEqual(Buffer.from('\0\0\0\0\x07\0v'));
    const nested = create({}, { schemaType: 'PROTOBUF', messageIndexes: [1, 0, 100] });
    const bytes = await write(nested.converter, 'v');
    expect(bytes).toEqual(Buffer.from([0, 0, 0, 0, 7, 6, 2, 0, 0xc8, 1, 0x76]));
    await read(nested.converter, bytes);
    expect(nested.format.readersOf.at(-1)?.messageIndexes).toEqual([1, 0, 100]);
  });
});

describe('choosing the schema', () => {
  const text = { schemaType: 'AVRO', schema: '"string"', references: [] } as const;

  it('finds a registered schema without registering', async () => {
    const { converter } = create({ 'auto.register.schemas': 'false' });
    expect(await failureOf(() => converter.fromConnectData('t', STRING_SCHEMA, 'v', null))).toMatchObject({
      code: 'data',
      message: expect.stringMatching(
        /find the schema of the data in subject t-value.*40401.*auto\.register\.schemas=true/,
      ),
    });
    registry.store.register('t-value', text, false);
    now += 60_000;
    expect(await write(converter, 'v')).toEqual(Buffer.from('\0\0\0\0\x07v'));
    expect(seen()).toEqual(['POST /subjects/t-value', 'POST /subjects/t-value']);
  });

  it('writes with the latest version, and looks for a newer one when its time is over', async () => {
    registry.store.compatibility = 'NONE';
    registry.store.register('t-value', text, false);
    const { converter, format } = create({
      'auto.register.schemas': 'false',
      'use.latest.version': 'true',
      'latest.cache.ttl.sec': '60',
    });
    expect(await write(converter, 'v')).toEqual(Buffer.from('\0\0\0\0\x07v'));
    registry.store.register('t-value', { ...text, schema: '"bytes"' }, false);
    expect(await write(converter, 'v')).toEqual(Buffer.from('\0\0\0\0\x07v'));
    now += 60_001;
    expect(await write(converter, 'v')).toEqual(Buffer.from('\0\0\0\0\x08v'));
    expect(seen()).toEqual([
      'GET /subjects/t-value/versions/latest',
      'GET /subjects/t-value/versions/latest',
    ]);
    expect(format.writersMade).toHaveLength(1);
  });

  it('gets through when the latest version holds for no time at all', async () => {
    registry.store.register('t-value', text, false);
    const { converter } = create({
      'auto.register.schemas': 'false',
      'use.latest.version': 'true',
      'latest.cache.ttl.sec': '0',
    });
    expect(await write(converter, 'one')).toEqual(Buffer.from('\0\0\0\0\x07one'));
    expect(await write(converter, 'two')).toEqual(Buffer.from('\0\0\0\0\x07two'));
  });

  it('registers all the same where both are set, as Java does', async () => {
    const { converter } = create({ 'use.latest.version': 'true', 'use.schema.id': '3' });
    await write(converter, 'v');
    expect(seen()).toEqual(['POST /subjects/t-value/versions']);
  });

  it('writes with the schema of an id', async () => {
    registry.store.register('elsewhere', text, false);
    const { converter } = create({ 'auto.register.schemas': 'false', 'use.schema.id': '7' });
    expect(await write(converter, 'v')).toEqual(Buffer.from('\0\0\0\0\x07v'));
    expect(seen()).toEqual(['GET /schemas/ids/7?subject=t-value']);
  });

  it.each([
    ['use.latest.version', 'true', 'latest.compatibility.strict'],
    ['use.schema.id', '7', 'id.compatibility.strict'],
  ])('refuses data that do not fit with %s=%s unless %s=false', async (key, value, strict) => {
    registry.store.register('t-value', text, false);
    const settings = { 'auto.register.schemas': 'false', [key]: value };
    const strictly = create(settings);
    strictly.format.conflict = 'field a is missing';
    expect(
      await failureOf(() => strictly.converter.fromConnectData('t', STRING_SCHEMA, 'v', null)),
    ).toMatchObject({
      code: 'data',
      message: expect.stringContaining(`field a is missing; set ${strict}=false`),
    });
    const loosely = create({ ...settings, [strict]: 'false' });
    loosely.format.conflict = 'field a is missing';
    expect(await write(loosely.converter, 'v')).toEqual(Buffer.from('\0\0\0\0\x07v'));
  });

  it('asks for normalized schemas where it is to', async () => {
    const { converter } = create({ 'normalize.schemas': 'true' });
    await write(converter, 'v');
    expect(seen()).toEqual(['POST /subjects/t-value/versions?normalize=true']);
  });

  it('refuses a schema of another format', async () => {
    registry.store.register('t-value', { ...text, schemaType: 'JSON', schema: '{}' }, false);
    const { converter } = create();
    expect(
      await failureOf(() => converter.toConnectData('t', Buffer.from('\0\0\0\0\x07v'), null)),
    ).toMatchObject({
      code: 'data',
      message: expect.stringContaining('Schema id 7 is of type JSON, and this converter is for AVRO'),
    });
  });
});

describe('reading', () => {
  const string = Buffer.from('\0\0\0\0\x07v');

  beforeEach(() => {
    registry.store.register('t-value', { schemaType: 'AVRO', schema: '"string"', references: [] }, false);
  });

  it('asks for the schema of an id once, with the version it stands for', async () => {
    const { converter, format } = create();
    expect(await read(converter, string)).toEqual({ schema: STRING_SCHEMA, value: 'v' });
    const padded = Buffer.from('xx\0\0\0\0\x07wyy');
    expect(converter.toConnectDataFromRange('t', padded, 2, 8)).toEqual({
      schema: STRING_SCHEMA,
      value: 'w',
    });
    expect(seen()).toEqual(['GET /schemas/ids/7?subject=t-value', 'GET /schemas/ids/7/versions']);
    expect(format.readersOf).toHaveLength(1);
    expect(format.readersOf[0]?.registered).toMatchObject({ id: 7, version: 1, schema: '"string"' });
  });

  it('finds the version by the name of the record where subjects are named so', async () => {
    const record = { schemaType: 'AVRO', schema: '{"type":"record","name":"R","fields":[]}', references: [] };
    registry.store.register('R', record, false);
    const { converter, format } = create({
      'value.subject.name.strategy': `${strategies}.RecordNameStrategy`,
    });
    await read(converter, Buffer.from('\0\0\0\0\x08v'));
    expect(format.readersOf.at(-1)?.registered).toMatchObject({ id: 8, version: 1 });
  });

  it('reads no bytes as null', async () => {
    const { converter } = create();
    expect(await read(converter, null)).toEqual({ schema: null, value: null });
  });

  it.each([
    ['no bytes at all', '', /0 bytes are too few/],
    ['bytes that end within the id', '\0\0\0', /3 bytes are too few/],
    ['JSON', '{"a":1}', /Unknown magic byte 0x7b/],
    ['a GUID cut short', '\x01abc', /4 bytes are too few/],
  ])('refuses %s', async (_what, text, message) => {
    const { converter } = create();
    expect(await failureOf(() => converter.toConnectData('t', Buffer.from(text), null))).toMatchObject({
      code: 'data',
      retriable: false,
      message: expect.stringMatching(message),
    });
    expect(seen()).toEqual([]);
  });

  it('remembers for a while that there is no schema of an id', async () => {
    const { converter } = create();
    const missing = Buffer.from('\0\0\0\x04\0v');
    for (let i = 0; i < 100; i++) {
      expect(await failureOf(() => converter.toConnectData('t', missing, null))).toMatchObject({
        code: 'data',
        retriable: false,
        message: expect.stringMatching(/get the schema of id 1024.*40403: Schema 1024 not found/),
      });
    }
    expect(seen()).toHaveLength(1);
    expect(await read(converter, string)).toMatchObject({ value: 'v' });
    now += 30_001;
    await failureOf(() => converter.toConnectData('t', missing, null));
    expect(seen().filter((url) => url.startsWith('GET /schemas/ids/1024'))).toHaveLength(2);
  });

  it('remembers no more missing ids than it is told', async () => {
    const { converter } = create({ 'missing.cache.size': '2' });
    const ask = (id: number) =>
      failureOf(() => converter.toConnectData('t', Buffer.from([0, 0, 0, 1, id]), null));
    for (const id of [1, 2, 3]) await ask(id);
    await ask(3);
    expect(seen()).toHaveLength(3);
    await ask(1);
    expect(seen()).toHaveLength(4);
  });

  it('does not try for each record anew what no reader can be made for', async () => {
    registry.store.register(
      'u-value',
      { schemaType: 'AVRO', schema: '{"type":"record","name":"unreadable","fields":[]}', references: [] },
      false,
    );
    const { converter, format } = create();
    for (let i = 0; i < 3; i++) {
      await failureOf(() => converter.toConnectData('t', Buffer.from('\0\0\0\0\x08v'), null));
    }
    expect(format.readersOf).toHaveLength(1);
  });

  it('keeps topics and Protobuf messages of one id apart', async () => {
    registry.store.register('p', { schemaType: 'PROTOBUF', schema: '{"name":"P"}', references: [] }, false);
    const { converter, format } = create({}, { schemaType: 'PROTOBUF' });
    for (const path of [[0], [2, 2], [2, 4], [2, 2]]) {
      const bytes = Buffer.from([0, 0, 0, 0, 8, ...path, 0x76]);
      expect(await read(converter, bytes)).toMatchObject({ value: 'v' });
    }
    expect(format.readersOf.map(({ messageIndexes }) => messageIndexes)).toEqual([[0], [1], [2]]);
  });

  it('refuses a path to a message that cannot be', async () => {
    const { converter } = create({}, { schemaType: 'PROTOBUF' });
    const hostile = [
      [0xff, 0xff, 0xff, 0xff, 0x0e],
      [0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      [0x01],
      [0x06, 0x02],
    ];
    for (const path of hostile) {
      const bytes = Buffer.from([0, 0, 0, 0, 7, ...path]);
      expect(await failureOf(() => converter.toConnectData('t', bytes, null))).toMatchObject({
        code: 'data',
      });
    }
    expect(seen()).toEqual([]);
  });
});

describe('the id in a header', () => {
  const writing = { 'value.schema.id.serializer': `${ids}.HeaderSchemaIdSerializer` };

  it('names the schema by its GUID, and leaves the bytes alone', async () => {
    const { converter } = create(writing);
    expect(converter.addsHeaders).toBe(true);
    const headers = new ConnectHeaders().add('other', null, Buffer.of(1));
    expect(await write(converter, 'v', STRING_SCHEMA, 't', headers)).toEqual(Buffer.from('v'));
    expect(headers.size).toBe(2);
    const guid = registry.store.byId(7).guid.replaceAll('-', '');
    expect(headers.lastWithName('__value_schema_id')?.value).toEqual(Buffer.from(`01${guid}`, 'hex'));
    expect(await read(converter, Buffer.from('v'), headers)).toEqual({ schema: STRING_SCHEMA, value: 'v' });
    expect(seen().at(-1)).toBe(`GET /schemas/guids/${registry.store.byId(7).guid}`);
  });

  it('replaces the header of an attempt before, and one that came with the record', async () => {
    const { converter } = create(writing);
    const headers = new ConnectHeaders().add('__value_schema_id', null, Buffer.of(9));
    await write(converter, 'v', STRING_SCHEMA, 't', headers);
    await write(converter, 'v', STRING_SCHEMA, 't', headers);
    expect(headers.size).toBe(1);
  });

  it('asks for the GUID where registering does not say it', async () => {
    registry.fault = ({ method }) => (method === 'POST' ? { status: 200, body: '{"id":7}' } : null);
    registry.store.register('t-value', { schemaType: 'AVRO', schema: '"string"', references: [] }, false);
    const { converter } = create(writing);
    const headers = new ConnectHeaders();
    await write(converter, 'v', STRING_SCHEMA, 't', headers);
    expect(headers.size).toBe(1);
    expect(seen()).toEqual(['POST /subjects/t-value/versions', 'GET /schemas/ids/7?subject=t-value']);
  });

  it('says so when the registry gives no GUIDs', async () => {
    registry.fault = ({ method }) => ({
      status: 200,
      body: method === 'POST' ? '{"id":7}' : '{"schema":"\\"string\\""}',
    });
    const { converter } = create(writing);
    expect(
      await failureOf(() => converter.fromConnectData('t', STRING_SCHEMA, 'v', new ConnectHeaders())),
    ).toMatchObject({ code: 'data', message: expect.stringContaining('use PrefixSchemaIdSerializer') });
  });

  it('reads the prefix where there is no header, and does not look for one if told so', async () => {
    const dual = create().converter;
    const bytes = await write(dual, 'v');
    expect([dual.readsHeaders, dual.addsHeaders]).toEqual([true, false]);
    expect(await read(dual, bytes, new ConnectHeaders().add('x', null, Buffer.of(1)))).toMatchObject({
      value: 'v',
    });
    const prefix = create({ 'value.schema.id.deserializer': `${ids}.PrefixSchemaIdDeserializer` }).converter;
    expect(prefix.readsHeaders).toBe(false);
    const misleading = new ConnectHeaders().add('__value_schema_id', null, Buffer.from('\0\0\0\0\x63'));
    expect(await read(prefix, bytes, misleading)).toMatchObject({ value: 'v' });
  });

  it('is not taken from the header of the key for a value', async () => {
    const { converter } = create();
    const bytes = await write(converter, 'v');
    const headers = new ConnectHeaders().add('__key_schema_id', null, Buffer.from('\0\0\0\0\x63'));
    expect(await read(converter, bytes, headers)).toMatchObject({ value: 'v' });
  });

  it('is no place for the schema of a header', () => {
    expect(() => create({ ...writing, 'converter.type': 'header' })).toThrow(
      /HeaderSchemaIdSerializer is for keys/,
    );
  });
});

it('shows no secret of its settings in text', () => {
  expect(String(passwordOf('x'))).toBe('[hidden]');
  expect(JSON.stringify(create({ 'basic.auth.user.info': 'me:secret' }).converter)).not.toContain('secret');
});

it('ends what is under way when it is closed', async () => {
  registry.fault = () => ({ isSilent: true });
  const { converter } = create();
  const failure = failureOf(() => converter.fromConnectData('t', INT64_SCHEMA, 1n, null));
  converter.close();
  expect(await failure).toMatchObject({ code: 'cancelled' });
});
