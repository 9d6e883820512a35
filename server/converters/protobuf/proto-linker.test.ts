import { describe, expect, it } from 'vitest';
import { linkProto } from './proto-linker.ts';
import type { ProtoField, ProtoSchema } from './proto-model.ts';

const noImports = new Map<string, string>();

function link(text: string, imports: Readonly<Record<string, string>> = {}): ProtoSchema {
  return linkProto(text, new Map(Object.entries(imports)));
}

function fieldsOf(text: string, message = 'M'): Readonly<Record<string, ProtoField>> {
  const type = link(text).typeOf(message);
  if (type?.kind !== 'message') throw new Error('no such message');
  return Object.fromEntries(type.fields.map((field) => [field.name, field]));
}

describe('the text of a Protobuf schema', () => {
  it('is read with comments, options, services, extensions and reserved ranges, which say nothing about bytes', () => {
    const schema = link(`\ufeff/* leading */ syntax = "proto3"; // trailing
      package a.b;
      import public "google/protobuf/any.proto";
      option java_package = "x;y{z}";
      option (my.file) = { a: 1 b { c: "d" } list: [1, 2], [ext.name/of.type] { e: -inf } };
      service S { rpc Call(M) returns (stream M) { option (google.api.http) = { get: "/v1/{x}" }; } }
      message M {
        option deprecated = true;
        reserved 2, 9 to 11, 40 to max; reserved "foo", 'bar';
        string a = 1 [deprecated = true, (rules).string = {min_len: 1, pattern: "[;}]"}, json_name="b"];
        ;
        oneof kind { option (x) = 1; int32 i = 3; M m = 4; }
      }`);
    expect(schema.packageName).toBe('a.b');
    expect(schema.messages.map(({ fullName }) => fullName)).toEqual(['a.b.M']);
    expect(schema.messages[0]?.fields.map(({ name, number }) => [name, number])).toEqual([
      ['a', 1],
      ['i', 3],
      ['m', 4],
    ]);
    expect(schema.messages[0]?.oneofs[0]?.fields.map(({ name }) => name)).toEqual(['i', 'm']);
  });

  it('has fields whose names and types are words of the language', () => {
    const fields =
      fieldsOf(`syntax = "proto3"; message M { string message = 1; bool optional = 2; int32 map = 3;
      repeated string package = 4; group.option reserved = 5; int64 oneof = 6; }
      message group { message option {} }`);
    expect(Object.keys(fields)).toEqual(['message', 'optional', 'map', 'package', 'reserved', 'oneof']);
  });

  it('keeps names such as __proto__ and constructor apart from those of objects', () => {
    const schema = link(`syntax = "proto3"; package __proto__;
      message constructor { toString __proto__ = 1; map<string, hasOwnProperty> valueOf = 2; }
      message toString {} enum hasOwnProperty { __defineGetter__ = 0; }`);
    const [message] = schema.messages;
    expect(message?.fields.map(({ name }) => name)).toEqual(['__proto__', 'valueOf']);
    expect(schema.typeOf('__proto__.toString')?.kind).toBe('message');
    expect(schema.typeOf('valueOf')).toBeUndefined();
  });

  it('finds the innermost type of a name, from the message outwards', () => {
    const fields = fieldsOf(
      `syntax = "proto3"; package a;
      message T {} message M { message T {} T inner = 1; .a.T outer = 2; N.T other = 3; a.M.T full = 4; }
      message N { message T {} }`,
      'a.M',
    );
    const names = Object.values(fields).map(({ type }) =>
      type.kind === 'message' ? type.fullName : type.kind,
    );
    expect(names).toEqual(['a.M.T', 'a.T', 'a.N.T', 'a.M.T']);
  });

  it('says of proto2 what is optional, required, packed, by default, and a group', () => {
    const fields = fieldsOf(`message M {
      optional int64 big = 1 [default = -9223372036854775808]; required string name = 2 [default = "a\\"\\x41\\101\\n"];
      repeated int32 plain = 3; repeated int32 packed = 4 [packed = true];
      optional group Inner = 5 { optional bool b = 1; } optional double d = 6 [default = -inf];
      optional E e = 7 [default = TWO]; enum E { ONE = 1; TWO = 2; } extensions 100 to 199;
    } extend M { optional string added = 100; }`);
    expect(fields.big?.default).toBe(-(2n ** 63n));
    expect(fields.name?.default).toBe('a"AA\n');
    expect(fields.name?.isRequired).toBe(true);
    expect([fields.plain?.isPacked, fields.packed?.isPacked]).toEqual([false, true]);
    expect(fields.inner?.isDelimited).toBe(true);
    expect(fields.d?.default).toBe(Number.NEGATIVE_INFINITY);
    expect(fields.e?.default).toBe(2);
    expect(fields.added).toBeUndefined();
  });

  it('does not count groups and maps among the messages inside', () => {
    const [message] = link(
      `message M { repeated group G = 1 {} map<string, int32> m = 2; message Last {} }`,
    ).messages;
    expect(message?.messages.map(({ name }) => name)).toEqual(['Last']);
  });

  it('follows the features of editions, from the file to the field', () => {
    const fields = fieldsOf(`edition = "2023"; option features.field_presence = IMPLICIT;
      message M { int32 a = 1; int32 b = 2 [features.field_presence = EXPLICIT];
        repeated int32 c = 3 [features = { repeated_field_encoding: EXPANDED }];
        M d = 4 [features.message_encoding = DELIMITED]; string e = 5 [features.utf8_validation = NONE];
        E f = 6; } enum E { option features.enum_type = CLOSED; ONE = 1; }`);
    expect([fields.a?.hasPresence, fields.b?.hasPresence]).toEqual([false, true]);
    expect(fields.c?.isPacked).toBe(false);
    expect(fields.d?.isDelimited).toBe(true);
    expect(fields.e?.checksUtf8).toBe(false);
    expect(fields.f?.type).toMatchObject({ kind: 'enum', isClosed: true });
  });

  it('reads parameters of Connect in both forms of the option', () => {
    const fields = fieldsOf(`syntax = "proto3"; message M {
      int32 a = 1 [(confluent.field_meta) = { params: [ { key: "connect.type", value: "int8" }, { key: "x" value: "y" } ] }];
      int32 b = 2 [(.confluent.field_meta).params = { key: "connect.type", value: "int16" }];
      int32 c = 3 [(other.meta) = { params: { key: "connect.type", value: "int8" } }]; }`);
    expect([...(fields.a?.params ?? [])]).toEqual([
      ['connect.type', 'int8'],
      ['x', 'y'],
    ]);
    expect(fields.b?.params.get('connect.type')).toBe('int16');
    expect(fields.c?.params.size).toBe(0);
  });

  it('takes packages with hyphens, as registries have them', () => {
    const schema = link(
      'syntax = "proto3"; package my-server.db; message M { .my-server.db.M m = 1; M n = 2; }',
    );
    expect(schema.messages[0]?.fullName).toBe('my-server.db.M');
  });
});

describe('imports', () => {
  it('come from the references and are well known, through others as well', () => {
    const schema = link(
      'syntax = "proto3"; import "a.proto"; message M { a.A a = 1; b.B b = 2; google.type.Date d = 3; }',
      {
        'a.proto': 'syntax = "proto3"; package a; import public "b.proto"; import "a.proto"; message A {}',
        'b.proto':
          'syntax = "proto3"; package b; import "a.proto"; import "google/type/date.proto"; message B { a.A a = 1; }',
      },
    );
    expect(schema.messages.map(({ name }) => name)).toEqual(['M']);
    expect(schema.typeOf('b.B')?.kind).toBe('message');
  });

  it('that nobody knows only matter when a type is missing, and then are named', () => {
    const options = 'import "buf/validate/validate.proto"; import "../../etc/passwd";';
    expect(link(`syntax = "proto3"; ${options} message M { int32 a = 1; }`).messages).toHaveLength(1);
    expect(() => link(`syntax = "proto3"; ${options} message M { buf.X a = 1; }`)).toThrow(
      'Protobuf schema: the type buf.X of M.a is not defined; no reference says what these imports are: buf/validate/validate.proto, ../../etc/passwd',
    );
  });

  it('that are well known cannot be replaced by a reference', () => {
    const schema = link(
      'syntax = "proto3"; import "google/type/date.proto"; message M { google.type.Date d = 1; }',
      {
        'google/type/date.proto':
          'syntax = "proto3"; package google.type; message Date { string other = 1; }',
      },
    );
    const date = schema.typeOf('google.type.Date');
    expect(date?.kind === 'message' && date.fields.map(({ name }) => name)).toEqual(['year', 'month', 'day']);
  });
});

describe('a text that is wrong', () => {
  it.each([
    [
      'an end too early',
      'syntax = "proto3"; message M { int32 a = 1;',
      'line 1: expected the type of a field, but found the end of the text',
    ],
    [
      'a line of its own',
      'syntax = "proto3";\n\nmessage M {\n  int32 = 1;\n}',
      'line 4: expected the name of a field, but found =',
    ],
    ['no number', 'message M { optional int32 a; }', "expected '=', but found ;"],
    ['the number 0', 'message M { optional int32 a = 0; }', 'must lie within 1 and 536870911'],
    [
      'a huge number',
      `message M { optional int32 a = ${'9'.repeat(50)}; }`,
      'expected the number of a field',
    ],
    [
      'a number twice',
      'message M { optional int32 a = 1; optional int32 b = 1; }',
      'the name or number of M.b is taken',
    ],
    ['a name twice', 'message M {} enum M { A = 0; }', 'M is defined twice'],
    ['a type that is not there', 'message M { optional N a = 1; }', 'the type N of M.a is not defined'],
    ['a comment without end', 'message M {} /* here', 'a comment has no end'],
    ['a string without end', 'option x = "abc\n";', 'a string has no end'],
    ['an unknown escape', 'option x = "\\q";', 'an escape that is not known'],
    ['a version of the future', 'syntax = "proto4";', 'this version of Protobuf is not known'],
    ['an enum without values', 'enum E {}', 'the enum E has no values'],
    ['values of one number', 'enum E { A = 0; B = 0; }', 'no option allow_alias'],
    [
      'a map of keys that are no keys',
      'message M { map<double, int32> m = 1; }',
      'the keys of the map M.m cannot be of type double',
    ],
    [
      'a default of another type',
      'message M { optional int32 a = 1 [default = "x"]; }',
      'the default of M.a is not of its type',
    ],
    ['a label of a hyphen', 'message M-N {}', 'expected the name of a message'],
    ['something else', '{"type":"record"}', 'expected a declaration, but found {'],
  ])('says so and where: %s', (_, text, message) => {
    expect(() => linkProto(text, noImports)).toThrow(message);
  });

  it('may be nested as deep as it likes, without the stack running over', () => {
    const messages = `${'message M { '.repeat(10_000)}${'}'.repeat(10_000)}`;
    expect(() => linkProto(messages, noImports)).toThrow('more than 64 deep');
    const option = `option x = ${'{a:'.repeat(50_000)}`;
    expect(() => linkProto(option, noImports)).toThrow('nested more than 32 deep');
  });

  it('may have as many blanks and comments and as long words as it likes', () => {
    for (const blanks of ['/**/', '// x\n', ' ', '\n', '/***/\n//\n ']) {
      const schema = linkProto(`${blanks.repeat(300_000)} message M {} ${blanks.repeat(300_000)}`, noImports);
      expect(schema.messages).toHaveLength(1);
    }
    const name = 'x'.repeat(2_000_000);
    expect(linkProto(`message ${name} {}`, noImports).messages[0]?.name).toHaveLength(2_000_000);
    expect(() => linkProto(`option x = ${'9'.repeat(2_000_000)}; message M`, noImports)).toThrow(
      "expected '{'",
    );
  });
});
