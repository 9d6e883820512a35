import { schemasEqual } from '../../records/equality.ts';
import type { Field, Schema } from '../../records/schema.ts';
import { Struct } from '../../records/struct.ts';
import { kindOf } from '../../records/validate-value.ts';
import { dataError } from '../converter-error.ts';
import { jsonText } from '../json/json-text.ts';
import { JsonValueWriters } from '../json/json-value-writers.ts';
import type { JsonSchemaDataSettings } from './data-settings.ts';
import { atPlace } from './place-error.ts';
import { isUnion } from './union-names.ts';

/** Turns a value of one schema into JSON. Throws a `data` error that names the field of a value of another type. */
export type ValueWriter = (value: unknown) => string;

/** The writer of values of a schema; made once a schema, as it is made of closures. */
export function valueWriterOf(schema: Schema | null, settings: JsonSchemaDataSettings): ValueWriter {
  return new ValueWriters(settings).of(schema);
}

class ValueWriters {
  readonly #settings: JsonSchemaDataSettings;
  /** Values without parts are written as the JsonConverter writes them. */
  readonly #scalars: JsonValueWriters;

  constructor(settings: JsonSchemaDataSettings) {
    this.#settings = settings;
    this.#scalars = new JsonValueWriters({
      isDecimalNumeric: settings.isDecimalNumeric,
      replacesNullWithDefault: true,
    });
  }

  of(schema: Schema | null): ValueWriter {
    if (schema === null) return this.#scalars.of(null);
    const write = this.#presentWriter(schema);
    const absent = this.#absentText(schema, write);
    return (value) => {
      if (value !== null && value !== undefined) return write(value);
      if (absent !== null) return absent;
      throw dataError(`null value for a required ${schema.type} that has no default value`);
    };
  }

  /** What stands for null; null: nothing can. */
  #absentText(schema: Schema, write: ValueWriter): string | null {
    if (schema.default !== undefined && !this.#settings.ignoresDefaultForNullables)
      return write(schema.default);
    return schema.optional ? 'null' : null;
  }

  #presentWriter(schema: Schema): ValueWriter {
    switch (schema.type) {
      case 'ARRAY':
        return this.#arrayWriter(schema);
      case 'MAP':
        return this.#mapWriter(schema);
      case 'STRUCT':
        return isUnion(schema) ? this.#unionWriter(schema) : this.#structWriter(schema);
      default:
        return this.#scalars.of(schema);
    }
  }

  #arrayWriter(schema: Schema): ValueWriter {
    const write = this.of(schema.valueSchema);
    return (value) => {
      if (!Array.isArray(value)) throw wrongType(schema, value);
      let text = '[';
      for (let index = 0; index < value.length; index++) {
        try {
          text += index === 0 ? write(value[index]) : `,${write(value[index])}`;
        } catch (error) {
          throw atPlace(error, index);
        }
      }
      return `${text}]`;
    };
  }

  #mapWriter(schema: Schema): ValueWriter {
    const writeKey = this.of(schema.keySchema);
    const writeItem = this.of(schema.valueSchema);
    const isObject = schema.keySchema?.type === 'STRING' && !schema.keySchema.optional;
    return (value) => {
      if (!(value instanceof Map)) throw wrongType(schema, value);
      const entries: string[] = [];
      for (const [key, item] of value) {
        try {
          entries.push(
            isObject
              ? `${writeKey(key)}:${writeItem(item)}`
              : `{"key":${writeKey(key)},"value":${writeItem(item)}}`,
          );
        } catch (error) {
          throw atPlace(error, entries.length);
        }
      }
      return isObject ? `{${entries.join(',')}}` : `[${entries.join(',')}]`;
    };
  }

  #structWriter(schema: Schema): ValueWriter {
    const fields = schema.fields.map((field) => {
      const write = this.#presentWriter(field.schema);
      const prefix = `${jsonText(field.name)}:`;
      const absent = this.#absentText(field.schema, write);
      return { field, write, prefix, absent: absent === null ? null : prefix + absent };
    });
    return (value) => {
      const { values } = requireStruct(schema, value);
      let text = '{';
      for (const { field, write, prefix, absent } of fields) {
        const item = values[field.index] ?? null;
        // A required field without value is left out.
        if (item === null && absent === null) continue;
        if (text.length > 1) text += ',';
        try {
          text += item === null ? absent : prefix + write(item);
        } catch (error) {
          throw atPlace(error, field.name);
        }
      }
      return `${text}}`;
    };
  }

  #unionWriter(schema: Schema): ValueWriter {
    const writers = schema.fields.map((field) => this.#presentWriter(field.schema));
    const setValue = (values: readonly unknown[], field: Field) =>
      values[field.index] ??
      (this.#settings.ignoresDefaultForNullables ? null : (field.schema.default ?? null));
    return (value) => {
      const { values } = requireStruct(schema, value);
      for (const field of schema.fields) {
        const item = setValue(values, field);
        if (item === null) continue;
        try {
          return writers[field.index]?.(item) ?? 'null';
        } catch (error) {
          throw atPlace(error, field.name);
        }
      }
      if (schema.optional) return 'null';
      throw dataError('None of the fields of a union is set.');
    };
  }
}

function requireStruct(schema: Schema, value: unknown): Struct {
  if (!(value instanceof Struct)) throw wrongType(schema, value);
  if (!schemasEqual(value.schema, schema)) throw dataError('Mismatching schema.');
  return value;
}

function wrongType(schema: Schema, value: unknown) {
  return dataError(`Invalid type for ${schema.type}: ${kindOf(value)}`);
}
