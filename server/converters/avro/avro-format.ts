import type { Schema } from '../../records/schema.ts';
import { dataError } from '../converter-error.ts';
import type { RegisteredSchema, SchemaText } from '../schema-registry/registered-schema.ts';
import type { FormatReader, FormatWriter, SchemaFormat } from '../schema-registry/schema-format.ts';
import { isAnythingSchema } from './anything-schema.ts';
import { readAnything } from './anything-value.ts';
import { avroIncompatibility } from './avro-compatibility.ts';
import type { AvroDataOptions } from './avro-data-options.ts';
import { AvroInput } from './avro-input.ts';
import { AvroReaders, type AvroValueReader } from './avro-readers.ts';
import { type AvroSchema, isAvroNamed, nullableBranch } from './avro-schema.ts';
import { parseAvroSchema } from './avro-schema-parser.ts';
import { avroSchemaText } from './avro-schema-text.ts';
import { connectSchemaOf } from './avro-to-connect-schema.ts';
import { AvroWriters } from './avro-writers.ts';
import { avroSchemaOf } from './connect-to-avro-schema.ts';

/** Avro as the Java converter maps it to and from Connect data. */
export class AvroFormat implements SchemaFormat {
  readonly schemaType = 'AVRO';
  readonly #options: AvroDataOptions;
  readonly #input = new AvroInput();
  #anythingWriter: FormatWriter | null = null;

  constructor(options: AvroDataOptions) {
    this.#options = options;
  }

  incompatibility(registered: RegisteredSchema, text: SchemaText): string | null {
    return avroIncompatibility(
      parseAvroSchema(registered.schema, registered.imports),
      parseAvroSchema(text.schema),
    );
  }

  writerFor(schema: Schema | null): FormatWriter {
    if (schema !== null) return this.#ownWriter(schema);
    this.#anythingWriter ??= this.#ownWriter(null);
    return this.#anythingWriter;
  }

  #ownWriter(schema: Schema | null): FormatWriter {
    const avro = avroSchemaOf(schema, this.#options);
    return this.#writer(schema, avro, { schemaType: 'AVRO', schema: avroSchemaText(avro), references: [] });
  }

  writerWith(registered: RegisteredSchema, schema: Schema | null): FormatWriter {
    return this.#writer(schema, parseAvroSchema(registered.schema, registered.imports), registered);
  }

  readerOf(registered: RegisteredSchema): FormatReader {
    const avro = parseAvroSchema(registered.schema, registered.imports);
    const recordName = recordNameOf(avro);
    const input = this.#input;
    const isBare = avro.type === 'null' || isAnythingSchema(avro);
    const schema = isBare ? null : connectSchemaOf(avro, registered.version, this.#options);
    let read: AvroValueReader = avro.type === 'null' ? () => null : (from) => readAnything(from);
    if (schema !== null) read = new AvroReaders(this.#options).of(avro, schema, '');
    return {
      recordName,
      read(buffer, start, end) {
        input.open(buffer, start, end);
        const value = read(input);
        const left = input.left;
        input.close();
        if (left > 0) throw dataError(`Avro data has ${left} bytes more than its schema accounts for.`);
        return { schema, value };
      },
    };
  }

  #writer(schema: Schema | null, avro: AvroSchema, text: SchemaText): FormatWriter {
    const writers = new AvroWriters(this.#options);
    const write = writers.of(schema, avro, '');
    return {
      text,
      recordName: recordNameOf(avro),
      messageIndexes: null,
      write(value, out) {
        writers.reset();
        write(value, out);
      },
    };
  }
}

/** An optional record has the name of the record. */
function recordNameOf(avro: AvroSchema): string | null {
  const schema = nullableBranch(avro) ?? avro;
  return isAvroNamed(schema) ? schema.name : null;
}
