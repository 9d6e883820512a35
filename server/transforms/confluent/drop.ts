import { defineConfig } from '../../config/define-config.ts';
import { string } from '../../config/kinds.ts';
import { parseConfig } from '../../config/parse-config.ts';
import { oneOfIgnoringCase } from '../../config/validators.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import type { ConnectRecord } from '../../records/record.ts';
import type { Schema } from '../../records/schema.ts';
import { schemaOf } from '../../records/schema-of.ts';
import { dataError } from '../fields/record-data.ts';
import type { RecordSide } from '../fields/record-side.ts';
import { schemaBasics } from '../fields/schema-basics.ts';
import { SchemaCache } from '../fields/schema-cache.ts';

export const dropConfig = defineConfig({
  'schema.behavior': string({
    importance: 'MEDIUM',
    default: 'nullify',
    validator: oneOfIgnoringCase('nullify', 'retain', 'validate', 'force_optional'),
    documentation:
      'What becomes of the schema: nullify takes it away, retain keeps it, validate keeps it and fails unless it is optional, force_optional makes it optional.',
  }),
});

/** Null in place of the key or value. */
export class Drop implements Transformation {
  readonly #side: RecordSide;
  #behavior = 'nullify';
  readonly #optional = new SchemaCache(optionalForm);

  constructor(side: RecordSide) {
    this.#side = side;
  }

  configure(settings: Settings): void {
    this.#behavior = parseConfig(dropConfig, settings)['schema.behavior'].toLowerCase();
  }

  apply<R extends ConnectRecord>(record: R): R {
    return this.#side.replace(record, this.#schema(this.#side.schemaOf(record)), null);
  }

  #schema(schema: Schema | null): Schema | null {
    if (schema === null || this.#behavior === 'nullify') return null;
    if (schema.optional || this.#behavior === 'retain') return schema;
    if (this.#behavior === 'force_optional') return this.#optional.of(schema);
    throw dataError(`Schema ${schema.name ?? schema.type} is not optional, so its data cannot be dropped.`);
  }
}

function optionalForm(schema: Schema): Schema {
  const { keySchema, valueSchema, fields } = schema;
  return schemaOf({
    ...schemaBasics(schema, schema.type),
    keySchema,
    valueSchema,
    fields,
    default: schema.default,
    optional: true,
  });
}
