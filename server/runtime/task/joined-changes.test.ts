import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageOf } from '../../errors/connect-error.ts';
import type { StructChanger } from '../../plugin-api/struct-change.ts';
import { bundledPlugins } from '../../plugins/bundled-plugins.ts';
import { PluginCatalogue } from '../../plugins/plugin-catalogue.ts';
import { schemasEqual, valuesEqual } from '../../records/equality.ts';
import { INT32_SCHEMA, STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import type { SinkRecord } from '../../records/record.ts';
import type { Schema } from '../../records/schema.ts';
import { schemaOf, structSchema } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { JoinedChanges } from './joined-changes.ts';
import { compileTransformationChain, type TransformationChain } from './transformation-chain.ts';

const plugins = new PluginCatalogue(bundledPlugins);
const required = <T>(found: T | null): T => {
  if (found === null) throw new Error('no such plugin');
  return found;
};

type Step = Readonly<Record<string, string>>;

function chainOf(steps: readonly Step[]): TransformationChain {
  const settings: Record<string, string> = { transforms: steps.map((_, index) => `t${index}`).join() };
  for (const [index, step] of steps.entries()) {
    for (const [key, value] of Object.entries(step)) settings[`transforms.t${index}.${key}`] = value;
  }
  const chain = compileTransformationChain(settings, {
    createTransformation: (name) => required(plugins.find(name, 'transformation')).createTransformation(),
    createPredicate: (name) => required(plugins.find(name, 'predicate')).createPredicate(),
  });
  return required(chain);
}

function record(value: unknown, valueSchema: Schema | null): SinkRecord {
  return {
    topic: 't',
    kafkaPartition: 3,
    keySchema: null,
    key: null,
    valueSchema,
    value,
    timestamp: 1_700_000_000_000,
    headers: null,
    kafkaOffset: 7,
    timestampType: 'CreateTime',
    originalTopic: 't',
    originalKafkaPartition: 3,
    originalKafkaOffset: 7,
  };
}

type Outcome = { readonly record: SinkRecord | null } | { readonly error: string; readonly at: string };

function outcome(chains: readonly TransformationChain[], given: SinkRecord): Outcome {
  let current: SinkRecord | null = given;
  for (const chain of chains) {
    try {
      if (current !== null) current = chain.apply(current);
    } catch (error) {
      return { error: messageOf(error), at: chain.currentClassName };
    }
  }
  return { record: current };
}

const prefix = 'org.apache.kafka.connect.transforms';
const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const replacesNull = fc.boolean().map((is) => ({ 'replace.null.with.default': String(is) }));
const castType = fc.constantFrom('int8', 'int64', 'string', 'float64', 'boolean');

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(name, fc.constantFrom('', '!', '?'), replacesNull).map(([field, mark, more]) => ({
    type: `${prefix}.InsertField$Value`,
    'topic.field': `${field}-topic${mark}`,
    'timestamp.field': `${field}-time${mark}`,
    ...more,
  })),
  fc.tuple(fc.uniqueArray(name, { maxLength: 3 }), name, replacesNull).map(([excluded, renamed, more]) => ({
    type: `${prefix}.ReplaceField$Value`,
    exclude: excluded.join(),
    renames: `${renamed}:${renamed}-renamed`,
    ...more,
  })),
  fc
    .tuple(fc.uniqueArray(name, { minLength: 1, maxLength: 3 }), castType, replacesNull)
    .map(([fields, type, more]) => ({
      type: `${prefix}.Cast$Value`,
      spec: fields.map((field) => `${field}:${type}`).join(),
      ...more,
    })),
);

const fieldSchemas: readonly Schema[] = [
  INT32_SCHEMA,
  STRING_SCHEMA,
  schemaOf({ type: 'INT32', optional: true }),
  schemaOf({ type: 'INT32', optional: true, default: 5 }),
  schemaOf({ type: 'STRING', default: 'seven' }),
];

const struct = fc
  .uniqueArray(
    fc.record({ name, kind: fc.nat(fieldSchemas.length - 1), isNull: fc.boolean(), number: fc.nat(300) }),
    {
      selector: (field) => field.name,
      minLength: 1,
    },
  )
  .map((fields) => {
    const schemas = fields.map((field) => [field.name, fieldSchemas[field.kind] ?? INT32_SCHEMA] as const);
    const made = new Struct(structSchema(Object.fromEntries(schemas)));
    for (const { name: field, isNull, number } of fields) {
      const type = made.schema.field(field)?.schema.type;
      if (!isNull) made.put(field, type === 'STRING' ? String(number) : number);
    }
    return made;
  });

describe('changes of neighbouring transformations, joined', () => {
  it('have the effect and the errors of one after the other', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 2, maxLength: 4 }), struct, (steps, value) => {
        const given = record(value, value.schema);
        const joined = chainOf(steps);
        const single = steps.map((each) => chainOf([each]));
        const expected = outcome(single, given);
        // The first time a schema is seen, records still go one by one.
        for (let time = 0; time < 3; time++) {
          const actual = outcome([joined], given);
          if ('error' in expected || 'error' in actual) expect(actual).toEqual(expected);
          else {
            expect(sameRecord(actual.record, expected.record)).toBe(true);
            expect({ ...actual.record, value: 0, valueSchema: 0 }).toEqual({
              ...expected.record,
              value: 0,
              valueSchema: 0,
            });
          }
        }
      }),
      { numRuns: 300, seed: 20261121 },
    );
  });

  it('reach across to the end of a chain, and stop at a predicate and at other transformations', () => {
    const steps: Step[] = [
      { type: `${prefix}.Cast$Value`, spec: 'n:int64' },
      { type: `${prefix}.ReplaceField$Value`, renames: 'n:m' },
      { type: `${prefix}.HoistField$Value`, field: 'inside' },
      { type: `${prefix}.InsertField$Value`, 'static.field': 's', 'static.value': 'x' },
    ];
    const chain = chainOf(steps);
    const schema = structSchema({ n: INT32_SCHEMA });
    for (let number = 0; number < 3; number++) {
      const changed = chain.apply(record(new Struct(schema, { n: number }), schema))?.value;
      expect(String(changed)).toBe(`Struct{inside=Struct{m=${number}},s=x}`);
    }
  });

  it('are worked out once for a schema that comes again, and never for one that does not', () => {
    let asked = 0;
    const changer: StructChanger = {
      side: 'value',
      changeOf: (schema) => {
        asked++;
        return { schema, fields: schema.fields.map(({ index }) => ({ from: index })) };
      },
    };
    const joined = new JoinedChanges([changer, changer]);
    for (let number = 0; number < 100; number++) {
      const schema = structSchema({ n: INT32_SCHEMA });
      expect(joined.apply(record(new Struct(schema, { n: number }), schema))).toBeNull();
    }
    expect(asked).toBe(0);
    const schema = structSchema({ n: INT32_SCHEMA });
    const results = Array.from({ length: 100 }, (_, n) =>
      joined.apply(record(new Struct(schema, { n }), schema)),
    );
    expect(asked).toBe(2);
    expect(results.map((result) => (result?.value instanceof Struct ? result.value.get('n') : null))).toEqual(
      [null, ...Array.from({ length: 99 }, (_, index) => index + 1)],
    );
  });

  it('leave records without a schema, and nulls, to the transformations', () => {
    const chain = chainOf([
      { type: `${prefix}.InsertField$Value`, 'static.field': 's', 'static.value': 'x' },
      { type: `${prefix}.ReplaceField$Value`, renames: 's:t' },
    ]);
    expect(chain.apply(record(new Map([['a', 1]]), null))?.value).toEqual(
      new Map<string, unknown>([
        ['a', 1],
        ['t', 'x'],
      ]),
    );
    expect(chain.apply(record(null, null))?.value).toBeNull();
  });
});

function sameRecord(a: SinkRecord | null, b: SinkRecord | null): boolean {
  if (a === null || b === null) return a === b;
  return schemasEqual(a.valueSchema, b.valueSchema) && valuesEqual(a.value, b.value);
}
