import { defineConfig } from '../config/define-config.ts';
import { string } from '../config/kinds.ts';
import { parseConfig } from '../config/parse-config.ts';
import type { Settings } from '../plugin-api/source-connector.ts';
import type { Transformation } from '../plugin-api/transformation.ts';
import type { ConnectRecord } from '../records/record.ts';
import { structSchema } from '../records/schema-of.ts';
import { Struct } from '../records/struct.ts';
import { validateValue } from '../records/validate-value.ts';
import type { RecordSide } from './fields/record-side.ts';
import { SchemaCache } from './fields/schema-cache.ts';

export const hoistFieldConfig = defineConfig({
  field: string({
    importance: 'MEDIUM',
    documentation: 'Name of the only field of the struct or map that is put around the data.',
  }),
});

export class HoistField implements Transformation {
  readonly #side: RecordSide;
  #field = '';
  readonly #schemas = new SchemaCache((schema) => structSchema({ [this.#field]: schema }));

  constructor(side: RecordSide) {
    this.#side = side;
  }

  configure(settings: Settings): void {
    this.#field = parseConfig(hoistFieldConfig, settings).field;
  }

  apply<R extends ConnectRecord>(record: R): R {
    const schema = this.#side.schemaOf(record);
    const value = this.#side.valueOf(record);
    if (schema === null) return this.#side.replace(record, null, new Map([[this.#field, value]]));
    validateValue(schema, value, this.#field);
    const struct = new Struct(this.#schemas.of(schema));
    struct.values[0] = value;
    return this.#side.replace(record, struct.schema, struct);
  }
}
