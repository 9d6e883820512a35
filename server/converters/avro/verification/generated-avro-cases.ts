import fc from 'fast-check';
import { logical, type SchemaNote, type ValueNote } from '../../verification/value-notation.ts';
import type { AvroCase, AvroConfig, AvroWriteCase } from './avro-cases.ts';

interface Generated {
  readonly schema: SchemaNote;
  readonly value: fc.Arbitrary<ValueNote>;
}

const enumKey = 'io.confluent.connect.avro.Enum';
const scalar = (is: 'int8' | 'int16' | 'int32' | 'int64' | 'float' | 'double' | 'string' | 'bytes') => {
  return (text: unknown): ValueNote => ({ is, text: String(text) });
};
const whole = (bits: number) =>
  fc.oneof(
    fc.integer({ min: -9, max: 9 }).map(BigInt),
    fc.bigInt({ min: -(2n ** BigInt(bits - 1)), max: 2n ** BigInt(bits - 1) - 1n }),
  );
/** Java before 19 shows some doubles with more digits than they need, so only such that have few. */
const fraction = fc.integer({ min: -4_000_000, max: 4_000_000 }).map((n) => n / 8);
const shown = (value: number) => (Number.isInteger(value) ? `${value + 0}.0` : String(value));
const text = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.string({ minLength: 20, maxLength: 80 }),
);
const bytes = (lengths: { minLength?: number; maxLength: number }) =>
  fc.uint8Array(lengths).map((each) => scalar('bytes')(Buffer.from(each).toString('base64')));
const date = (ms: fc.Arbitrary<number>) => ms.map((each): ValueNote => ({ is: 'date', text: String(each) }));

const leaves: readonly (readonly [SchemaNote, fc.Arbitrary<ValueNote>])[] = [
  [{ type: 'INT8' }, whole(8).map(scalar('int8'))],
  [{ type: 'INT16' }, whole(16).map(scalar('int16'))],
  [{ type: 'INT32' }, whole(32).map(scalar('int32'))],
  [{ type: 'INT64' }, whole(64).map(scalar('int64'))],
  [{ type: 'FLOAT32' }, fraction.map(shown).map(scalar('float'))],
  [{ type: 'FLOAT64' }, fraction.map(shown).map(scalar('double'))],
  [
    { type: 'BOOLEAN' },
    fc.boolean().map((value): ValueNote => ({ is: 'boolean', text: value ? 'true' : 'false' })),
  ],
  [{ type: 'STRING' }, text.map(scalar('string'))],
  [{ type: 'BYTES' }, bytes({ maxLength: 9 })],
  [
    { type: 'BYTES', name: 'org.example.Four', parameters: { 'connect.fixed.size': '4' } },
    bytes({ minLength: 4, maxLength: 4 }),
  ],
  [
    {
      type: 'STRING',
      name: 'org.example.Color',
      parameters: { [enumKey]: 'org.example.Color', [`${enumKey}.RED`]: 'RED', [`${enumKey}.BLUE`]: 'BLUE' },
    },
    fc.constantFrom('RED', 'BLUE').map(scalar('string')),
  ],
  [
    { type: 'INT32', name: logical.date, version: 1 },
    date(fc.integer({ min: -9_000, max: 90_000 }).map((days) => days * 86_400_000)),
  ],
  [{ type: 'INT32', name: logical.time, version: 1 }, date(fc.integer({ min: 0, max: 86_399_999 }))],
  [{ type: 'INT64', name: logical.timestamp, version: 1 }, date(fc.integer({ min: -8e15, max: 8e15 }))],
  ...[-2, 0, 3, 70].map((scale): [SchemaNote, fc.Arbitrary<ValueNote>] => [
    { type: 'BYTES', name: logical.decimal, version: 1, parameters: { scale: String(scale) } },
    whole(90).map((unscaled) => ({ is: 'decimal', text: `${unscaled}E${-scale}` })),
  ]),
];

const labels = fc.record(
  {
    doc: fc.constantFrom('d', 'Ü "x"\n😀\u0001'),
    version: fc.integer({ min: 0, max: 5 }),
    parameters: fc.constantFrom(
      { p: '1' },
      { p: '1', 'avro.java.string': 'String' },
      { 'io.confluent.connect.avro.field.default': 'true' },
    ),
  },
  { requiredKeys: [] },
);

const leaf: fc.Arbitrary<Generated> = fc
  .constantFrom(...leaves)
  .map(([schema, value]) => ({ schema, value }));

/** The same, perhaps optional, with a default and more that a schema can say. */
function labelled(inner: fc.Arbitrary<Generated>): fc.Arbitrary<Generated> {
  return inner.chain((made) =>
    fc
      .record({
        optional: fc.boolean(),
        labels: made.schema.name === undefined ? labels : fc.constant({}),
        default: fc.option(made.value, { freq: 3 }),
      })
      .map((more) => {
        const bare = { ...made.schema, ...more.labels };
        const hasDefault = more.default !== null && (bare.type !== 'STRUCT' || bare.name !== undefined);
        const optional = more.optional;
        const base = { ...bare, optional };
        const plain = (note: ValueNote): ValueNote =>
          note?.is === 'struct' ? { ...note, schema: base } : note;
        const schema =
          hasDefault && bare.type !== 'STRUCT' ? { ...base, default: plain(more.default) } : base;
        const value = made.value.map((note) => (note?.is === 'struct' ? { ...note, schema } : note));
        return { schema, value: optional ? fc.option(value, { freq: 4 }) : value };
      }),
  );
}

function listOf(inner: fc.Arbitrary<Generated>): fc.Arbitrary<Generated> {
  return inner.map(({ schema, value }) => ({
    schema: { type: 'ARRAY', values: schema },
    value: fc.array(value, { maxLength: 3 }).map((items) => ({ is: 'list', items })),
  }));
}

function mapOf(keys: fc.Arbitrary<Generated>, inner: fc.Arbitrary<Generated>): fc.Arbitrary<Generated> {
  return fc.tuple(keys, inner).map(([key, { schema, value }]) => ({
    schema: { type: 'MAP', keys: key.schema, values: schema },
    // One entry: Java keeps no order.
    value: fc.array(fc.tuple(key.value, value), { maxLength: 1 }).map((entries) => ({ is: 'map', entries })),
  }));
}

/** Names tell structs apart: two of one name would have to be the same. */
let names = 0;

function structOf(inner: fc.Arbitrary<Generated>): fc.Arbitrary<Generated> {
  return fc.array(inner, { maxLength: 4 }).map((parts) => {
    const name = names++ % 3 === 0 ? undefined : `com.example.Record${names}`;
    const schema: SchemaNote = {
      type: 'STRUCT',
      ...(name === undefined ? {} : { name }),
      fields: parts.map((part, index) => [`f${index}`, part.schema] as const),
    };
    const value = fc
      .tuple(...parts.map((part) => part.value))
      .map((items): ValueNote => ({ is: 'struct', schema, items }));
    return { schema, value };
  });
}

/** A struct that stands for a union of leaves. */
const unionOf: fc.Arbitrary<Generated> = fc
  .uniqueArray(fc.constantFrom(...leaves.slice(2, 9)), { minLength: 2, maxLength: 4 })
  .map((members) => {
    const schema: SchemaNote = {
      type: 'STRUCT',
      name: 'io.confluent.connect.avro.Union',
      fields: members.map(([member], index) => [`m${index}`, { ...member, optional: true }] as const),
    };
    const value = fc.nat(members.length - 1).chain((chosen) =>
      (members[chosen]?.[1] ?? fc.constant(null)).map(
        (item): ValueNote => ({
          is: 'struct',
          schema,
          items: members.map((_, index) => (index === chosen ? item : null)),
        }),
      ),
    );
    return { schema, value };
  });

const { data } = fc.letrec<{ data: Generated }>((tie) => ({
  data: labelled(
    fc.oneof(
      { maxDepth: 3, withCrossShrink: false },
      leaf,
      leaf,
      unionOf,
      listOf(tie('data')),
      mapOf(
        fc.oneof(
          leaf,
          leaf,
          fc.constant({ schema: { type: 'STRING' } as const, value: text.map(scalar('string')) }),
        ),
        tie('data'),
      ),
      structOf(tie('data')),
      structOf(tie('data')),
    ),
  ),
}));

const configs = fc.constantFrom<AvroConfig>(
  {},
  {},
  {},
  { 'enhanced.avro.schema.support': 'true' },
  { 'connect.meta.data': 'false' },
  { 'discard.type.doc.default': 'true' },
  { 'ignore.default.for.nullables': 'true' },
  { 'allow.optional.map.keys': 'true' },
  { 'scrub.invalid.names': 'true' },
);

/** Connect data with settings to write it. */
export const written = fc
  .tuple(configs, data)
  .chain(([config, { schema, value }]) =>
    value.map((note): AvroWriteCase => ({ config, schema, value: note })),
  );

interface AvroJson {
  readonly [member: string]: unknown;
}

const avroLeaf = fc.constantFrom<string | AvroJson>(
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'string',
  'bytes',
  { type: 'int', 'connect.type': 'int16', 'connect.doc': 'small', 'connect.default': 3 },
  { type: 'string', 'avro.java.string': 'String', 'connect.version': 4 },
  { type: 'long', logicalType: 'timestamp-micros' },
  { type: 'string', logicalType: 'uuid', 'connect.parameters': { a: 'b' } },
  { type: 'bytes', 'connect.name': 'named.Bytes' },
);

const avroEnum = fc.record({ doc: fc.option(fc.constant('colors')), fallback: fc.boolean() }).map(
  (more): AvroJson => ({
    type: 'enum',
    name: `Enum${names++}`,
    namespace: 'ns.e',
    symbols: ['A', 'B', 'C'],
    ...(more.doc === null ? {} : { doc: more.doc }),
    ...(more.fallback ? { default: 'B' } : {}),
  }),
);

const avroFixed = fc.nat(6).map((size): AvroJson => ({ type: 'fixed', name: `Fixed${names++}`, size }));

const { avro } = fc.letrec<{ avro: unknown }>((tie) => ({
  avro: fc.oneof(
    { maxDepth: 3 },
    avroLeaf,
    avroEnum,
    avroFixed,
    tie('avro').map((items) => ({ type: 'array', items })),
    tie('avro').map((values) => ({ type: 'map', values })),
    fc.tuple(fc.boolean(), avroLeaf).map(([first, other]) => (first ? ['null', other] : [other, 'null'])),
    fc.uniqueArray(fc.constantFrom('null', 'int', 'string', 'double', 'boolean', 'bytes'), {
      minLength: 3,
      maxLength: 4,
    }),
    avroRecord(tie('avro')),
    avroRecord(tie('avro')),
  ),
}));

function avroRecord(inner: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const field = fc.tuple(inner, fc.option(fc.constantFrom('first', 'Ünt "x"'))).map(([type, doc]) => ({
    type,
    ...(doc === null ? {} : { doc }),
    ...defaultFor(type),
  }));
  return fc
    .tuple(fc.array(field, { maxLength: 4 }), fc.option(fc.constant('of a record')))
    .map(([fields, doc]) => ({
      type: 'record',
      name: `Rec${names++}`,
      ...(names % 2 === 0 ? { namespace: 'ns.r' } : {}),
      ...(doc === null ? {} : { doc }),
      fields: fields.map((each, index) => ({ name: `f${index}`, ...each })),
    }));
}

function defaultFor(type: unknown): { default?: unknown } {
  if (names++ % 3 !== 0) return {};
  if (Array.isArray(type)) return type[0] === 'null' ? { default: null } : {};
  const defaults: Readonly<Record<string, unknown>> = {
    int: 5,
    long: 7,
    double: 1.5,
    float: 2,
    boolean: true,
    string: 'tëxt',
    bytes: 'a\u00ff',
  };
  return typeof type === 'string' && Object.hasOwn(defaults, type) ? { default: defaults[type] } : {};
}

const read = fc.tuple(configs, avro, fc.nat(1_000_000), fc.option(fc.nat(5))).map(
  ([config, schema, seed, version]): AvroCase => ({
    config,
    avro: JSON.stringify(schema),
    seed,
    ...(version === null ? {} : { version }),
  }),
);

/** The same for each seed. */
export function generateAvroCases(seed: number): AvroCase[] {
  names = 0;
  return [...fc.sample(written, { seed, numRuns: 500 }), ...fc.sample(read, { seed, numRuns: 400 })];
}
