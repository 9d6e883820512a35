import fc from 'fast-check';
import { Decimal } from '../../../records/decimal.ts';
import { valuesEqual } from '../../../records/equality.ts';
import { dateSchema, decimalSchema, timeSchema, timestampSchema } from '../../../records/logical-types.ts';
import { decimalScaleOf } from '../../../records/logical-values.ts';
import type { Schema, SchemaType } from '../../../records/schema.ts';
import { type SchemaOptions, schemaOf } from '../../../records/schema-of.ts';
import { Struct } from '../../../records/struct.ts';
import { logicalNames } from '../../../records/validate-value.ts';
import { enumParameter, enumParameterOf, isUnion, nullSymbol, oneOfName } from '../union-names.ts';

const plainTypes: readonly SchemaType[] = [
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FLOAT32',
  'FLOAT64',
  'BOOLEAN',
  'STRING',
  'BYTES',
];
const names = fc.string({ unit: 'binary', maxLength: 12 });
const options: fc.Arbitrary<SchemaOptions> = fc.record({
  optional: fc.boolean(),
  name: fc.option(fc.constantFrom('a.b.Order', 'ä "quoted"', '', '__proto__')),
  version: fc.option(fc.integer()),
  doc: fc.option(fc.constantFrom('What it is.', 'line\nbreak', '')),
  parameters: fc.option(
    fc.dictionary(
      names.filter((name) => !name.startsWith('io.confluent')),
      names,
      { minKeys: 1, maxKeys: 15 },
    ),
  ),
});

const isOptional = fc.boolean();
const logical = fc.oneof(
  fc
    .tuple(fc.integer({ min: -3, max: 9 }), isOptional)
    .map(([scale, optional]) => decimalSchema(scale, { optional })),
  isOptional.map((optional) => dateSchema({ optional })),
  isOptional.map((optional) => timeSchema({ optional })),
  isOptional.map((optional) => timestampSchema({ optional })),
);
const enums = fc
  .tuple(
    fc.uniqueArray(
      names.filter((name) => name !== nullSymbol),
      { minLength: 1, maxLength: 14 },
    ),
    isOptional,
  )
  .map(([symbols, optional]) => {
    const entries = symbols.map((symbol) => [`${enumParameter}.${symbol}`, symbol]);
    return schemaOf({
      type: 'STRING',
      optional,
      parameters: Object.fromEntries([[enumParameter, ''], ...entries]),
    });
  });

/** Unions of types that JSON tells apart. */
const unions = fc
  .tuple(
    fc.shuffledSubarray<SchemaType>(['INT64', 'STRING', 'BOOLEAN', 'ARRAY', 'STRUCT'], { minLength: 2 }),
    isOptional,
  )
  .map(([types, optional]) =>
    schemaOf({
      type: 'STRUCT',
      name: oneOfName,
      optional,
      fields: types.map((type, index) => ({ name: `${oneOfName}.field.${index}`, schema: branchOf(type) })),
    }),
  );

function branchOf(type: SchemaType): Schema {
  const part = schemaOf({ type: 'INT32' });
  if (type === 'ARRAY') return schemaOf({ type, optional: true, valueSchema: part });
  if (type === 'STRUCT') return schemaOf({ type, optional: true, fields: [{ name: 'a', schema: part }] });
  return schemaOf({ type, optional: true });
}

const withoutParts = fc.oneof(
  fc.tuple(fc.constantFrom(...plainTypes), options).map(([type, given]) => schemaOf({ type, ...given })),
  logical,
  enums,
);

/** Keys that are texts and never null are names of members, and JSON Schema says nothing more of them. */
const mapKeys = withoutParts.map((schema) =>
  schema.type === 'STRING' && !schema.optional ? schemaOf({ type: 'STRING' }) : schema,
);

/** Connect schemas that a JSON Schema can stand for wholly. */
export const anySchema: fc.Arbitrary<Schema> = fc.letrec<{ schema: Schema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    withoutParts,
    unions,
    fc
      .tuple(tie('schema'), options)
      .map(([valueSchema, given]) => schemaOf({ type: 'ARRAY', valueSchema, ...given })),
    fc
      .tuple(mapKeys, tie('schema'), options)
      .map(([keySchema, valueSchema, given]) => schemaOf({ type: 'MAP', keySchema, valueSchema, ...given })),
    fc
      .tuple(
        fc.uniqueArray(fc.tuple(names, tie('schema')), { maxLength: 14, selector: ([name]) => name }),
        options,
      )
      .map(([fields, given]) =>
        schemaOf({ type: 'STRUCT', fields: fields.map(([name, schema]) => ({ name, schema })), ...given }),
      ),
  ),
})).schema;

/** Values of a schema; null only where nothing else could come back in its place. */
export function valuesOf(schema: Schema): fc.Arbitrary<unknown> {
  const values = presentValuesOf(schema);
  return schema.optional && schema.default === undefined ? fc.option(values) : values;
}

function presentValuesOf(schema: Schema): fc.Arbitrary<unknown> {
  switch (schema.name) {
    case logicalNames.decimal:
      return fc
        .bigInt({ min: -(10n ** 40n), max: 10n ** 40n })
        .map((unscaled) => new Decimal(unscaled, decimalScaleOf(schema)));
    case logicalNames.date:
      return fc.integer({ min: -1_000_000, max: 1_000_000 }).map((days) => new Date(days * 86_400_000));
    case logicalNames.time:
      return fc.integer({ min: 0, max: 86_399_999 }).map((ms) => new Date(ms));
    case logicalNames.timestamp:
      return fc.date({ noInvalidDate: true });
  }
  switch (schema.type) {
    case 'INT8':
      return fc.integer({ min: -128, max: 127 });
    case 'INT16':
      return fc.integer({ min: -32_768, max: 32_767 });
    case 'INT32':
      return fc.integer();
    case 'INT64':
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case 'FLOAT32':
      return fc.float();
    case 'FLOAT64':
      return fc.double();
    case 'BOOLEAN':
      return fc.boolean();
    case 'BYTES':
      return fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes));
    case 'STRING':
      return symbolsOf(schema) ?? fc.string({ unit: 'binary', maxLength: 20 });
    case 'ARRAY':
      return fc.array(partOf(schema.valueSchema), { maxLength: 4 });
    case 'MAP':
      return fc
        .uniqueArray(fc.tuple(partOf(schema.keySchema), partOf(schema.valueSchema)), {
          maxLength: 4,
          comparator: ([left], [right]) => valuesEqual(left, right),
        })
        .map((entries) => new Map(entries));
    case 'STRUCT':
      return isUnion(schema) ? branchValues(schema) : structValues(schema);
  }
}

function symbolsOf(schema: Schema): fc.Arbitrary<string> | null {
  const parameter = enumParameterOf(schema);
  if (parameter === null) return null;
  const symbols = Object.keys(schema.parameters ?? {}).filter((name) => name !== parameter);
  return fc.constantFrom(...symbols.map((name) => name.slice(parameter.length + 1)));
}

function partOf(schema: Schema | null): fc.Arbitrary<unknown> {
  if (schema === null) throw new Error('no schema');
  return valuesOf(schema);
}

function structValues(schema: Schema): fc.Arbitrary<Struct> {
  return fc
    .tuple(...schema.fields.map((field) => valuesOf(field.schema)))
    .map((values) => filled(schema, values));
}

function branchValues(schema: Schema): fc.Arbitrary<Struct> {
  return fc.oneof(
    ...schema.fields.map((field) =>
      presentValuesOf(field.schema).map((value) =>
        filled(
          schema,
          schema.fields.map(({ index }) => (index === field.index ? value : null)),
        ),
      ),
    ),
  );
}

function filled(schema: Schema, values: readonly unknown[]): Struct {
  const struct = new Struct(schema);
  for (const [index, value] of values.entries()) struct.values[index] = value;
  return struct;
}
