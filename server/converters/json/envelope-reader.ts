import type { SchemaAndValue } from '../../plugin-api/converter.ts';
import type { Schema } from '../../records/schema.ts';
import { dataError } from '../converter-error.ts';
import type { JsonNode } from './json-node.ts';
import { JsonParser } from './json-parser.ts';
import { schemaOfJson } from './json-schema-reader.ts';
import type { JsonValueReader, JsonValueReaders } from './json-value-readers.ts';
import { RecentSchemas } from './recent-schemas.ts';
import { utf8Text } from './utf8-text.ts';

interface KnownPrefix {
  /** `{"schema":…,"payload":` */
  readonly bytes: Buffer;
  readonly schema: Schema | null;
  readonly read: JsonValueReader;
}

const mostPrefixes = 4;
const closingBrace = 0x7d;

/**
 * Reads `{"schema":…,"payload":…}`. Messages of one kind begin with the same bytes up to the payload, so those are
 * compared instead of parsed, and only the payload is read.
 */
export class EnvelopeReader {
  readonly #readers: JsonValueReaders;
  readonly #schemas: RecentSchemas;
  readonly #prefixesKept: number;
  /** The one used last comes first. */
  readonly #prefixes: KnownPrefix[] = [];

  constructor(readers: JsonValueReaders, schemasKept: number) {
    this.#readers = readers;
    this.#schemas = new RecentSchemas(schemasKept);
    this.#prefixesKept = Math.min(mostPrefixes, schemasKept);
  }

  read(buffer: Buffer, start: number, end: number): SchemaAndValue {
    return this.#readBehindPrefix(buffer, start, end) ?? this.#readWhole(buffer, start, end);
  }

  #readBehindPrefix(buffer: Buffer, start: number, end: number): SchemaAndValue | null {
    const prefixes = this.#prefixes;
    for (let index = 0; index < prefixes.length; index++) {
      const prefix = prefixes[index];
      if (prefix === undefined || !startsWith(buffer, start, end, prefix.bytes)) continue;
      if (index > 0) {
        prefixes.splice(index, 1);
        prefixes.unshift(prefix);
      }
      const payloadStart = start + prefix.bytes.length;
      const { schema } = prefix;
      if (schema?.type === 'STRING' && buffer[end - 1] === closingBrace) {
        const value = stringOf(utf8Text(buffer, payloadStart, end - 1));
        if (value !== null) return { schema, value };
      }
      const parser = new JsonParser(utf8Text(buffer, payloadStart, end), 0, this.#readers.names);
      const value = prefix.read(parser);
      // More members, or a second payload: only reading all of it tells.
      return parser.endsObject() ? { schema, value } : null;
    }
    return null;
  }

  #readWhole(buffer: Buffer, start: number, end: number): SchemaAndValue {
    const text = utf8Text(buffer, start, end);
    const parser = new JsonParser(text);
    if (!parser.startsObject() || parser.endsObject()) throw noEnvelope();
    const members = new Map<string, JsonNode>();
    let schemaText = '';
    let payloadPlace = 0;
    let name: string;
    do {
      name = parser.name();
      const place = parser.place;
      members.set(name, parser.value());
      if (name === 'schema') schemaText = text.slice(place, parser.end);
      if (name === 'payload') payloadPlace = place;
    } while (parser.hasMoreMembers());
    const schemaNode = members.get('schema');
    if (members.size !== 2 || schemaNode === undefined || !members.has('payload')) throw noEnvelope();
    const schema = this.#schemas.get(schemaText, () => schemaOfJson(schemaNode, this.#readers));
    const read = this.#readers.of(schema);
    if (name === 'payload') this.#remember(text.slice(0, payloadPlace), schema, read);
    return { schema, value: read(new JsonParser(text, payloadPlace, this.#readers.names)) };
  }

  /** The text up to a payload that comes last, however its writer spaced it. */
  #remember(prefix: string, schema: Schema | null, read: JsonValueReader): void {
    this.#prefixes.unshift({ bytes: Buffer.from(prefix), schema, read });
    if (this.#prefixes.length > this.#prefixesKept) this.#prefixes.pop();
  }
}

function startsWith(buffer: Buffer, start: number, end: number, prefix: Buffer): boolean {
  return (
    end - start > prefix.length &&
    buffer.compare(prefix, 0, prefix.length, start, start + prefix.length) === 0
  );
}

/** What a JSON string stands for; null for anything else, which the exact parser has to look at. */
function stringOf(json: string): string | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}

function noEnvelope() {
  return dataError(
    'JsonConverter with schemas.enable requires "schema" and "payload" fields and may not contain additional fields. If you are trying to deserialize plain JSON data, set schemas.enable=false in your converter configuration.',
  );
}
