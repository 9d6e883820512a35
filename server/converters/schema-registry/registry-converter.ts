import type { ConfigDef } from '../../config/config-def.ts';
import { parseConfig } from '../../config/parse-config.ts';
import { ConnectError, isConnectError, messageOf } from '../../errors/connect-error.ts';
import type { Converter, SchemaAndValue, SerializedValue } from '../../plugin-api/converter.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { ConnectHeaders } from '../../records/headers.ts';
import type { Schema } from '../../records/schema.ts';
import { ByteWriter } from './byte-writer.ts';
import { createRegistry } from './create-registry.ts';
import { type RegistrySettings, registryConfig } from './registry-keys.ts';
import { RegistryReaders } from './registry-readers.ts';
import { RegistryWriters, type TopicWriter } from './registry-writers.ts';
import type { FormatReader, SchemaFormat } from './schema-format.ts';
import { SchemaIdScanner } from './schema-id-bytes.ts';
import { schemaIdHeader, schemaIdReaders } from './schema-id-places.ts';
import type { SchemaRegistry } from './schema-registry.ts';

export interface RegistryConverterOptions {
  /** The keys of the registry (`registryKeys`) and those of the format. */
  readonly config: ConfigDef;
  /** Throws a `config` error for settings that do not go together. */
  readonly createFormat: (settings: Settings) => SchemaFormat;
  /** Default: a client of the registry that the settings name. */
  readonly createRegistry?: (settings: RegistrySettings, raw: Settings) => SchemaRegistry;
  /** Milliseconds that only go up. Default: `performance.now`. */
  readonly now?: () => number;
}

/** A buffer that one large value left behind is given up. */
const mostBytesKept = 4 * 1024 * 1024;
const nothing: SchemaAndValue = { schema: null, value: null };

/** A converter whose schemas are kept in a schema registry; the format says how values are written. */
export class RegistryConverter implements Converter {
  readonly #options: RegistryConverterOptions;
  #parts: Parts | null = null;
  #out = new ByteWriter();
  /** What the last record was written with: nearly always what the next one needs. */
  #lastTopic = '';
  #lastSchema: Schema | null = null;
  #lastWriter: TopicWriter | null = null;
  /** What the last record was read with. */
  #lastReadTopic = '';
  #lastId = -1;
  #lastGuid: string | null = null;
  #lastIndexes: readonly number[] = [];
  #lastReader: FormatReader | null = null;

  constructor(options: RegistryConverterOptions) {
    this.#options = options;
  }

  get readsHeaders(): boolean {
    return this.#parts?.readsHeaders ?? false;
  }

  get addsHeaders(): boolean {
    return this.#parts?.writers.addsHeaders ?? false;
  }

  configure(settings: Settings): void {
    parseConfig(this.#options.config, settings);
    const parsed = parseConfig(registryConfig, settings);
    const format = this.#options.createFormat(settings);
    this.#parts?.registry.close();
    const registry = (this.#options.createRegistry ?? createRegistry)(parsed, settings);
    this.#parts = partsOf(parsed, format, registry, this.#options.now ?? (() => performance.now()));
    this.#lastWriter = null;
    this.#lastReader = null;
  }

  fromConnectData(
    topic: string,
    schema: Schema | null,
    value: unknown,
    headers: ConnectHeaders | null,
  ): SerializedValue {
    const parts = this.#configured();
    if ((value === null || value === undefined) && isTombstone(schema, parts.format, topic)) return null;
    const chosen = this.#writerFor(parts, topic, schema);
    const { prefix, writer, header } = chosen;
    if (header !== null) addHeader(headers, parts.headerName, header, topic);
    const out = this.#freshOut();
    try {
      out.reserve(prefix.length);
      out.length = prefix.copy(out.buffer, 0);
      writer.write(value, out);
    } catch (error) {
      throw inContext(
        error,
        `Could not write data for topic ${topic} with the schema of subject ${chosen.subject}`,
      );
    }
    return parts.isHeader ? Buffer.from(out.view()) : out.view();
  }

  toConnectData(topic: string, bytes: Buffer | null, headers: ConnectHeaders | null): SchemaAndValue {
    return bytes === null ? nothing : this.toConnectDataFromRange(topic, bytes, 0, bytes.length, headers);
  }

  toConnectDataFromRange(
    topic: string,
    buffer: Buffer,
    start: number,
    end: number,
    headers: ConnectHeaders | null = null,
  ): SchemaAndValue {
    const parts = this.#configured();
    const { scanner } = parts;
    const inHeader = headers === null || !parts.readsHeaders ? null : idHeader(headers, parts.headerName);
    let from = start;
    try {
      if (inHeader === null) from = scanner.scan(buffer, start, end);
      else scanner.scan(inHeader, 0, inHeader.length);
    } catch (error) {
      throw inContext(error, `Could not read data of topic ${topic}`);
    }
    const reader = this.#readerFor(parts, topic);
    try {
      return reader.read(buffer, from, end);
    } catch (error) {
      const name = scanner.guid === null ? `id ${scanner.id}` : `GUID ${scanner.guid}`;
      throw inContext(error, `Could not read data of topic ${topic} with the schema of ${name}`);
    }
  }

  close(): void {
    this.#parts?.registry.close();
  }

  #configured(): Parts {
    if (this.#parts === null) throw new ConnectError('illegal-state', 'The converter is not configured');
    return this.#parts;
  }

  #writerFor(parts: Parts, topic: string, schema: Schema | null): TopicWriter {
    const last = this.#lastWriter;
    if (last !== null && schema === this.#lastSchema && topic === this.#lastTopic) {
      if (last.until === Number.POSITIVE_INFINITY || parts.now() < last.until) return last;
    }
    const found = parts.writers.get(topic, schema);
    this.#lastTopic = topic;
    this.#lastSchema = schema;
    this.#lastWriter = found;
    return found;
  }

  #readerFor(parts: Parts, topic: string): FormatReader {
    const { id, guid, messageIndexes } = parts.scanner;
    if (
      this.#lastReader !== null &&
      id === this.#lastId &&
      guid === this.#lastGuid &&
      topic === this.#lastReadTopic &&
      isSamePath(messageIndexes, this.#lastIndexes)
    ) {
      return this.#lastReader;
    }
    const reader = parts.readers.get(topic, parts.scanner);
    this.#lastId = id;
    this.#lastGuid = guid;
    this.#lastIndexes = messageIndexes;
    this.#lastReadTopic = topic;
    this.#lastReader = reader;
    return reader;
  }

  #freshOut(): ByteWriter {
    if (this.#out.buffer.length > mostBytesKept) this.#out = new ByteWriter();
    this.#out.length = 0;
    return this.#out;
  }
}

interface Parts {
  readonly format: SchemaFormat;
  readonly registry: SchemaRegistry;
  readonly writers: RegistryWriters;
  readonly readers: RegistryReaders;
  readonly scanner: SchemaIdScanner;
  readonly headerName: string;
  readonly isHeader: boolean;
  readonly readsHeaders: boolean;
  readonly now: () => number;
}

function partsOf(
  settings: RegistrySettings,
  format: SchemaFormat,
  registry: SchemaRegistry,
  now: () => number,
): Parts {
  const isKey = settings['converter.type'] === 'key';
  const isHeader = settings['converter.type'] === 'header';
  const reader = settings[isKey ? 'key.schema.id.deserializer' : 'value.schema.id.deserializer'];
  const writers = new RegistryWriters({ registry, format, settings, isKey, now });
  const readsHeaders = !isHeader && schemaIdReaders[reader] !== 'prefix';
  if (isHeader && writers.addsHeaders) {
    throw new ConnectError(
      'config',
      'A header has no headers: HeaderSchemaIdSerializer is for keys and values',
    );
  }
  return {
    format,
    registry,
    writers,
    readers: new RegistryReaders({ registry, format, settings, isKey, now }),
    scanner: new SchemaIdScanner(format.schemaType === 'PROTOBUF'),
    headerName: schemaIdHeader(isKey),
    isHeader,
    readsHeaders,
    now,
  };
}

/** No value is no bytes, so that it deletes; unless the format has bytes of its own for it. */
function isTombstone(schema: Schema | null, format: SchemaFormat, topic: string): boolean {
  if (schema === null) return true;
  if (format.writesNull === true) return false;
  if (schema.optional || schema.default !== undefined) return true;
  throw new ConnectError(
    'data',
    `Could not write data for topic ${topic}: null, and its schema is not optional`,
  );
}

/** What an earlier converter put there counts, as the last header of a name does. */
function idHeader(headers: ConnectHeaders, name: string): Uint8Array | null {
  const value = headers.lastWithName(name)?.value;
  return value instanceof Uint8Array ? value : null;
}

function addHeader(headers: ConnectHeaders | null, name: string, value: Buffer, topic: string): void {
  if (headers === null) {
    throw new ConnectError(
      'data',
      `Could not write data for topic ${topic}: its schema is to be named in a header, and there are none to add to`,
    );
  }
  headers.remove(name).add(name, null, value);
}

function isSamePath(left: readonly number[], right: readonly number[]): boolean {
  return left === right || (left.length === right.length && left.every((step, i) => step === right[i]));
}

function inContext(error: unknown, what: string): unknown {
  if (isConnectError(error) && error.code !== 'data') return error;
  return new ConnectError('data', `${what}: ${messageOf(error)}`, { cause: error });
}
