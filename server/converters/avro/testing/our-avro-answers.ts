import { codeOf } from '../../../errors/connect-error.ts';
import { ByteWriter } from '../../schema-registry/byte-writer.ts';
import type { RegisteredSchema } from '../../schema-registry/registered-schema.ts';
import { noteOfSchema, noteOfValue, schemaFrom, valueFrom } from '../../verification/value-notation.ts';
import type { AvroReadCase, AvroWriteCase } from '../verification/avro-cases.ts';
import { avroFormat } from './avro-format-of.ts';

export interface Answer {
  readonly avro?: string;
  readonly isValid?: boolean;
  readonly bytes?: string;
  readonly schema?: unknown;
  readonly value?: unknown;
  readonly error?: string;
}

/** What our format answers to a case, in the form of Java's answers; `error` holds the code of the error. */
export function ourWriteAnswer(each: AvroWriteCase): Answer {
  try {
    const schema = each.schema === null ? null : schemaFrom(each.schema);
    const writer = avroFormat(each.config).writerFor(schema);
    const out = new ByteWriter();
    try {
      writer.write(valueFrom(each.value), out);
    } catch (error) {
      return { avro: writer.text.schema, error: codeOf(error) };
    }
    return { avro: writer.text.schema, bytes: out.view().toString('base64') };
  } catch (error) {
    return { error: codeOf(error) };
  }
}

export function ourReadAnswer(each: AvroReadCase, base64: string): Answer {
  try {
    const bytes = Buffer.from(base64, 'base64');
    const registered = { ...registeredAs(each.avro), version: each.version ?? null };
    const answer = avroFormat(each.config).readerOf(registered).read(bytes, 0, bytes.length);
    return {
      schema: answer.schema === null ? null : noteOfSchema(answer.schema),
      value: noteOfValue(answer.schema, answer.value),
    };
  } catch (error) {
    return { error: codeOf(error) };
  }
}

/** As a registry hands it out. */
export function registeredAs(
  schema: string,
  imports: Readonly<Record<string, string>> = {},
): RegisteredSchema {
  return {
    id: 1,
    guid: null,
    version: null,
    schemaType: 'AVRO',
    schema,
    references: [],
    imports: new Map(Object.entries(imports)),
  };
}
