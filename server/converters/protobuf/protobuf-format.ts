import type { Schema } from '../../records/schema.ts';
import { dataError } from '../converter-error.ts';
import type { RegisteredSchema, SchemaText } from '../schema-registry/registered-schema.ts';
import type { FormatReader, FormatWriter, SchemaFormat } from '../schema-registry/schema-format.ts';
import { ConnectSchemas } from './connect-schemas.ts';
import { messageAt, pathTo } from './message-index.ts';
import { MessageReader } from './message-reader.ts';
import { MessageWriter } from './message-writer.ts';
import { linkProto } from './proto-linker.ts';
import type { ProtoMessage, ProtoSchema } from './proto-model.ts';
import { type ProtoText, protoTextOf } from './proto-text.ts';
import { scalarOf, wrappableOf } from './proto-text-types.ts';
import type { ProtobufOptions } from './protobuf-options.ts';
import { isLogicalSchema, wrapperOf, wrappersPath } from './special-messages.ts';
import { wellKnownFiles } from './well-known-files.ts';
import { withPlace } from './wire-problem.ts';
import { WireReader } from './wire-reader.ts';

const noImports: ReadonlyMap<string, string> = new Map();

/** Connect data as Protobuf messages, mapped as Confluent's converter does. */
export class ProtobufFormat implements SchemaFormat {
  readonly schemaType = 'PROTOBUF';
  readonly #options: ProtobufOptions;

  constructor(options: ProtobufOptions) {
    this.#options = options;
  }

  writerFor(schema: Schema | null): FormatWriter {
    const { text, fullName } = this.#textOf(requireSchema(schema));
    const proto = linkProto(text, noImports);
    const message = proto.typeOf(fullName);
    if (message?.kind !== 'message')
      throw dataError(`Protobuf: there is no message ${fullName} in its own schema`);
    return this.#writer({ schemaType: 'PROTOBUF', schema: text, references: [] }, proto, message, schema);
  }

  writerWith(registered: RegisteredSchema, schema: Schema | null): FormatWriter {
    const proto = linkProto(registered.schema, registered.imports);
    const message = this.#messageFor(requireSchema(schema), proto);
    return this.#writer(registered, proto, message, schema);
  }

  readerOf(registered: RegisteredSchema, messageIndexes: readonly number[]): FormatReader {
    const message = messageAt(linkProto(registered.schema, registered.imports), messageIndexes);
    const schemas = new ConnectSchemas(this.#options);
    const schema = schemas.rootOf(message, registered.version);
    const read = new MessageReader(schemas, this.#options).rootReader(message, schema);
    return {
      recordName: message.fullName,
      read(buffer, start, end) {
        try {
          return { schema, value: read(new WireReader(buffer, start, end)) };
        } catch (error) {
          throw withPlace(error, message.fullName);
        }
      },
    };
  }

  #writer(text: SchemaText, proto: ProtoSchema, message: ProtoMessage, schema: Schema | null): FormatWriter {
    const write = new MessageWriter(this.#options).rootWriter(message, requireSchema(schema));
    return {
      text,
      recordName: message.fullName,
      messageIndexes: pathTo(proto, message),
      write(value, out) {
        try {
          write(value, out);
        } catch (error) {
          throw withPlace(error, message.fullName);
        }
      },
    };
  }

  /** A plain value is written as one of the wrappers, all of which are in one file. */
  #textOf(schema: Schema): ProtoText {
    if (schema.type === 'STRUCT') return protoTextOf(schema, this.#options);
    const fullName = wrapperNameOf(schema);
    const text = wellKnownFiles.get(wrappersPath);
    if (fullName !== undefined && text !== undefined) return { text, fullName };
    throw dataError(
      `Protobuf: a key or value has to be a struct or a plain value, but this is ${schema.name ?? schema.type}`,
    );
  }

  /** The message of the schema's name, or else the first. */
  #messageFor(schema: Schema, proto: ProtoSchema): ProtoMessage {
    const fullName = schema.type === 'STRUCT' ? schema.name : wrapperNameOf(schema);
    const first = proto.messages[0];
    if (first === undefined) throw dataError('The registered Protobuf schema has no message');
    if (fullName === null || fullName === undefined) return first;
    const named = proto.typeOf(fullName);
    if (named?.kind === 'message' && pathTo(proto, named) !== null) return named;
    const simpleName = fullName.slice(fullName.lastIndexOf('.') + 1);
    return proto.messages.find(({ name }) => name === simpleName) ?? first;
  }
}

function wrapperNameOf(schema: Schema): string | undefined {
  const scalar = isLogicalSchema(schema) ? null : scalarOf(schema);
  return scalar === null ? undefined : wrapperOf(wrappableOf(scalar));
}

function requireSchema(schema: Schema | null): Schema {
  if (schema !== null) return schema;
  throw dataError('Protobuf: data without a schema cannot be written');
}
