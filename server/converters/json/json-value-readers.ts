import { dateFromDays, timeFromMs, timestampFromMs } from '../../records/logical-values.ts';
import type { Schema } from '../../records/schema.ts';
import { Struct } from '../../records/struct.ts';
import { logicalNames, validateValue } from '../../records/validate-value.ts';
import { dataError } from '../converter-error.ts';
import type { JsonFormat } from './json-config.ts';
import { nodeType } from './json-node.ts';
import type { JsonParser } from './json-parser.ts';
import { jsonText } from './json-text.ts';
import { bytesOf, decimalOf, doubleOf, requireInteger, wholeNumberOf } from './lenient-scalar.ts';
import { NameTable } from './name-table.ts';
import { readSchemaless } from './schemaless-reader.ts';

/** Takes the next JSON value and makes it a value of one schema. Throws a `data` error where there is no way. */
export type JsonValueReader = (parser: JsonParser) => unknown;

/** What stands where JSON has null or nothing: the default, null, or an error. */
type Absence = () => unknown;

/** Readers of values, made once a schema and kept as long as the schema lives. */
export class JsonValueReaders {
  /** For all the messages that are read. */
  readonly names = new NameTable();
  readonly #format: JsonFormat;
  readonly #bySchema = new WeakMap<Schema, JsonValueReader>();

  constructor(format: JsonFormat) {
    this.#format = format;
  }

  of(schema: Schema | null): JsonValueReader {
    if (schema === null) return readSchemaless;
    let reader = this.#bySchema.get(schema);
    if (reader === undefined) {
      const absent = this.absenceOf(schema);
      const read = this.#compile(schema);
      reader = (parser) => (parser.takesNull() ? absent() : read(parser));
      this.#bySchema.set(schema, reader);
    }
    return reader;
  }

  absenceOf(schema: Schema | null): Absence {
    if (schema === null) return () => null;
    if (schema.default !== undefined && this.#format.replacesNullWithDefault) return () => schema.default;
    if (schema.optional) return () => null;
    return () => {
      throw dataError(`Invalid null value for required ${schema.type} field`);
    };
  }

  #compile(schema: Schema): JsonValueReader {
    switch (schema.name) {
      case logicalNames.decimal:
        return (parser) => decimalOf(parser.value(), schema);
      case logicalNames.date:
        return (parser) => dateFromDays(Number(requireInteger(parser.value(), 'Date', 32)));
      case logicalNames.time:
        return (parser) => timeFromMs(Number(requireInteger(parser.value(), 'Time', 32)));
      case logicalNames.timestamp:
        return timestampOf;
    }
    switch (schema.type) {
      case 'INT8':
        return integerReader(schema, 8);
      case 'INT16':
        return integerReader(schema, 16);
      case 'INT32':
        return integerReader(schema, 32);
      case 'INT64':
        return (parser) => {
          const whole = parser.safeInteger();
          return Number.isNaN(whole) ? wholeNumberOf(parser.value(), schema, 64) : BigInt(whole);
        };
      case 'FLOAT32':
        return (parser) => Math.fround(parser.isAtNumber ? parser.double() : doubleOf(parser.value()));
      case 'FLOAT64':
        return (parser) => (parser.isAtNumber ? parser.double() : doubleOf(parser.value()));
      case 'BOOLEAN':
        return (parser) => parser.value() === true;
      case 'STRING':
        return (parser) => (parser.isAtString ? parser.string() : nothingOf(parser));
      case 'BYTES':
        return (parser) =>
          parser.isAtString ? bytesOf(parser.string(), 'Invalid bytes field') : nothingOf(parser);
      case 'ARRAY':
        return arrayReader(this.of(schema.valueSchema));
      case 'MAP':
        return schema.keySchema?.type === 'STRING'
          ? objectMapReader(this.of(schema.valueSchema))
          : tuplesMapReader(this.of(schema.keySchema), this.of(schema.valueSchema));
      case 'STRUCT':
        return this.#structReader(schema);
    }
  }

  #structReader(schema: Schema): JsonValueReader {
    const fields = schema.fields.map((field) => ({
      ...field,
      quoted: jsonText(field.name),
      read: this.of(field.schema),
      absent: this.absenceOf(field.schema),
    }));
    return (parser) => {
      if (!parser.startsObject()) {
        throw dataError(`Structs should be encoded as JSON objects, but found ${nodeType(parser.value())}`);
      }
      const struct = new Struct(schema);
      const { values } = struct;
      values.fill(undefined);
      let isMore = !parser.endsObject();
      // Writers keep to the order of the fields, so the next name is nearly always that of the next field.
      for (let next = 0; isMore; isMore = parser.hasMoreMembers()) {
        let index: number | undefined = next;
        let field = fields[next];
        if (field === undefined || !parser.takesName(field.quoted)) {
          index = schema.field(parser.name())?.index;
          field = index === undefined ? undefined : fields[index];
        }
        if (index === undefined || field === undefined) {
          parser.value();
          continue;
        }
        next = index + 1;
        const value = field.read(parser);
        // What is no text became null, which a required field does not take.
        if (value === null && !field.schema.optional) validateValue(field.schema, value, field.name);
        values[index] = value;
      }
      for (let index = 0; index < fields.length; index++) {
        if (values[index] === undefined) values[index] = fields[index]?.absent();
      }
      return struct;
    };
  }
}

function timestampOf(parser: JsonParser): Date {
  const ms = parser.safeInteger();
  return timestampFromMs(Number.isNaN(ms) ? requireInteger(parser.value(), 'Timestamp', 64) : ms);
}

function integerReader(schema: Schema, bits: 8 | 16 | 32): JsonValueReader {
  const max = 2 ** (bits - 1) - 1;
  return (parser) => {
    const whole = parser.safeInteger();
    if (whole <= max && whole >= -max - 1) return whole;
    return Number(wholeNumberOf(Number.isNaN(whole) ? parser.value() : BigInt(whole), schema, bits));
  };
}

function nothingOf(parser: JsonParser): null {
  parser.value();
  return null;
}

/** Of an object the values are taken as items; of anything else none. */
function arrayReader(read: JsonValueReader): JsonValueReader {
  return (parser) => {
    const items: unknown[] = [];
    if (parser.startsArray()) {
      if (parser.endsArray()) return items;
      do items.push(read(parser));
      while (parser.hasMoreItems());
    } else if (parser.startsObject()) {
      const byName = new Map<string, unknown>();
      if (parser.endsObject()) return items;
      do byName.set(parser.name(), read(parser));
      while (parser.hasMoreMembers());
      return [...byName.values()];
    } else {
      parser.value();
    }
    return items;
  };
}

function objectMapReader(read: JsonValueReader): JsonValueReader {
  return (parser) => {
    if (!parser.startsObject()) {
      throw dataError(
        `Maps with string fields should be encoded as JSON objects, but found ${nodeType(parser.value())}`,
      );
    }
    const map = new Map<unknown, unknown>();
    if (parser.endsObject()) return map;
    do map.set(parser.name(), read(parser));
    while (parser.hasMoreMembers());
    return map;
  };
}

function tuplesMapReader(readKey: JsonValueReader, readItem: JsonValueReader): JsonValueReader {
  return (parser) => {
    if (!parser.startsArray()) {
      throw dataError(
        `Maps with non-string fields should be encoded as JSON array of tuples, but found ${nodeType(parser.value())}`,
      );
    }
    const map = new Map<unknown, unknown>();
    if (parser.endsArray()) return map;
    do {
      if (!parser.startsArray()) {
        throw dataError(`Found invalid map entry instead of array tuple: ${nodeType(parser.value())}`);
      }
      if (parser.endsArray()) throw wrongTuple('0');
      const key = readKey(parser);
      if (!parser.hasMoreItems()) throw wrongTuple('1');
      const item = readItem(parser);
      if (parser.hasMoreItems()) throw wrongTuple('more');
      map.set(key, item);
    } while (parser.hasMoreItems());
    return map;
  };
}

function wrongTuple(found: string) {
  return dataError(`Found invalid map entry, expected length 2 but found :${found}`);
}
