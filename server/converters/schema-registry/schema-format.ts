import type { SchemaAndValue } from '../../plugin-api/converter.ts';
import type { Schema } from '../../records/schema.ts';
import type { ByteWriter } from './byte-writer.ts';
import type { RegisteredSchema, RegistrySchemaType, SchemaText } from './registered-schema.ts';

/**
 * What Avro, Protobuf and JSON Schema each bring to `RegistryConverter`, which does the dealings with the registry,
 * the prefix of the bytes, and the caches. A format is pure: same input, same answer, no I/O, no promise.
 * Throws `data` errors that name the place within the schema or value.
 */
export interface SchemaFormat {
  readonly schemaType: RegistrySchemaType;
  /** True: null under an optional schema has bytes of its own. Otherwise it is a tombstone, and `write` never sees it. */
  readonly writesNull?: boolean;
  /**
   * How data of this Connect schema (null: without one) is written and what schema is registered for it. Asked once
   * a schema, then kept.
   */
  writerFor(schema: Schema | null): FormatWriter;
  /** The same with a schema that the registry has already (`use.latest.version`, `use.schema.id`). */
  writerWith(registered: RegisteredSchema, schema: Schema | null): FormatWriter;
  /**
   * Why data of schema `text` could not be written with the registered one without loss (its readers would refuse it),
   * or null. For `latest.compatibility.strict` and `id.compatibility.strict`; absent: `writerWith` alone decides.
   */
  incompatibility?(registered: RegisteredSchema, text: SchemaText): string | null;
  /** Asked once a schema id (Protobuf: and message), then kept. `messageIndexes` is empty but for Protobuf. */
  readerOf(registered: RegisteredSchema, messageIndexes: readonly number[]): FormatReader;
}

export interface FormatWriter {
  /** To be registered; unused when made by `writerWith`. */
  readonly text: SchemaText;
  /** Full name of the record or message, for subject name strategies; null: has none. */
  readonly recordName: string | null;
  /** Protobuf: the path to the message in its file. null: the format has no such thing. */
  readonly messageIndexes: readonly number[] | null;
  /** Appends the payload alone. The hot path: no look-up by name, no closure, no promise per record. */
  write(value: unknown, out: ByteWriter): void;
}

export interface FormatReader {
  readonly recordName: string | null;
  /** Reads the payload alone; bytes left over or missing are a `data` error. The result keeps no reference to `buffer`. */
  read(buffer: Buffer, start: number, end: number): SchemaAndValue;
}
