import type { Schema } from '../../records/schema.ts';
import { dataError } from '../converter-error.ts';
import { JsonParser } from '../json/json-parser.ts';
import { readSchemaless } from '../json/schemaless-reader.ts';
import { utf8Text } from '../json/utf8-text.ts';
import type { ByteWriter } from '../schema-registry/byte-writer.ts';
import type { RegisteredSchema, SchemaText } from '../schema-registry/registered-schema.ts';
import type { FormatReader, FormatWriter, SchemaFormat } from '../schema-registry/schema-format.ts';
import { ConnectSchemaReader } from './connect-schema-reader.ts';
import { indentedJson } from './indented-json.ts';
import type { JsonSchemaFormatSettings } from './json-schema-config.ts';
import { PayloadValidator } from './payload-validator.ts';
import { dialectOf, isModernDialect, type SchemaDialect } from './schema-dialect.ts';
import { SchemaDocuments } from './schema-documents.ts';
import { incompatibilityOf } from './schema-incompatibility.ts';
import { schemaTextOf } from './schema-text-writer.ts';
import { isUnion } from './union-names.ts';
import { valueReaderOf } from './value-reader.ts';
import { valueWriterOf } from './value-writer.ts';

const noImports: ReadonlyMap<string, string> = new Map();
/** Up to so many characters room for the most bytes they may take is made without counting them first. */
const shortText = 65_536;
const mostBytesPerCharacter = 3;

/** JSON by a JSON Schema, mapped as Confluent's JsonSchemaConverter does. Data without schema is JSON of any kind. */
export class JsonSchemaFormat implements SchemaFormat {
  readonly schemaType = 'JSON';
  readonly writesNull = true;
  readonly #settings: JsonSchemaFormatSettings;

  constructor(settings: JsonSchemaFormatSettings) {
    this.#settings = settings;
  }

  writerFor(schema: Schema | null): FormatWriter {
    const text = schemaTextOf(schema, this.#settings);
    return this.#writer(schema, { schemaType: 'JSON', schema: text, references: [] }, noImports);
  }

  writerWith(registered: RegisteredSchema, schema: Schema | null): FormatWriter {
    return this.#writer(schema, registered, registered.imports);
  }

  incompatibility(registered: RegisteredSchema, text: SchemaText): string | null {
    const { schema, imports } = registered;
    const loose = { ...this.#settings, usesOptionalForNonRequired: true };
    return incompatibilityOf(this.#schemaOf(text.schema, noImports, this.#settings), {
      schema: this.#schemaOf(schema, imports, { ...loose, usesOptionalForNonRequired: false }),
      loose: this.#schemaOf(schema, imports, loose),
      isDecimalNumeric: this.#settings.isDecimalNumeric,
    });
  }

  readerOf(registered: RegisteredSchema): FormatReader {
    const documents = new SchemaDocuments(registered.schema, registered.imports);
    const dialect = this.#dialectOf(documents);
    const schema = new ConnectSchemaReader(documents, this.#settings, isModernDialect(dialect)).read(
      registered.version,
    );
    const readValue = schema === null ? readSchemaless : valueReaderOf(schema, this.#settings);
    const validator = this.#validator(registered.schema, registered.imports, dialect);
    return {
      recordName: recordNameOf(schema),
      read(buffer, start, end) {
        const text = utf8Text(buffer, start, end);
        const parser = new JsonParser(text);
        const value = readValue(parser);
        if (!parser.isAtEnd) throw dataError('Something follows the JSON value.');
        validator?.check(text);
        return { schema, value };
      },
    };
  }

  #schemaOf(
    text: string,
    imports: ReadonlyMap<string, string>,
    settings: JsonSchemaFormatSettings,
  ): Schema | null {
    const documents = new SchemaDocuments(text, imports);
    const isModern = isModernDialect(this.#dialectOf(documents));
    return new ConnectSchemaReader(documents, settings, isModern).read(null);
  }

  #writer(schema: Schema | null, text: SchemaText, imports: ReadonlyMap<string, string>): FormatWriter {
    const writeValue = valueWriterOf(schema, this.#settings);
    const dialect = this.#settings.validates
      ? this.#dialectOf(new SchemaDocuments(text.schema, imports))
      : this.#settings.assumedDialect;
    const validator = this.#validator(text.schema, imports, dialect);
    const { indents } = this.#settings;
    return {
      text,
      recordName: recordNameOf(schema),
      messageIndexes: null,
      write(value, out) {
        const json = writeValue(value);
        validator?.check(json);
        append(indents ? indentedJson(json) : json, out);
      },
    };
  }

  #validator(
    schema: string,
    imports: ReadonlyMap<string, string>,
    dialect: SchemaDialect,
  ): PayloadValidator | null {
    return this.#settings.validates ? new PayloadValidator(schema, imports, dialect) : null;
  }

  #dialectOf(documents: SchemaDocuments): SchemaDialect {
    const dialect = dialectOf(documents.root.node, this.#settings.assumedDialect);
    return this.#settings.ignoresModernDialects && isModernDialect(dialect) ? 'draft_7' : dialect;
  }
}

function recordNameOf(schema: Schema | null): string | null {
  return schema === null || isUnion(schema) ? null : schema.name;
}

function append(text: string, out: ByteWriter): void {
  out.reserve(text.length <= shortText ? text.length * mostBytesPerCharacter : Buffer.byteLength(text));
  out.length += out.buffer.write(text, out.length);
}
