import { describe, expect, it } from 'vitest';
import { codeOf } from '../../errors/connect-error.ts';
import { DATE_SCHEMA, decimalSchema, TIME_SCHEMA, TIMESTAMP_SCHEMA } from '../../records/logical-types.ts';
import {
  BOOLEAN_SCHEMA,
  BYTES_SCHEMA,
  FLOAT32_SCHEMA,
  FLOAT64_SCHEMA,
  INT8_SCHEMA,
  INT16_SCHEMA,
  INT32_SCHEMA,
  INT64_SCHEMA,
  OPTIONAL_INT32_SCHEMA,
  OPTIONAL_INT64_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  STRING_SCHEMA,
} from '../../records/primitive-schemas.ts';
import type { Schema } from '../../records/schema.ts';
import { arraySchema, mapSchema, schemaOf, structSchema } from '../../records/schema-of.ts';
import { formatWith } from './testing/note-data.ts';

const tag = 'io.confluent.connect.protobuf.Tag';
const enumName = 'io.confluent.connect.protobuf.Enum';

function textOf(schema: Schema, settings: Readonly<Record<string, string>> = {}): string {
  return formatWith(settings).writerFor(schema).text.schema;
}

/** The lines of the text that declare fields and types, without their indentation. */
function linesOf(schema: Schema, settings: Readonly<Record<string, string>> = {}): string[] {
  const lines = textOf(schema, settings)
    .split('\n')
    .map((line) => line.trim());
  return lines.filter((line) => /=|message|enum|oneof/.test(line) && !line.startsWith('syntax'));
}

function tagged(schema: Schema, number: number): Schema {
  return schemaOf({ type: schema.type, optional: schema.optional, parameters: { [tag]: String(number) } });
}

function enumSchema(name: string, values: Readonly<Record<string, string>>): Schema {
  const parameters = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [`${enumName}.${key}`, value]),
  );
  return schemaOf({ type: 'STRING', name, optional: true, parameters: { [enumName]: name, ...parameters } });
}

describe('the text of a schema', () => {
  it('has package, imports in order, and a line for each field', () => {
    const schema = structSchema(
      {
        a: INT32_SCHEMA,
        b: INT64_SCHEMA,
        c: FLOAT32_SCHEMA,
        d: FLOAT64_SCHEMA,
        e: BOOLEAN_SCHEMA,
        f: STRING_SCHEMA,
        g: BYTES_SCHEMA,
        h: TIMESTAMP_SCHEMA,
        i: DATE_SCHEMA,
        j: TIME_SCHEMA,
      },
      { name: 'com.example.Row' },
    );
    expect(textOf(schema)).toBe(`syntax = "proto3";

package com.example;

import "google/protobuf/timestamp.proto";
import "google/type/date.proto";
import "google/type/timeofday.proto";

message Row {
  int32 a = 1;
  int64 b = 2;
  float c = 3;
  double d = 4;
  bool e = 5;
  string f = 6;
  bytes g = 7;
  google.protobuf.Timestamp h = 8;
  google.type.Date i = 9;
  google.type.TimeOfDay j = 10;
}
`);
    expect(textOf(schema)).toBe(textOf(schema));
    expect(formatWith().writerFor(schema).recordName).toBe('com.example.Row');
  });

  it('keeps in parameters what Protobuf has no type for', () => {
    const schema = structSchema({
      a: INT8_SCHEMA,
      b: INT16_SCHEMA,
      c: decimalSchema(2, { parameters: { 'connect.decimal.precision': '9' } }),
    });
    const text = textOf(schema);
    expect(text).toContain('import "confluent/meta.proto";\nimport "confluent/type/decimal.proto";');
    expect(text).toContain('key: "connect.type",\n        value: "int16"');
    expect(text).toContain(
      'key: "precision",\n        value: "9"\n      },\n      {\n        key: "scale",\n        value: "2"',
    );
    expect(text).not.toContain('package');
    expect(text).toContain('message ConnectDefault1 {');
  });

  it('names structs by their schemas, by number without one, and apart from the fields', () => {
    const plain = structSchema({ x: INT32_SCHEMA });
    const other = structSchema({ y: INT32_SCHEMA }, { name: 'b.Value' });
    const schema = structSchema(
      {
        first: plain,
        list: arraySchema(structSchema({ x: INT32_SCHEMA }, { name: 'a.Value' })),
        again: structSchema({ x: INT32_SCHEMA }, { name: 'a.Value', optional: true }),
        other,
        Same: structSchema({}, { name: 'Same' }),
        map: mapSchema(STRING_SCHEMA, other),
      },
      { name: 'Row' },
    );
    expect(linesOf(schema)).toEqual([
      'message Row {',
      'ConnectDefault1 first = 1;',
      'repeated Value list = 2;',
      'Value again = 3;',
      'Value2 other = 4;',
      'SameMessage Same = 5;',
      'map<string, Value2> map = 6;',
      'message ConnectDefault1 {',
      'int32 x = 1;',
      'message Value {',
      'int32 x = 1;',
      'message Value2 {',
      'int32 y = 1;',
      'message SameMessage {}',
    ]);
  });

  it('keeps the tags that fields were read with, and counts on from there for the others', () => {
    const schema = structSchema({
      a: tagged(INT32_SCHEMA, 7),
      b: INT32_SCHEMA,
      c: tagged(INT32_SCHEMA, 18_999),
      d: tagged(INT32_SCHEMA, 7),
      e: tagged(INT32_SCHEMA, 19_500),
    });
    expect(linesOf(schema).filter((line) => line.startsWith('int32'))).toEqual([
      'int32 a = 7;',
      'int32 b = 20000;',
      'int32 c = 18999;',
      'int32 d = 20001;',
      'int32 e = 20002;',
    ]);
  });

  it('has the integer types that fields were read with, and no others', () => {
    const of = (base: Schema, type: string) =>
      schemaOf({ type: base.type, parameters: { 'io.confluent.connect.protobuf.Type': type } });
    const schema = structSchema({
      a: of(INT32_SCHEMA, 'sint32'),
      b: of(INT64_SCHEMA, 'uint32'),
      c: of(INT64_SCHEMA, 'fixed64'),
      d: of(INT32_SCHEMA, 'int32 x = 9; string'),
      e: of(INT32_SCHEMA, 'int64'),
    });
    expect(linesOf(schema).slice(1)).toEqual([
      'sint32 a = 1;',
      'uint32 b = 2;',
      'fixed64 c = 3;',
      'int32 d = 4;',
      'int32 e = 5;',
    ]);
  });

  it('has enums whose zero comes first, and adds one where there is none', () => {
    const schema = structSchema({
      a: enumSchema('p.Color', { RED: '1', NONE: '0', ROUGE: '1' }),
      b: enumSchema('Size', { L: '3' }),
      c: enumSchema('Size', { L: '3' }),
    });
    expect(linesOf(schema).slice(1)).toEqual([
      'Color a = 1;',
      'Size b = 2;',
      'Size c = 3;',
      'enum Color {',
      'option allow_alias = true;',
      'NONE = 0;',
      'RED = 1;',
      'ROUGE = 1;',
      'enum Size {',
      'SIZE_UNSPECIFIED = 0;',
      'L = 3;',
    ]);
  });

  it('has unions as oneofs, in Connect’s own form too', () => {
    const members = { text: tagged(OPTIONAL_STRING_SCHEMA, 4), number: tagged(OPTIONAL_INT64_SCHEMA, 2) };
    const union = structSchema(members, {
      name: 'io.confluent.connect.protobuf.Union.p.M.kind',
      optional: true,
    });
    const general = structSchema(
      { flag: BOOLEAN_SCHEMA },
      { optional: true, parameters: { 'org.apache.kafka.connect.data.Union': 'choice' } },
    );
    expect(linesOf(structSchema({ kind_0: union, other: general }, { name: 'M' }))).toEqual([
      'message M {',
      'oneof kind {',
      'string text = 4;',
      'int64 number = 2;',
      'oneof choice {',
      'bool flag = 5;',
    ]);
  });

  it('labels or wraps what may be null, as asked', () => {
    const schema = structSchema({
      a: OPTIONAL_INT32_SCHEMA,
      b: INT32_SCHEMA,
      c: arraySchema(OPTIONAL_STRING_SCHEMA, { optional: true }),
    });
    expect(linesOf(schema, { 'optional.for.nullables': 'true' }).slice(1)).toEqual([
      'optional int32 a = 1;',
      'int32 b = 2;',
      'repeated string c = 3;',
    ]);
    expect(linesOf(schema, { 'wrapper.for.nullables': 'true' }).slice(1)).toEqual([
      'google.protobuf.Int32Value a = 1;',
      'int32 b = 2;',
      'repeated google.protobuf.StringValue c = 3;',
    ]);
  });

  it('points at well-known types from the root where its own package would be meant', () => {
    const schema = structSchema({ t: TIMESTAMP_SCHEMA }, { name: 'com.google.M' });
    expect(textOf(schema)).toContain('.google.protobuf.Timestamp t = 1;');
  });

  it('is that of the wrappers for a plain value, at the index of its type', () => {
    const writer = formatWith().writerFor(STRING_SCHEMA);
    expect(writer.recordName).toBe('google.protobuf.StringValue');
    expect(writer.messageIndexes).toEqual([7]);
    expect(formatWith().writerFor(INT8_SCHEMA).messageIndexes).toEqual([4]);
  });

  it('takes hyphens in packages as they are, and replaces what is not allowed if asked', () => {
    const schema = structSchema(
      { 'a-b': INT32_SCHEMA, '1x': INT32_SCHEMA, é: INT32_SCHEMA, _ok: INT32_SCHEMA },
      { name: 'my-server.db.t-1.Value' },
    );
    expect(() => textOf(schema)).toThrow(
      'The name "a-b" cannot stand in a Protobuf schema; scrub.invalid.names=true replaces it',
    );
    expect(textOf(schema, { 'scrub.invalid.names': 'true' })).toContain('package my_server.db.t_1;');
    expect(linesOf(schema, { 'scrub.invalid.names': 'true' })).toEqual([
      'message Value {',
      'int32 a_b = 1;',
      'int32 x1x = 2;',
      'int32 _C3_A9 = 3;',
      'int32 x_ok = 4;',
    ]);
    expect(textOf(structSchema({ a: INT32_SCHEMA }, { name: 'my-server.db.Value' }))).toContain(
      'package my-server.db;',
    );
  });
});

describe('a schema that Protobuf has no form for', () => {
  const nested = arraySchema(arraySchema(INT32_SCHEMA));
  it.each([
    [
      'an array as the value',
      arraySchema(INT32_SCHEMA),
      'a key or value has to be a struct or a plain value, but this is ARRAY',
    ],
    ['a logical type as the value', TIMESTAMP_SCHEMA, 'but this is org.apache.kafka.connect.data.Timestamp'],
    ['an array of arrays', structSchema({ a: nested }), 'a is a list of ARRAYs, which cannot be written'],
    [
      'an array of maps',
      structSchema({ a: arraySchema(mapSchema(STRING_SCHEMA, INT32_SCHEMA)) }),
      'a is a list of MAPs',
    ],
    [
      'a map of arrays',
      structSchema({ a: mapSchema(STRING_SCHEMA, nested) }),
      'a is a map of STRING to ARRAY',
    ],
    [
      'a map by structs',
      structSchema({ a: mapSchema(structSchema({}), INT32_SCHEMA) }),
      'a is a map of STRUCT to INT32',
    ],
    [
      'a map by reals',
      structSchema({ a: mapSchema(FLOAT64_SCHEMA, INT32_SCHEMA) }),
      'a is a map of FLOAT64 to INT32',
    ],
    [
      'elements of an unknown schema',
      structSchema({ a: arraySchema(null) }),
      'nobody knows what the elements of a are',
    ],
    [
      'a name that breaks out',
      structSchema({ 'x = 1; } message Evil {': INT32_SCHEMA }),
      'cannot stand in a Protobuf schema',
    ],
    [
      'a package that breaks out',
      structSchema({}, { name: 'a; import "x";.M' }),
      'cannot stand in a Protobuf schema',
    ],
    [
      'a value that breaks out',
      structSchema({ a: enumSchema('E', { 'A = 0; } evil {': '0' }) }),
      'cannot name a value',
    ],
    [
      'a number that breaks out',
      structSchema({ a: enumSchema('E', { A: '0; B = 1' }) }),
      'the number of A is not one of 32 bits',
    ],
    [
      'values of two enums with one name',
      structSchema({ a: enumSchema('E', { A: '0' }), b: enumSchema('F', { A: '0' }) }),
      'the name A is taken already',
    ],
  ])('is refused with its place: %s', (_, schema, message) => {
    expect(() => textOf(schema)).toThrow(message);
  });

  it('is refused for two names that become one', () => {
    const schema = structSchema({ 'a-b': INT32_SCHEMA, 'a.b': INT32_SCHEMA });
    expect(() => textOf(schema, { 'scrub.invalid.names': 'true' })).toThrow('two fields would be called a_b');
  });

  it('is refused for structs deeper than readers go', () => {
    let schema = structSchema({ x: INT32_SCHEMA });
    for (let depth = 0; depth < 40; depth++) schema = structSchema({ inner: schema });
    expect(() => textOf(schema)).toThrow('structs are nested more than 32 deep');
  });

  it('is refused for data without one', () => {
    try {
      formatWith().writerFor(null);
      expect.unreachable();
    } catch (error) {
      expect(codeOf(error)).toBe('data');
    }
  });
});
