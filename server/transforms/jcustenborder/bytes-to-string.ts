import { defineConfig } from '../../config/define-config.ts';
import { list, string } from '../../config/kinds.ts';
import { parseConfig } from '../../config/parse-config.ts';
import type { Converter } from '../../plugin-api/converter.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import { OPTIONAL_STRING_SCHEMA, STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import type { ConnectRecord } from '../../records/record.ts';
import { schemaOf } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { copiedValue, dataError, fieldValue } from '../fields/record-data.ts';
import type { RecordSide } from '../fields/record-side.ts';
import { SchemaCache } from '../fields/schema-cache.ts';
import { unsupportedType } from './unsupported-type.ts';

export const bytesToStringConfig = defineConfig({
  charset: string({
    importance: 'HIGH',
    default: 'UTF-8',
    documentation: 'How the bytes are written: UTF-8, UTF-16, UTF-16BE, UTF-16LE, ISO-8859-1 or US-ASCII.',
  }),
  fields: list({
    importance: 'HIGH',
    default: [],
    documentation: 'The fields to turn to text; without fields, the whole is turned, which is bytes then.',
  }),
});

/** Bytes as text. */
export class BytesToString implements Transformation {
  readonly #side: RecordSide;
  readonly #text: Converter;
  #fields: ReadonlySet<string> = new Set();
  readonly #schemas = new SchemaCache((schema) =>
    schemaOf({
      type: 'STRUCT',
      name: schema.name,
      optional: schema.optional,
      fields: schema.fields.map(({ name, schema: own }) => ({
        name,
        schema: this.#fields.has(name) ? textSchema(own.optional) : own,
      })),
    }),
  );

  /** The converter reads bytes as text. */
  constructor(side: RecordSide, text: Converter) {
    this.#side = side;
    this.#text = text;
  }

  configure(settings: Settings): void {
    const config = parseConfig(bytesToStringConfig, settings);
    this.#fields = new Set(config.fields);
    this.#text.configure({ 'converter.type': 'value', 'converter.encoding': config.charset });
  }

  apply<R extends ConnectRecord>(record: R): R {
    const schema = this.#side.schemaOf(record);
    const value = this.#side.valueOf(record);
    if (value === null && schema === null) return record;
    if (value instanceof Uint8Array) {
      return this.#side.replace(record, textSchema(schema?.optional ?? true), this.#read(value));
    }
    if (!(value instanceof Struct)) throw unsupportedType(schema, value);
    const changed = this.#struct(value);
    return this.#side.replace(record, changed.schema, changed);
  }

  #struct(struct: Struct): Struct {
    const changed = new Struct(this.#schemas.of(struct.schema));
    for (const field of struct.schema.fields) {
      if (!this.#fields.has(field.name)) {
        changed.values[field.index] = copiedValue(struct, field, true);
        continue;
      }
      const value = fieldValue(struct, field, false);
      if (!(value instanceof Uint8Array)) throw dataError(`Field ${field.name} must hold bytes.`);
      changed.values[field.index] = this.#read(value);
    }
    return changed;
  }

  #read(bytes: Uint8Array): unknown {
    return this.#text.toConnectData('', Buffer.from(bytes), null).value;
  }
}

function textSchema(optional: boolean) {
  return optional ? OPTIONAL_STRING_SCHEMA : STRING_SCHEMA;
}
