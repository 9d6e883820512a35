import fc from 'fast-check';
import { jsonOfSchema } from '../json/json-schema-writer.ts';
import { JsonValueWriters } from '../json/json-value-writers.ts';
import type { ConverterCase } from './converter-cases.ts';
import { logical, type SchemaNote, schemaFrom, type ValueNote } from './value-notation.ts';

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
const text = fc.oneof(fc.string({ maxLength: 6 }), fc.string({ unit: 'binary', maxLength: 6 }));
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
  [
    { type: 'BYTES' },
    fc.uint8Array({ maxLength: 5 }).map((bytes) => scalar('bytes')(Buffer.from(bytes).toString('base64'))),
  ],
  [
    { type: 'INT32', name: logical.date, version: 1 },
    date(fc.integer({ min: -9_000, max: 90_000 }).map((days) => days * 86_400_000)),
  ],
  [{ type: 'INT32', name: logical.time, version: 1 }, date(fc.integer({ min: 0, max: 86_399_999 }))],
  [{ type: 'INT64', name: logical.timestamp, version: 1 }, date(fc.integer({ min: -1e12, max: 4e12 }))],
  [{ type: 'INT64', name: 'io.debezium.time.MicroTimestamp', version: 1 }, whole(64).map(scalar('int64'))],
  ...[-2, 0, 3, 12].map((scale): [SchemaNote, fc.Arbitrary<ValueNote>] => [
    { type: 'BYTES', name: logical.decimal, version: 1, parameters: { scale: String(scale) } },
    whole(90).map((unscaled) => ({ is: 'decimal', text: `${unscaled}E${-scale}` })),
  ]),
];

interface Generated {
  readonly schema: SchemaNote;
  readonly value: fc.Arbitrary<ValueNote>;
  /** JSON that fits the schema, more or less. */
  readonly payload: fc.Arbitrary<string>;
}

const labels = fc.record(
  {
    doc: fc.constantFrom('d', 'Ü "x"'),
    version: fc.integer({ min: 0, max: 5 }),
    parameters: fc.constantFrom({ p: '1' }, { p: '1', q: '\\' }),
  },
  { requiredKeys: [] },
);

const numberText = fc.constantFrom('0', '1', '-5', '007', '1.5', '1e1', '-2.25', '12', '100');
const junk = fc.constantFrom(
  'null',
  'true',
  'false',
  '"text"',
  '"5"',
  '"AAE="',
  '[]',
  '{}',
  '[1]',
  '{"a":null}',
  '1',
  '1.5',
);
/** Mostly the first. */
const mostly = (fitting: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 12, arbitrary: fitting }, { weight: 1, arbitrary: junk });

const leaf: fc.Arbitrary<Generated> = fc.constantFrom(...leaves).map(([schema, value]) => ({
  schema,
  value,
  payload: mostly(
    schema.type.startsWith('INT') || schema.type.startsWith('FLOAT') || schema.name === logical.decimal
      ? numberText
      : value.map((note) =>
          note !== null && 'text' in note && note.is !== 'boolean' ? JSON.stringify(note.text) : 'true',
        ),
  ),
}));

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
        const isScalar = !['STRUCT', 'MAP', 'ARRAY'].includes(bare.type);
        const schema = {
          ...bare,
          optional: more.optional,
          ...(more.default !== null && isScalar ? { default: more.default } : {}),
        };
        // A struct says itself what its schema is.
        const value = made.value.map((note) => (note?.is === 'struct' ? { ...note, schema } : note));
        return {
          schema,
          value: more.optional ? fc.option(value, { freq: 4 }) : value,
          payload: made.payload,
        };
      }),
  );
}

function listOf(inner: fc.Arbitrary<Generated>): fc.Arbitrary<Generated> {
  return inner.map(({ schema, value, payload }) => ({
    schema: { type: 'ARRAY', values: schema },
    value: fc.array(value, { maxLength: 3 }).map((items) => ({ is: 'list', items })),
    payload: mostly(fc.array(payload, { maxLength: 3 }).map((items) => `[${items.join(', ')}]`)),
  }));
}

function mapOf(keys: fc.Arbitrary<Generated>, inner: fc.Arbitrary<Generated>): fc.Arbitrary<Generated> {
  return fc.tuple(keys, inner).map(([key, { schema, value, payload }]) => ({
    schema: { type: 'MAP', keys: key.schema, values: schema },
    // One entry: Java keeps no order.
    value: fc.array(fc.tuple(key.value, value), { maxLength: 1 }).map((entries) => ({ is: 'map', entries })),
    payload: mostly(
      fc
        .array(fc.tuple(key.payload, payload), { maxLength: 1 })
        .map((entries) =>
          key.schema.type === 'STRING'
            ? `{${entries.map(([, item]) => `"k":${item}`).join(',')}}`
            : `[${entries.map(([name, item]) => `[${name},${item}]`).join(',')}]`,
        ),
    ),
  }));
}

function structOf(inner: fc.Arbitrary<Generated>): fc.Arbitrary<Generated> {
  const names = ['id', 'näme', 'a"b', '__proto__', 'x'];
  return fc.array(inner, { maxLength: names.length }).map((fields) => {
    const schema: SchemaNote = {
      type: 'STRUCT',
      fields: fields.map((field, index) => [names[index] ?? '', field.schema] as const),
    };
    const members = fields.map((field, index) =>
      field.payload.map((payload) => `${JSON.stringify(names[index])}: ${payload}`),
    );
    return {
      schema,
      value: fc
        .tuple(...fields.map((field) => field.value))
        .map((items) => ({ is: 'struct', schema, items })),
      payload: mostly(
        fc.tuple(fc.tuple(...members), fc.nat({ max: 8 })).map(([all, choice]) => {
          if (choice === 0) all.reverse();
          if (choice === 1) all.pop();
          if (choice === 2) all.shift();
          if (choice === 3) all.splice(1, 0, '"unknown":{"deep":[1,{}]}');
          return `{${all.join(choice > 5 ? ',' : ' ,\n')}}`;
        }),
      ),
    };
  });
}

const simpleLeaf = labelled(leaf);
const keyLeaf = leaf.filter(
  ({ schema }) => ['STRING', 'INT32', 'INT64', 'BOOLEAN'].includes(schema.type) && schema.name === undefined,
);
const oneLevel = fc.oneof(
  { weight: 3, arbitrary: simpleLeaf },
  { weight: 1, arbitrary: labelled(listOf(simpleLeaf)) },
  { weight: 1, arbitrary: labelled(mapOf(keyLeaf, simpleLeaf)) },
  { weight: 1, arbitrary: labelled(structOf(simpleLeaf)) },
);
const any = fc.oneof(
  { weight: 1, arbitrary: oneLevel },
  { weight: 1, arbitrary: labelled(listOf(oneLevel)) },
  { weight: 1, arbitrary: labelled(mapOf(keyLeaf, oneLevel)) },
  { weight: 4, arbitrary: labelled(structOf(oneLevel)) },
);

/** Any schema with a value of it. */
export const typedNotes: fc.Arbitrary<{ readonly schema: SchemaNote; readonly value: ValueNote }> = any.chain(
  ({ schema, value }) => value.map((each) => ({ schema, value: each })),
);

const configs = fc.constantFrom<Record<string, string>>(
  {},
  { 'schemas.enable': 'false' },
  { 'decimal.format': 'NUMERIC' },
  { 'replace.null.with.default': 'false' },
);

const writes: fc.Arbitrary<ConverterCase> = fc
  .tuple(typedNotes, configs, fc.nat({ max: 9 }))
  .map(([{ schema, value }, config, choice]) => {
    // Bytes as text and dates in headers are meant to differ; they have cases of their own.
    const isMeantToDiffer = /"is":"(date|bytes)"/.test(JSON.stringify([schema, value]));
    if (choice < 7 || isMeantToDiffer) return { converter: 'json', config, schema, value };
    return { converter: choice === 7 ? 'string' : 'simple', config: {}, schema, value };
  });

const reads: fc.Arbitrary<ConverterCase> = fc
  .tuple(
    any.chain(({ schema, payload }) => payload.map((each) => ({ schema, payload: each }))),
    fc.boolean(),
  )
  .map(([{ schema, payload }, replaces]) => {
    const writers = new JsonValueWriters({ isDecimalNumeric: false, replacesNullWithDefault: true });
    return {
      converter: 'json',
      config: { 'replace.null.with.default': String(replaces) },
      text: `{"schema":${jsonOfSchema(schemaFrom(schema), writers)},"payload":${payload}}`,
    };
  });

const headerWord = fc.oneof(
  numberText,
  fc.constantFrom('true', 'null', '"a"', '"b,c"', '""', '1e40', '70000', '2020-02-29', '[]', '{}'),
);
const headers: fc.Arbitrary<ConverterCase> = fc
  .oneof(
    numberText,
    headerWord,
    fc.array(numberText, { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
    fc
      .array(fc.constantFrom('"a"', '"b c"', '"d,e"'), { maxLength: 3 })
      .map((items) => `[${items.join(', ')}]`),
    fc.tuple(fc.constantFrom('"k"', '1', 'true'), headerWord).map(([key, item]) => `{${key}:${item}}`),
    fc.string({ unit: fc.constantFrom(...'[]{},: a.-Ü'), maxLength: 8 }),
  )
  .map((each) => ({ converter: 'simple', config: {}, text: each }));

/** Cases by chance, the same for the same seed. */
export function generateCases(seed: number): readonly ConverterCase[] {
  return [
    ...fc.sample(writes, { seed, numRuns: 600 }),
    ...fc.sample(reads, { seed, numRuns: 700 }),
    ...fc.sample(headers, { seed, numRuns: 300 }),
  ];
}
