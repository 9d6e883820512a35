import { Decimal } from '../../records/decimal.ts';
import { schemasEqual } from '../../records/equality.ts';
import { doubleText, floatText } from '../../records/java-number-text.ts';
import { dateToDays, decimalToBytes, timeToMs } from '../../records/logical-values.ts';
import type { Schema } from '../../records/schema.ts';
import { Struct } from '../../records/struct.ts';
import { kindOf, logicalNames } from '../../records/validate-value.ts';
import { dataError } from '../converter-error.ts';
import type { JsonFormat } from './json-config.ts';
import { jsonText } from './json-text.ts';

/** Turns a value of one schema into JSON. Throws a `data` error for a value of another type. */
export type JsonValueWriter = (value: unknown) => string;

/** Writers of values, made once a schema and kept as long as the schema lives. */
export class JsonValueWriters {
  readonly #format: JsonFormat;
  readonly #bySchema = new WeakMap<Schema, JsonValueWriter>();

  constructor(format: JsonFormat) {
    this.#format = format;
  }

  of(schema: Schema | null): JsonValueWriter {
    if (schema === null) return writeWithoutSchema;
    let writer = this.#bySchema.get(schema);
    if (writer === undefined) {
      // For a schema that holds itself, until its writer is made.
      this.#bySchema.set(schema, (value) => this.of(schema)(value));
      writer = this.#nullable(schema, this.#compile(schema));
      this.#bySchema.set(schema, writer);
    }
    return writer;
  }

  #nullable(schema: Schema, write: JsonValueWriter): JsonValueWriter {
    const nullText =
      schema.default !== undefined && this.#format.replacesNullWithDefault
        ? write(schema.default)
        : schema.optional
          ? 'null'
          : null;
    return (value) => {
      if (value !== null && value !== undefined) return write(value);
      if (nullText !== null) return nullText;
      throw dataError('Conversion error: null value for field that is required and has no default value');
    };
  }

  #compile(schema: Schema): JsonValueWriter {
    switch (schema.name) {
      case logicalNames.decimal:
        return this.#decimalWriter(schema);
      case logicalNames.date:
        return (value) => String(dateToDays(requireDate(value, 'Date')));
      case logicalNames.time:
        return (value) => String(timeToMs(requireDate(value, 'Time')));
      case logicalNames.timestamp:
        return (value) => String(requireDate(value, 'Timestamp').getTime());
    }
    switch (schema.type) {
      case 'INT8':
        return integerWriter(schema, 0x7f);
      case 'INT16':
        return integerWriter(schema, 0x7fff);
      case 'INT32':
        return integerWriter(schema, 0x7fffffff);
      case 'INT64':
        return (value) => {
          if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return String(value);
          throw wrongType(schema, value);
        };
      case 'FLOAT32':
        return (value) => finiteOrQuoted(requireNumber(schema, value), floatText);
      case 'FLOAT64':
        return (value) => finiteOrQuoted(requireNumber(schema, value), doubleText);
      case 'BOOLEAN':
        return (value) => {
          if (typeof value === 'boolean') return value ? 'true' : 'false';
          throw wrongType(schema, value);
        };
      case 'STRING':
        return (value) => {
          if (typeof value === 'string') return jsonText(value);
          throw wrongType(schema, value);
        };
      case 'BYTES':
        return (value) => {
          if (value instanceof Uint8Array) return base64Text(value);
          throw wrongType(schema, value);
        };
      case 'ARRAY':
        return this.#arrayWriter(schema);
      case 'MAP':
        return this.#mapWriter(schema);
      case 'STRUCT':
        return this.#structWriter(schema);
    }
  }

  #decimalWriter(schema: Schema): JsonValueWriter {
    const isNumeric = this.#format.isDecimalNumeric;
    return (value) => {
      if (!(value instanceof Decimal)) {
        throw dataError(`Invalid type for Decimal, expected Decimal but was ${kindOf(value)}`);
      }
      return isNumeric ? value.toString() : base64Text(decimalToBytes(schema, value));
    };
  }

  #arrayWriter(schema: Schema): JsonValueWriter {
    const item = this.of(schema.valueSchema);
    return (value) => {
      if (!Array.isArray(value)) throw wrongType(schema, value);
      return listText(value, item);
    };
  }

  #mapWriter(schema: Schema): JsonValueWriter {
    const keyOf = this.of(schema.keySchema);
    const itemOf = this.of(schema.valueSchema);
    const isObject = schema.keySchema?.type === 'STRING';
    return (value) => {
      if (!(value instanceof Map)) throw wrongType(schema, value);
      return mapText(value, isObject, keyOf, itemOf);
    };
  }

  #structWriter(schema: Schema): JsonValueWriter {
    const fields = schema.fields.map(({ name, index, schema: fieldSchema }) => ({
      index,
      prefix: `${index === 0 ? '' : ','}${jsonText(name)}:`,
      write: this.of(fieldSchema),
    }));
    return (value) => {
      if (!(value instanceof Struct)) throw wrongType(schema, value);
      if (!schemasEqual(value.schema, schema)) throw dataError('Mismatching schema.');
      let text = '{';
      for (const { index, prefix, write } of fields) text += prefix + write(value.values[index]);
      return `${text}}`;
    };
  }
}

function writeWithoutSchema(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return jsonText(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number') return finiteOrQuoted(value, doubleText);
  if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return String(value);
  if (value instanceof Uint8Array) return base64Text(value);
  if (Array.isArray(value)) return listText(value, writeWithoutSchema);
  if (value instanceof Map) {
    return mapText(value, hasOnlyStringKeys(value), writeWithoutSchema, writeWithoutSchema);
  }
  if (value instanceof Struct) {
    const members = value.schema.fields.map(
      ({ name, index }) => `${jsonText(name)}:${writeWithoutSchema(value.values[index])}`,
    );
    return `{${members.join(',')}}`;
  }
  throw dataError(`A value of kind ${kindOf(value)} does not have a corresponding schema type.`);
}

function listText(list: readonly unknown[], itemOf: JsonValueWriter): string {
  let text = '[';
  for (let index = 0; index < list.length; index++) text += (index === 0 ? '' : ',') + itemOf(list[index]);
  return `${text}]`;
}

function mapText(
  map: ReadonlyMap<unknown, unknown>,
  isObject: boolean,
  keyOf: JsonValueWriter,
  itemOf: JsonValueWriter,
): string {
  if (map.size === 0) return isObject ? '{}' : '[]';
  let text = '';
  for (const [key, value] of map) {
    text += text === '' ? (isObject ? '{' : '[') : ',';
    if (isObject) text += `${key === null ? '"null"' : keyOf(key)}:${itemOf(value)}`;
    else text += `[${keyOf(key)},${itemOf(value)}]`;
  }
  return text + (isObject ? '}' : ']');
}

function hasOnlyStringKeys(map: ReadonlyMap<unknown, unknown>): boolean {
  for (const key of map.keys()) if (typeof key !== 'string') return false;
  return true;
}

function integerWriter(schema: Schema, max: number): JsonValueWriter {
  return (value) => {
    if (typeof value === 'number' && Number.isInteger(value) && value <= max && value >= -max - 1) {
      return String(value);
    }
    throw wrongType(schema, value);
  };
}

function finiteOrQuoted(value: number, textOf: (value: number) => string): string {
  return Number.isFinite(value) ? textOf(value) : `"${value}"`;
}

function requireNumber(schema: Schema, value: unknown): number {
  if (typeof value === 'number') return value;
  throw wrongType(schema, value);
}

function requireDate(value: unknown, type: string): Date {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value;
  throw dataError(`Invalid type for ${type}, expected Date but was ${kindOf(value)}`);
}

function base64Text(bytes: Uint8Array): string {
  return `"${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')}"`;
}

function wrongType(schema: Schema, value: unknown) {
  return dataError(`Invalid type for ${schema.type}: ${kindOf(value)}`);
}
