import { STRING_SCHEMA } from '../../../records/primitive-schemas.ts';
import type { Schema } from '../../../records/schema.ts';
import type { RegisteredSchema, RegistrySchemaType, SchemaText } from '../registered-schema.ts';
import type { FormatReader, FormatWriter, SchemaFormat } from '../schema-format.ts';

export interface TextFormatOptions {
  readonly schemaType?: RegistrySchemaType;
  readonly messageIndexes?: readonly number[];
}

/** A format for tests of what is around formats: values are text, schemas are Avro with the name of the Connect schema. */
export class TextFormat implements SchemaFormat {
  readonly schemaType: RegistrySchemaType;
  readonly writersMade: SchemaText[] = [];
  readonly readersOf: {
    readonly registered: RegisteredSchema;
    readonly messageIndexes: readonly number[];
  }[] = [];
  readonly #messageIndexes: readonly number[] | null;
  /** Set to have strict checks find something. */
  conflict: string | null = null;

  constructor({ schemaType = 'AVRO', messageIndexes }: TextFormatOptions = {}) {
    this.schemaType = schemaType;
    this.#messageIndexes = messageIndexes ?? null;
  }

  writerFor(schema: Schema | null): FormatWriter {
    const name = schema === null ? 'Anything' : schema.name;
    const fields = (schema?.fields ?? []).map((field) => ({ name: field.name, type: 'string', default: '' }));
    const text: SchemaText = {
      schemaType: this.schemaType,
      schema: JSON.stringify(name === null ? 'string' : { type: 'record', name, fields }),
      references: [],
    };
    this.writersMade.push(text);
    return this.#writer(text, name);
  }

  writerWith(registered: RegisteredSchema): FormatWriter {
    return this.#writer(registered, 'Registered');
  }

  incompatibility(): string | null {
    return this.conflict;
  }

  readerOf(registered: RegisteredSchema, messageIndexes: readonly number[]): FormatReader {
    this.readersOf.push({ registered, messageIndexes });
    if (registered.schema.includes('unreadable')) throw new Error('unreadable');
    const { name }: { name?: string } = Object(JSON.parse(registered.schema));
    return {
      recordName: name ?? null,
      read: (buffer, start, end) => ({ schema: STRING_SCHEMA, value: buffer.toString('utf8', start, end) }),
    };
  }

  #writer(text: SchemaText, recordName: string | null): FormatWriter {
    return {
      text,
      recordName,
      messageIndexes: this.#messageIndexes,
      write(value, out) {
        if (value === 'unwritable') throw new Error('at /: unwritable');
        const bytes = Buffer.from(String(value));
        out.reserve(bytes.length);
        out.length += bytes.copy(out.buffer, out.length);
      },
    };
  }
}
