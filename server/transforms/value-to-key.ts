import { defineConfig } from '../config/define-config.ts';
import { list } from '../config/kinds.ts';
import { parseConfig } from '../config/parse-config.ts';
import { listWithoutDuplicates } from '../config/validators.ts';
import type { Settings } from '../plugin-api/source-connector.ts';
import type { Transformation } from '../plugin-api/transformation.ts';
import type { ConnectRecord } from '../records/record.ts';
import type { Field, Schema } from '../records/schema.ts';
import { schemaOf } from '../records/schema-of.ts';
import { Struct } from '../records/struct.ts';
import { copiedValue, dataError, requireMap, requireStruct } from './fields/record-data.ts';
import { SchemaCache } from './fields/schema-cache.ts';
import { replaceNullWithDefaultKey } from './fields/shared-keys.ts';

const purpose = 'copying fields from value to key';

export const valueToKeyConfig = defineConfig({
  fields: list({
    importance: 'HIGH',
    documentation: 'Fields of the value that make up the new key.',
    validator: listWithoutDuplicates({ emptyAllowed: false }),
  }),
  ...replaceNullWithDefaultKey,
});

interface Plan {
  readonly schema: Schema;
  readonly sources: readonly Field[];
}

export class ValueToKey implements Transformation {
  #fields: readonly string[] = [];
  #replacesNull = true;
  readonly #plans = new SchemaCache((schema) => this.#plan(schema));

  configure(settings: Settings): void {
    const config = parseConfig(valueToKeyConfig, settings);
    this.#fields = config.fields;
    this.#replacesNull = config['replace.null.with.default'];
  }

  apply<R extends ConnectRecord>(record: R): R {
    if (record.valueSchema === null) {
      const map = requireMap(record.value, purpose);
      const key = new Map(this.#fields.map((field) => [field, map.get(field) ?? null]));
      return { ...record, keySchema: null, key };
    }
    const value = requireStruct(record.value, purpose);
    const { schema, sources } = this.#plans.of(value.schema);
    const key = new Struct(schema);
    for (const [index, field] of sources.entries()) {
      key.values[index] = copiedValue(value, field, this.#replacesNull);
    }
    return { ...record, keySchema: schema, key };
  }

  #plan(schema: Schema): Plan {
    const sources = this.#fields.map((name) => {
      const field = schema.field(name);
      if (field === undefined) throw dataError(`Field does not exist: ${name}`);
      return field;
    });
    return { schema: schemaOf({ type: 'STRUCT', fields: sources }), sources };
  }
}
