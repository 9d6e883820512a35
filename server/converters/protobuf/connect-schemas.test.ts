import { describe, expect, it } from 'vitest';
import type { Schema } from '../../records/schema.ts';
import { Struct } from '../../records/struct.ts';
import { bytesOf, formatWith, readValue, registered } from './testing/note-data.ts';

const tag = 'io.confluent.connect.protobuf.Tag';
const type = 'io.confluent.connect.protobuf.Type';
const enumName = 'io.confluent.connect.protobuf.Enum';

function schemaOfText(body: string, settings: Readonly<Record<string, string>> = {}): Schema {
  const imports = [
    'protobuf/timestamp',
    'protobuf/wrappers',
    'protobuf/struct',
    'type/date',
    'type/timeofday',
  ];
  const lines = imports.map((path) => `import "google/${path}.proto";`).join('');
  const text = `syntax = "proto3"; package p; ${lines} import "confluent/type/decimal.proto"; ${body}`;
  return formatWith(settings).readerOf(registered(text), []).read(Buffer.alloc(0), 0, 0).schema ?? fail();
}

function fail(): never {
  throw new Error('no schema');
}

function fieldOf(schema: Schema, name: string): Schema {
  return schema.field(name)?.schema ?? fail();
}

describe('the schema that a message is read with', () => {
  it('has the scalars as the types that hold all their values, optional and with their tags', () => {
    const scalars = [
      'int32',
      'sint32',
      'sfixed32',
      'uint32',
      'fixed32',
      'int64',
      'uint64',
      'sint64',
      'fixed64',
      'sfixed64',
      'float',
      'double',
      'bool',
      'string',
      'bytes',
    ];
    const schema = schemaOfText(
      `message M { ${scalars.map((each, i) => `${each} f_${each} = ${i + 1};`).join(' ')} }`,
    );
    expect(schema.name).toBe('M');
    expect(schema.optional).toBe(false);
    expect(
      schema.fields.map((field) => [field.name, field.schema.type, field.schema.parameters?.[type]]),
    ).toEqual([
      ['f_int32', 'INT32', undefined],
      ['f_sint32', 'INT32', 'sint32'],
      ['f_sfixed32', 'INT32', 'sfixed32'],
      ['f_uint32', 'INT64', 'uint32'],
      ['f_fixed32', 'INT64', 'fixed32'],
      ['f_int64', 'INT64', undefined],
      ['f_uint64', 'INT64', 'uint64'],
      ['f_sint64', 'INT64', 'sint64'],
      ['f_fixed64', 'INT64', 'fixed64'],
      ['f_sfixed64', 'INT64', 'sfixed64'],
      ['f_float', 'FLOAT32', undefined],
      ['f_double', 'FLOAT64', undefined],
      ['f_bool', 'BOOLEAN', undefined],
      ['f_string', 'STRING', undefined],
      ['f_bytes', 'BYTES', undefined],
    ]);
    expect(schema.fields.map((field) => field.schema.parameters?.[tag])).toEqual(
      scalars.map((_, i) => String(i + 1)),
    );
    expect(schema.fields.every((field) => field.schema.optional)).toBe(true);
  });

  it('has INT8 and INT16 where the parameters say so', () => {
    const schema = schemaOfText(`message M {
      int32 a = 1 [(confluent.field_meta) = { params: [{ key: "connect.type", value: "int8" }] }];
      int32 b = 2 [(confluent.field_meta).params = { key: "connect.type", value: "int16" }]; }`);
    expect(schema.fields.map((field) => field.schema.type)).toEqual(['INT8', 'INT16']);
  });

  it('has enums as strings with their values as parameters, or as integers', () => {
    const body = 'message M { E e = 1; } enum E { ZERO = 0; FIVE = 5; }';
    const schema = fieldOf(schemaOfText(body), 'e');
    expect(schema).toMatchObject({ type: 'STRING', name: 'E', optional: true });
    expect(schema.parameters).toEqual({
      [enumName]: 'E',
      [`${enumName}.ZERO`]: '0',
      [`${enumName}.FIVE`]: '5',
      [tag]: '1',
    });
    expect(fieldOf(schemaOfText(body, { 'int.for.enums': 'true' }), 'e').type).toBe('INT32');
    const general = fieldOf(schemaOfText(body, { 'generalized.sum.type.support': 'true' }), 'e');
    expect(general.parameters?.['org.apache.kafka.connect.data.Enum.FIVE']).toBe('5');
  });

  it('has a oneof as a struct of its fields, before the others, named with its index unless told otherwise', () => {
    const body = 'message M { int32 first = 1; oneof kind { string a = 2; int32 b = 3; } }';
    const schema = schemaOfText(body);
    expect(schema.fields.map(({ name }) => name)).toEqual(['kind_0', 'first']);
    const union = fieldOf(schema, 'kind_0');
    expect(union).toMatchObject({
      type: 'STRUCT',
      optional: true,
      name: 'io.confluent.connect.protobuf.Union.kind',
      parameters: null,
    });
    expect(union.fields.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(schemaOfText(body, { 'generate.index.for.unions': 'false' }).field('kind')).toBeDefined();
    expect(schemaOfText(body, { 'flatten.unions': 'true' }).fields.map(({ name }) => name)).toEqual([
      'a',
      'b',
      'first',
    ]);
    const general = fieldOf(schemaOfText(body, { 'generalized.sum.type.support': 'true' }), 'kind_0');
    expect(general).toMatchObject({
      name: 'kind',
      parameters: { 'org.apache.kafka.connect.data.Union': 'kind' },
    });
  });

  it('has messages, lists and maps by their names, with the package if asked', () => {
    const body = `message M { N n = 1; repeated N list = 2; map<string, N> my_map = 3; map<int32, int32> otherMap = 4;
      message N { int32 x = 1; } oneof o { int32 y = 5; } E e = 6; enum E { A = 0; } }`;
    const schema = schemaOfText(body);
    expect(fieldOf(schema, 'n')).toMatchObject({ type: 'STRUCT', name: 'N', optional: true });
    const list = fieldOf(schema, 'list');
    expect(list).toMatchObject({ type: 'ARRAY', name: null, optional: true, parameters: { [tag]: '2' } });
    expect(list.valueSchema).toMatchObject({ type: 'STRUCT', name: 'N', optional: true, parameters: null });
    const map = fieldOf(schema, 'my_map');
    expect(map).toMatchObject({ type: 'MAP', name: 'my_map', optional: true });
    expect(map.keySchema).toMatchObject({ type: 'STRING', optional: true, parameters: { [tag]: '1' } });
    expect(map.valueSchema).toMatchObject({ type: 'STRUCT', name: 'N', parameters: { [tag]: '2' } });
    expect(fieldOf(schema, 'otherMap').name).toBe('other_map');
    const full = schemaOfText(body, { 'enhanced.protobuf.schema.support': 'true' });
    expect([full.name, fieldOf(full, 'n').name, fieldOf(full, 'e').name, fieldOf(full, 'o_0').name]).toEqual([
      'p.M',
      'p.M.N',
      'p.M.E',
      'io.confluent.connect.protobuf.Union.p.M.o',
    ]);
  });

  it('has the logical types that well-known messages stand for', () => {
    const schema =
      schemaOfText(`message M { google.protobuf.Timestamp t = 1; google.type.Date d = 2; google.type.TimeOfDay o = 3;
      confluent.type.Decimal c = 4 [(confluent.field_meta) = { params: [{ key: "scale", value: "2" }, { key: "precision", value: "9" }] }];
      confluent.type.Decimal bare = 5; }`);
    expect(schema.fields.map((field) => field.schema.name)).toEqual(
      ['Timestamp', 'Date', 'Time', 'Decimal', 'Decimal'].map(
        (name) => `org.apache.kafka.connect.data.${name}`,
      ),
    );
    expect(fieldOf(schema, 'c').parameters).toEqual({
      scale: '2',
      'connect.decimal.precision': '9',
      [tag]: '4',
    });
    expect(fieldOf(schema, 'bare').parameters?.scale).toBe('0');
  });

  it('has wrappers as structs, or as optional values beside required ones', () => {
    const body =
      'message M { google.protobuf.UInt32Value a = 1; int32 b = 2; optional int32 c = 3; oneof o { int32 d = 4; } }';
    expect(fieldOf(schemaOfText(body), 'a')).toMatchObject({ type: 'STRUCT', name: 'UInt32Value' });
    const wrapped = schemaOfText(body, { 'wrapper.for.nullables': 'true' });
    expect(fieldOf(wrapped, 'a')).toMatchObject({ type: 'INT64', optional: true });
    expect(fieldOf(wrapped, 'b').optional).toBe(false);
    expect(fieldOf(fieldOf(wrapped, 'o_0'), 'd').optional).toBe(true);
    const labelled = schemaOfText(body, { 'optional.for.nullables': 'true' });
    expect([fieldOf(labelled, 'b').optional, fieldOf(labelled, 'c').optional]).toEqual([false, true]);
  });

  it('has the version of the registry', () => {
    const text = { ...registered('syntax = "proto3"; message M { int32 a = 1; }'), version: 7 };
    expect(formatWith().readerOf(text, [0]).read(Buffer.alloc(0), 0, 0).schema?.version).toBe(7);
  });

  it('holds itself where the message does, and so do values, both ways', () => {
    const text = registered(
      'syntax = "proto3"; message Node { int32 id = 1; Node next = 2; repeated Node all = 3; Pair p = 4; } message Pair { Node left = 1; }',
    );
    const format = formatWith();
    const { schema } = format.readerOf(text, []).read(Buffer.alloc(0), 0, 0);
    if (schema === null) throw new Error('no schema');
    const inside = (value: Schema, ...names: string[]) => names.reduce(fieldOf, value);
    const inner = new Struct(inside(schema, 'next', 'next'), { id: 3 });
    const value = new Struct(schema, {
      id: 1,
      next: new Struct(inside(schema, 'next'), { id: 2, next: inner, all: [] }),
      all: [],
      p: new Struct(inside(schema, 'p'), {
        left: new Struct(inside(schema, 'p', 'left'), { id: 4, all: [] }),
      }),
    });
    const written = format.writerFor(schema);
    const bytes = bytesOf(format.writerWith(text, schema), value);
    expect(bytesOf(written, value)).toEqual(bytes);
    expect(String(readValue(format.readerOf(text, []), bytes))).toContain(
      'next=Struct{id=2,next=Struct{id=3,all=[]},all=[]}',
    );
    expect(String(readValue(format.readerOf({ ...text, ...written.text }, []), bytes))).toContain(
      'left=Struct{id=4',
    );
  });

  it('can be of google.protobuf.Struct', () => {
    const schema = schemaOfText('message M { google.protobuf.Struct any = 1; }');
    expect(fieldOf(schema, 'any').field('fields')?.schema.type).toBe('MAP');
  });
});
