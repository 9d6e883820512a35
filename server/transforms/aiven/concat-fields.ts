import { defineConfig } from '../../config/define-config.ts';
import { list, string } from '../../config/kinds.ts';
import { parseConfig } from '../../config/parse-config.ts';
import { nonEmptyString } from '../../config/validators.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import { javaText } from '../../records/java-text.ts';
import { OPTIONAL_STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import type { ConnectRecord } from '../../records/record.ts';
import { schemaOf } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { copiedValue, dataError, fieldValue, requireMap } from '../fields/record-data.ts';
import type { RecordSide } from '../fields/record-side.ts';
import { SchemaCache } from '../fields/schema-cache.ts';

export const concatFieldsConfig = defineConfig({
  'field.names': list({ importance: 'HIGH', documentation: 'The fields whose texts are joined.' }),
  'output.field.name': string({
    importance: 'HIGH',
    validator: nonEmptyString(),
    documentation: 'The field that gets the joined text.',
  }),
  'field.replace.missing': string({
    importance: 'HIGH',
    default: '',
    documentation: 'Stands for a field that is missing or null.',
  }),
  delimiter: string({ importance: 'HIGH', default: '', documentation: 'What stands between the texts.' }),
});

/** A new field with the texts of others, joined. */
export class ConcatFields implements Transformation {
  readonly #side: RecordSide;
  #names: readonly string[] = [];
  #output = '';
  #missing = '';
  #delimiter = '';
  readonly #schemas = new SchemaCache((schema) =>
    schemaOf({
      type: 'STRUCT',
      fields: [...schema.fields, { name: this.#output, schema: OPTIONAL_STRING_SCHEMA }],
    }),
  );

  constructor(side: RecordSide) {
    this.#side = side;
  }

  configure(settings: Settings): void {
    const config = parseConfig(concatFieldsConfig, settings);
    this.#names = config['field.names'];
    this.#output = config['output.field.name'];
    this.#missing = config['field.replace.missing'];
    this.#delimiter = config.delimiter;
  }

  apply<R extends ConnectRecord>(record: R): R {
    const value = this.#side.valueOf(record);
    if (value instanceof Struct) {
      const changed = this.#struct(value);
      return this.#side.replace(record, changed.schema, changed);
    }
    const map = requireMap(value, 'concatenation of fields');
    if (this.#side.schemaOf(record) !== null)
      throw dataError('Fields of a MAP with a schema cannot be joined.');
    const text = this.#joined((name) => (map.has(name) ? javaTextOrNull(map.get(name)) : null));
    return this.#side.replace(record, null, new Map(map).set(this.#output, text));
  }

  #struct(struct: Struct): Struct {
    const changed = new Struct(this.#schemas.of(struct.schema));
    for (const field of struct.schema.fields) changed.values[field.index] = copiedValue(struct, field, true);
    const text = this.#joined((name) => {
      const field = struct.schema.field(name);
      const value = field === undefined ? null : fieldValue(struct, field, true);
      return field === undefined || value === null ? null : javaText(field.schema, value);
    });
    return changed.put(this.#output, text);
  }

  #joined(textOf: (name: string) => string | null): string {
    return this.#names.map((name) => textOf(name) ?? this.#missing).join(this.#delimiter);
  }
}

function javaTextOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : javaText(null, value);
}
