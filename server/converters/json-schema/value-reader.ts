import type { Schema } from '../../records/schema.ts';
import { Struct } from '../../records/struct.ts';
import { dataError } from '../converter-error.ts';
import { nodeType } from '../json/json-node.ts';
import type { JsonParser } from '../json/json-parser.ts';
import { jsonText } from '../json/json-text.ts';
import type { JsonSchemaDataSettings } from './data-settings.ts';
import { atPlace } from './place-error.ts';
import { scalarReaderOf } from './scalar-readers.ts';
import { isUnion } from './union-names.ts';
import { unionReader } from './union-reader.ts';

/** Takes the next JSON value and makes it a value of one schema. Throws a `data` error that names the field. */
export type ValueReader = (parser: JsonParser) => unknown;

/** The reader of values of a schema; made once a schema, as it is made of closures. */
export function valueReaderOf(schema: Schema, settings: JsonSchemaDataSettings): ValueReader {
  const read = compositeReader(schema, settings) ?? scalarReaderOf(schema);
  const keepsNull = schema.optional && (schema.default === undefined || settings.ignoresDefaultForNullables);
  return (parser) => {
    if (!parser.takesNull()) return read(parser);
    if (keepsNull) return null;
    if (schema.default !== undefined) return schema.default;
    throw dataError(`Invalid null value for required ${schema.type} field`);
  };
}

function compositeReader(schema: Schema, settings: JsonSchemaDataSettings): ValueReader | null {
  const readerOf = (part: Schema | null) => {
    if (part === null) throw dataError(`Schema of type ${schema.type} does not say what it holds.`);
    return valueReaderOf(part, settings);
  };
  switch (schema.type) {
    case 'ARRAY':
      return arrayReader(readerOf(schema.valueSchema));
    case 'MAP':
      return schema.keySchema?.type === 'STRING' && !schema.keySchema.optional
        ? objectMapReader(readerOf(schema.valueSchema))
        : entriesMapReader(readerOf(schema.keySchema), readerOf(schema.valueSchema));
    case 'STRUCT':
      return isUnion(schema) ? unionReader(schema, readerOf) : structReader(schema, readerOf);
    default:
      return null;
  }
}

function arrayReader(read: ValueReader): ValueReader {
  return (parser) => {
    if (!parser.startsArray()) throw wrongKind('Arrays should be encoded as JSON arrays', parser);
    const items: unknown[] = [];
    if (parser.endsArray()) return items;
    try {
      do items.push(read(parser));
      while (parser.hasMoreItems());
    } catch (error) {
      throw atPlace(error, items.length);
    }
    return items;
  };
}

function objectMapReader(read: ValueReader): ValueReader {
  return (parser) => {
    if (!parser.startsObject()) {
      throw wrongKind('Maps with string fields should be encoded as JSON objects', parser);
    }
    const map = new Map<unknown, unknown>();
    if (parser.endsObject()) return map;
    do map.set(parser.name(), read(parser));
    while (parser.hasMoreMembers());
    return map;
  };
}

/** `[{"key":…,"value":…},…]` */
function entriesMapReader(readKey: ValueReader, readItem: ValueReader): ValueReader {
  const readEntry = (parser: JsonParser, map: Map<unknown, unknown>) => {
    if (!parser.startsObject()) throw wrongKind('Found invalid map entry instead of object', parser);
    let [key, item]: unknown[] = [];
    let found = 0;
    if (!parser.endsObject()) {
      do {
        const name = parser.name();
        if (name === 'key') key = readKey(parser);
        else if (name === 'value') item = readItem(parser);
        else throw dataError('Found invalid map entry: it has other members than key and value');
        found++;
      } while (parser.hasMoreMembers());
    }
    if (found !== 2 || key === undefined || item === undefined) {
      throw dataError(`Found invalid map entry, expected key and value but found ${found} members`);
    }
    map.set(key, item);
  };
  return (parser) => {
    if (!parser.startsArray()) {
      throw wrongKind('Maps with non-string fields should be encoded as JSON array of objects', parser);
    }
    const map = new Map<unknown, unknown>();
    if (parser.endsArray()) return map;
    let index = 0;
    try {
      for (;;) {
        readEntry(parser, map);
        if (!parser.hasMoreItems()) return map;
        index++;
      }
    } catch (error) {
      throw atPlace(error, index);
    }
  };
}

function structReader(schema: Schema, readerOf: (part: Schema) => ValueReader): ValueReader {
  const fields = schema.fields.map((field) => ({
    index: field.index,
    name: field.name,
    quoted: jsonText(field.name),
    read: readerOf(field.schema),
  }));
  const defaults = schema.fields.map((field) => field.schema.default ?? null);
  return (parser) => {
    if (!parser.startsObject()) throw wrongKind('Structs should be encoded as JSON objects', parser);
    const struct = new Struct(schema);
    const { values } = struct;
    // What JSON leaves out stays null even in a required field: JSON Schema has "required" for that.
    for (let index = 0; index < values.length; index++) values[index] = defaults[index];
    let isMore = !parser.endsObject();
    // Writers keep to the order of the fields, so the next name is nearly always that of the next field.
    for (let next = 0; isMore; isMore = parser.hasMoreMembers()) {
      let field = fields[next];
      if (field === undefined || !parser.takesName(field.quoted)) {
        const index = schema.field(parser.name())?.index;
        field = index === undefined ? undefined : fields[index];
      }
      if (field === undefined) {
        parser.value();
        continue;
      }
      next = field.index + 1;
      try {
        values[field.index] = field.read(parser);
      } catch (error) {
        throw atPlace(error, field.name);
      }
    }
    return struct;
  };
}

function wrongKind(expected: string, parser: JsonParser) {
  return dataError(`${expected}, but found ${nodeType(parser.value())}`);
}
