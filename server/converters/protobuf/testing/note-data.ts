import type { Schema } from '../../../records/schema.ts';
import { Struct } from '../../../records/struct.ts';
import { ByteWriter } from '../../schema-registry/byte-writer.ts';
import type { RegisteredSchema } from '../../schema-registry/registered-schema.ts';
import type { FormatReader, FormatWriter } from '../../schema-registry/schema-format.ts';
import { ConnectSchemas } from '../connect-schemas.ts';
import { messageAt } from '../message-index.ts';
import { linkProto } from '../proto-linker.ts';
import { protobufOptionsOf } from '../protobuf-config.ts';
import { ProtobufFormat } from '../protobuf-format.ts';
import type { FieldNote, MessageNote, SchemaNote, ValueNote } from '../verification/case-generator.ts';

export function formatWith(settings: Readonly<Record<string, string>> = {}): ProtobufFormat {
  return new ProtobufFormat(protobufOptionsOf(settings));
}

export function registered(schema: string, imports: Readonly<Record<string, string>> = {}): RegisteredSchema {
  const known = new Map(Object.entries(imports));
  return { schemaType: 'PROTOBUF', schema, references: [], id: 1, guid: null, version: null, imports: known };
}

/** The schema of the first message, which need not be readable from no bytes. */
export function connectSchemaOf({ schema, imports }: RegisteredSchema): Schema {
  return new ConnectSchemas(protobufOptionsOf({})).rootOf(messageAt(linkProto(schema, imports), []), null);
}

export function bytesOf(writer: FormatWriter, value: unknown): Buffer {
  const out = new ByteWriter();
  writer.write(value, out);
  return Buffer.from(out.view());
}

export function readValue(reader: FormatReader, bytes: Uint8Array): unknown {
  // Inside of others, so that a look beyond the ends is found out.
  const around = Buffer.concat([Buffer.from([0xff]), bytes, Buffer.from([0xff, 0xff])]);
  return reader.read(around, 1, 1 + bytes.length).value;
}

/** The struct that a message of the notes stands for; what is not set is as the schema would have it. */
export function structOfNote(
  notes: SchemaNote,
  name: string,
  value: { readonly [field: string]: ValueNote },
  schema: Schema,
): Struct {
  const note = notes.messages.find((each) => each.name === name);
  if (note === undefined) throw new Error(`no message ${name}`);
  const struct = new Struct(schema);
  for (const field of note.fields) {
    const given = value[field.name];
    if (field.oneof === null) {
      const inside = schema.field(field.name)?.schema ?? schema;
      const absent = absentOf(notes, field);
      struct.put(field.name, given === undefined ? absent : valueOfNote(notes, field, given, inside));
    } else if (given !== undefined) {
      const unionField = `${field.oneof}_${oneofsOf(note).indexOf(field.oneof)}`;
      const unionSchema = schema.field(unionField)?.schema ?? schema;
      const inside = unionSchema.field(field.name)?.schema ?? schema;
      struct.put(
        unionField,
        new Struct(unionSchema).put(field.name, valueOfNote(notes, field, given, inside)),
      );
    }
  }
  return struct;
}

function oneofsOf({ fields }: MessageNote): string[] {
  return ['kind', 'other'].filter((name) => fields.some(({ oneof }) => oneof === name));
}

function absentOf({ syntax }: SchemaNote, { label, type }: FieldNote): unknown {
  if (label === 'repeated') return [];
  if (label === 'map') return new Map();
  if (label === 'optional' || /^[A-Z]/.test(type) || syntax === 'proto2') return null;
  const zeros: Readonly<Record<string, string>> = { bool: 'false', string: '', bytes: '', enum: 'ZERO' };
  return scalarOf(type, zeros[type] ?? '0');
}

function valueOfNote(notes: SchemaNote, field: FieldNote, given: ValueNote, schema: Schema): unknown {
  if (field.label === 'repeated' && Array.isArray(given)) {
    return given.map((item) => singleOf(notes, field.type, item, schema.valueSchema ?? schema));
  }
  if (field.label === 'map' && Array.isArray(given)) {
    const pairs = given.map(([key, item]) => {
      const inside = schema.valueSchema ?? schema;
      return [
        scalarOf(field.key ?? 'string', String(key)),
        singleOf(notes, field.type, item, inside),
      ] as const;
    });
    return new Map(pairs);
  }
  return singleOf(notes, field.type, given, schema);
}

function singleOf(notes: SchemaNote, type: string, given: ValueNote | undefined, schema: Schema): unknown {
  if (typeof given === 'string') return scalarOf(type, given);
  if (given === undefined || Array.isArray(given)) throw new Error('a message is expected');
  return structOfNote(notes, type, Object.fromEntries(Object.entries(given)), schema);
}

function scalarOf(type: string, text: string): unknown {
  switch (type) {
    case 'bool':
      return text === 'true';
    case 'string':
    case 'enum':
      return text;
    case 'bytes':
      return Buffer.from(text, 'hex');
    case 'double':
    case 'float':
    case 'int32':
    case 'sint32':
    case 'sfixed32':
      return Number(text);
    default:
      return BigInt(text);
  }
}
