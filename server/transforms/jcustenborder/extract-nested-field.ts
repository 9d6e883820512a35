import { defineConfig } from '../../config/define-config.ts';
import { string } from '../../config/kinds.ts';
import { parseConfig } from '../../config/parse-config.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import type { ConnectRecord } from '../../records/record.ts';
import type { Field } from '../../records/schema.ts';
import { schemaOf } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { copiedValue, dataError, fieldValue, requireStruct } from '../fields/record-data.ts';
import type { RecordSide } from '../fields/record-side.ts';
import { SchemaCache } from '../fields/schema-cache.ts';
import { unsupportedType } from './unsupported-type.ts';

export const extractNestedFieldConfig = defineConfig({
  'input.outer.field.name': string({
    importance: 'HIGH',
    documentation: 'The field at the top that holds the struct: address, for the state of an address.',
  }),
  'input.inner.field.name': string({
    importance: 'HIGH',
    documentation: 'The field in that struct: state, for the state of an address.',
  }),
  'output.field.name': string({
    importance: 'HIGH',
    documentation: 'The field at the top that gets its value.',
  }),
});

/** A copy of a nested field at the top. */
export class ExtractNestedField implements Transformation {
  readonly #side: RecordSide;
  #outer = '';
  #inner = '';
  #output = '';
  readonly #schemas = new SchemaCache((schema) => {
    const outer = schema.field(this.#outer);
    const inner = outer?.schema.field(this.#inner);
    if (outer?.schema.type !== 'STRUCT' || inner === undefined) {
      throw dataError(`There is no field ${this.#inner} in a struct ${this.#outer}.`);
    }
    const { name, optional } = schema;
    const fields = [...schema.fields, { name: this.#output, schema: inner.schema }];
    return { outer, inner, schema: schemaOf({ type: 'STRUCT', name, optional, fields }) };
  });

  constructor(side: RecordSide) {
    this.#side = side;
  }

  configure(settings: Settings): void {
    const config = parseConfig(extractNestedFieldConfig, settings);
    this.#outer = config['input.outer.field.name'];
    this.#inner = config['input.inner.field.name'];
    this.#output = config['output.field.name'];
  }

  apply<R extends ConnectRecord>(record: R): R {
    const value = this.#side.valueOf(record);
    const schema = this.#side.schemaOf(record);
    if (value === null && schema === null) return record;
    if (!(value instanceof Struct)) throw unsupportedType(schema, value);
    const plan = this.#schemas.of(value.schema);
    const changed = new Struct(plan.schema);
    for (const field of value.schema.fields) changed.values[field.index] = copiedValue(value, field, true);
    changed.values[value.schema.fields.length] = innerValue(value, plan.outer, plan.inner);
    return this.#side.replace(record, plan.schema, changed);
  }
}

function innerValue(struct: Struct, outer: Field, inner: Field): unknown {
  return copiedValue(requireStruct(fieldValue(struct, outer, false), 'nested field'), inner, true);
}
