import { defineConfig } from '../config/define-config.ts';
import { string } from '../config/kinds.ts';
import { parseConfig } from '../config/parse-config.ts';
import type { Settings } from '../plugin-api/source-connector.ts';
import type { Transformation } from '../plugin-api/transformation.ts';
import { Decimal } from '../records/decimal.ts';
import type { ConnectRecord } from '../records/record.ts';
import type { Schema } from '../records/schema.ts';
import { schemaOf } from '../records/schema-of.ts';
import { Struct } from '../records/struct.ts';
import { kindOf } from '../records/validate-value.ts';
import {
  copiedValue,
  dataError,
  fieldValue,
  type RecordMap,
  requireMap,
  requireStruct,
} from './fields/record-data.ts';
import type { RecordSide } from './fields/record-side.ts';
import { type NamedSchema, schemaBasics, structLike } from './fields/schema-basics.ts';
import { SchemaCache } from './fields/schema-cache.ts';

const purpose = 'flattening';

export const flattenConfig = defineConfig({
  delimiter: string({
    importance: 'MEDIUM',
    default: '.',
    documentation: 'What stands between the names of outer and inner fields.',
  }),
});

export class Flatten implements Transformation {
  readonly #side: RecordSide;
  #delimiter = '.';
  readonly #schemas = new SchemaCache((schema) => {
    const fields: NamedSchema[] = [];
    this.#addFields(fields, schema, '', { optional: schema.optional, default: schema.default });
    return structLike(schema, fields);
  });

  constructor(side: RecordSide) {
    this.#side = side;
  }

  configure(settings: Settings): void {
    this.#delimiter = parseConfig(flattenConfig, settings).delimiter;
  }

  apply<R extends ConnectRecord>(record: R): R {
    const value = this.#side.valueOf(record);
    if (value === null) return record;
    if (this.#side.schemaOf(record) === null) {
      const flat = new Map<string, unknown>();
      this.#addEntries(flat, requireMap(value, purpose), '');
      return this.#side.replace(record, null, flat);
    }
    const struct = requireStruct(value, purpose);
    const flat = new Struct(this.#schemas.of(struct.schema));
    this.#addValues(flat, struct, '');
    return this.#side.replace(record, flat.schema, flat);
  }

  #addEntries(flat: Map<string, unknown>, map: RecordMap, prefix: string): void {
    for (const [key, value] of map) {
      const name = this.#name(prefix, String(key));
      if (value instanceof Map) this.#addEntries(flat, value, name);
      else if (value instanceof Date || value instanceof Decimal || value instanceof Struct) {
        throw dataError(
          `Flatten transformation does not support ${kindOf(value)} for record without schemas (for field ${name}).`,
        );
      } else flat.set(name, value ?? null);
    }
  }

  /** A field is optional if any struct around it is, and has the default that the structs around it give it. */
  #addFields(
    fields: NamedSchema[],
    schema: Schema,
    prefix: string,
    parent: { readonly optional: boolean; readonly default: unknown },
  ): void {
    for (const field of schema.fields) {
      const name = this.#name(prefix, field.name);
      const own = field.schema;
      const inherited =
        parent.default instanceof Struct ? fieldValue(parent.default, field, true) : undefined;
      const outer = { optional: parent.optional || own.optional, default: own.default ?? inherited };
      if (own.type === 'STRUCT') this.#addFields(fields, own, name, outer);
      else if (own.type === 'MAP') {
        throw dataError(
          `Flatten transformation does not support ${own.type} for record with schemas (for field ${name}).`,
        );
      } else {
        const valueSchema = own.valueSchema;
        fields.push({ name, schema: schemaOf({ ...schemaBasics(own, own.type), valueSchema, ...outer }) });
      }
    }
  }

  #addValues(flat: Struct, struct: Struct, prefix: string): void {
    for (const field of struct.schema.fields) {
      const name = this.#name(prefix, field.name);
      if (field.schema.type === 'STRUCT') {
        const inner = fieldValue(struct, field, true);
        if (inner !== null) this.#addValues(flat, requireStruct(inner, purpose), name);
      } else {
        flat.put(name, copiedValue(struct, field, true));
      }
    }
  }

  #name(prefix: string, name: string): string {
    return prefix === '' ? name : `${prefix}${this.#delimiter}${name}`;
  }
}
