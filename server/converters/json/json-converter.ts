import { parseConfig } from '../../config/parse-config.ts';
import type { Converter, SchemaAndValue, SerializedValue } from '../../plugin-api/converter.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Schema } from '../../records/schema.ts';
import { EnvelopeReader } from './envelope-reader.ts';
import { type JsonFormat, jsonConverterConfig } from './json-config.ts';
import { JsonParser } from './json-parser.ts';
import { schemaOfJson } from './json-schema-reader.ts';
import { jsonOfSchema } from './json-schema-writer.ts';
import { type JsonValueReader, JsonValueReaders } from './json-value-readers.ts';
import { type JsonValueWriter, JsonValueWriters } from './json-value-writers.ts';
import { readSchemaless } from './schemaless-reader.ts';
import { utf8Text } from './utf8-text.ts';

interface EnvelopeWriter {
  readonly prefix: string;
  readonly write: JsonValueWriter;
}

/** JSON of Connect data, with or without an envelope `{"schema":…,"payload":…}`. */
export class JsonConverter implements Converter {
  #format: JsonFormat = { isDecimalNumeric: false, replacesNullWithDefault: true };
  #hasSchemas = true;
  #writers = new JsonValueWriters(this.#format);
  #readers = new JsonValueReaders(this.#format);
  #envelopes: EnvelopeReader | null = null;
  /** Without envelopes: of every message. */
  #schema: Schema | null = null;
  #reader: JsonValueReader = readSchemaless;
  #absent: () => unknown = () => null;
  readonly #envelopeWriters = new WeakMap<Schema, EnvelopeWriter>();
  /** The writer of the schema seen last: nearly always the one that is needed next. */
  #lastSchema: Schema | null = null;
  #lastWriter: EnvelopeWriter | null = null;

  configure(settings: Settings): void {
    const config = parseConfig(jsonConverterConfig, settings);
    this.#format = {
      isDecimalNumeric: config['decimal.format'].toUpperCase() === 'NUMERIC',
      replacesNullWithDefault: config['replace.null.with.default'],
    };
    this.#hasSchemas = config['schemas.enable'];
    this.#writers = new JsonValueWriters(this.#format);
    this.#readers = new JsonValueReaders(this.#format);
    const content = config['schema.content'];
    if (!this.#hasSchemas) return;
    if (content === null || content === '') {
      this.#envelopes = new EnvelopeReader(this.#readers, config['schemas.cache.size']);
    } else {
      this.#schema = schemaOfJson(new JsonParser(content).value(), this.#readers);
      this.#reader = this.#readers.of(this.#schema);
      this.#absent = this.#readers.absenceOf(this.#schema);
    }
  }

  fromConnectData(_topic: string, schema: Schema | null, value: unknown): SerializedValue {
    if (schema === null && (value === null || value === undefined)) return null;
    if (!this.#hasSchemas) return this.#writers.of(schema)(value);
    const { prefix, write } = this.#envelopeWriter(schema);
    return `${prefix}${write(value)}}`;
  }

  toConnectData(topic: string, bytes: Buffer | null): SchemaAndValue {
    if (bytes === null) return { schema: null, value: null };
    return this.toConnectDataFromRange(topic, bytes, 0, bytes.length);
  }

  toConnectDataFromRange(_topic: string, buffer: Buffer, start: number, end: number): SchemaAndValue {
    if (this.#envelopes !== null) return this.#envelopes.read(buffer, start, end);
    const parser = new JsonParser(utf8Text(buffer, start, end), 0, this.#readers.names);
    // Nothing but white space counts as null; what follows the first value is not looked at.
    return { schema: this.#schema, value: parser.isAtEnd ? this.#absent() : this.#reader(parser) };
  }

  #envelopeWriter(schema: Schema | null): EnvelopeWriter {
    if (this.#lastWriter !== null && this.#lastSchema === schema) return this.#lastWriter;
    let writer = schema === null ? undefined : this.#envelopeWriters.get(schema);
    if (writer === undefined) {
      const schemaText = schema === null ? 'null' : jsonOfSchema(schema, this.#writers);
      writer = { prefix: `{"schema":${schemaText},"payload":`, write: this.#writers.of(schema) };
      if (schema !== null) this.#envelopeWriters.set(schema, writer);
    }
    this.#lastSchema = schema;
    this.#lastWriter = writer;
    return writer;
  }
}
