import { expect, test } from 'vitest';
import { decimalSchema, timestampSchema } from '../../records/logical-types.ts';
import {
  BOOLEAN_SCHEMA,
  INT8_SCHEMA,
  INT32_SCHEMA,
  INT64_SCHEMA,
  OPTIONAL_BOOLEAN_SCHEMA,
  OPTIONAL_STRING_SCHEMA,
  STRING_SCHEMA,
} from '../../records/primitive-schemas.ts';
import type { Schema } from '../../records/schema.ts';
import { arraySchema, mapSchema, schemaOf, structSchema } from '../../records/schema-of.ts';
import { type FormatSettings, registeredText } from './testing/json-schema-format-of.ts';

const texts: [Schema | null, string, FormatSettings?][] = [
  [null, '{}'],
  [BOOLEAN_SCHEMA, '{"type":"boolean"}'],
  [OPTIONAL_BOOLEAN_SCHEMA, '{"oneOf":[{"type":"null"},{"type":"boolean"}]}'],
  [INT8_SCHEMA, '{"type":"integer","connect.type":"int8"}'],
  [
    timestampSchema({ default: new Date(0) }),
    '{"type":"integer","title":"org.apache.kafka.connect.data.Timestamp","default":0,"connect.version":1,"connect.type":"int64"}',
  ],
  [
    decimalSchema(2),
    '{"type":"string","title":"org.apache.kafka.connect.data.Decimal","connect.version":1,"connect.type":"bytes","connect.parameters":{"scale":"2"}}',
  ],
  [
    decimalSchema(2),
    '{"type":"number","title":"org.apache.kafka.connect.data.Decimal","connect.version":1,"connect.type":"bytes","connect.parameters":{"scale":"2"}}',
    { 'decimal.format': 'numeric' },
  ],
  [
    schemaOf({ type: 'FLOAT64', default: 5, doc: 'd' }),
    '{"type":"number","description":"d","default":5,"connect.type":"float64"}',
  ],
  [
    mapSchema(STRING_SCHEMA, INT32_SCHEMA, { name: 'foo.bar' }),
    '{"type":"object","title":"foo.bar","connect.type":"map","additionalProperties":{"type":"integer","connect.type":"int32"}}',
  ],
  [
    mapSchema(OPTIONAL_STRING_SCHEMA, INT32_SCHEMA),
    '{"type":"array","connect.type":"map","items":{"type":"object","properties":{"value":{"type":"integer","connect.index":1,"connect.type":"int32"},"key":{"connect.index":0,"oneOf":[{"type":"null"},{"type":"string"}]}}}}',
  ],
  [
    structSchema({ int8: INT8_SCHEMA, string: STRING_SCHEMA }, { name: 'Record' }),
    '{"type":"object","additionalProperties":false,"title":"Record","properties":{"string":{"type":"string","connect.index":1},"int8":{"type":"integer","connect.index":0,"connect.type":"int8"}}}',
    { 'object.additional.properties': 'false' },
  ],
  [
    structSchema(
      {
        'io.confluent.connect.json.OneOf.field.0': INT32_SCHEMA,
        'io.confluent.connect.json.OneOf.field.1': OPTIONAL_STRING_SCHEMA,
      },
      { name: 'io.confluent.connect.json.OneOf', optional: true },
    ),
    '{"oneOf":[{"type":"null"},{"type":"integer","connect.index":0,"connect.type":"int32"},{"type":"string","connect.index":1}]}',
  ],
  [
    schemaOf({
      type: 'STRING',
      name: 'Color',
      parameters: {
        'io.confluent.connect.json.Enum': '',
        'io.confluent.connect.json.Enum.c': 'c',
        'io.confluent.connect.json.Enum.a': 'a',
        'io.confluent.connect.json.Enum.<NULL>': '<NULL>',
      },
    }),
    '{"enum":[null,"a","c"],"title":"Color"}',
  ],
];

test.each(texts)('schema %# is registered as the Java converter does', (schema, text, settings) => {
  expect(registeredText(schema, settings)).toBe(text);
});

test('a schema of change events is registered as Debezium with the Java converter did', () => {
  const row = structSchema(
    {
      id: INT32_SCHEMA,
      first_name: STRING_SCHEMA,
      last_name: STRING_SCHEMA,
      email: STRING_SCHEMA,
      phone_number: OPTIONAL_STRING_SCHEMA,
    },
    { name: 'server1.dbo.customers.Value', optional: true },
  );
  const envelope = structSchema(
    { before: row, after: row, source: INT64_SCHEMA, op: STRING_SCHEMA },
    { name: 'server1.dbo.customers.Envelope' },
  );
  const rowText =
    '{"type":"object","title":"server1.dbo.customers.Value","properties":{"last_name":{"type":"string","connect.index":2},"phone_number":{"connect.index":4,"oneOf":[{"type":"null"},{"type":"string"}]},"id":{"type":"integer","connect.index":0,"connect.type":"int32"},"first_name":{"type":"string","connect.index":1},"email":{"type":"string","connect.index":3}}}';
  const text = registeredText(envelope);
  expect(text).toContain(
    '{"type":"object","title":"server1.dbo.customers.Envelope","properties":{"op":{"type":"string","connect.index":3},"before":{"connect.index":0,"oneOf":[{"type":"null"},',
  );
  expect(text).toContain(`"after":{"connect.index":1,"oneOf":[{"type":"null"},${rowText}]}`);
});

test('what holds something of no known schema is refused with its place', () => {
  const schema = structSchema({ a: structSchema({ b: arraySchema(null) }) });
  expect(() => registeredText(schema)).toThrow('a.b: Schema of type ARRAY does not say what it holds.');
});
