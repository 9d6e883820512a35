import { defineConfig } from '../../config/define-config.ts';
import { boolean, string } from '../../config/kinds.ts';
import { parseConfig } from '../../config/parse-config.ts';
import { oneOf } from '../../config/validators.ts';
import type { Converter } from '../../plugin-api/converter.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import { OPTIONAL_BYTES_SCHEMA, OPTIONAL_STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import type { ConnectRecord } from '../../records/record.ts';
import type { Schema } from '../../records/schema.ts';
import { Struct } from '../../records/struct.ts';
import type { RecordSide } from '../fields/record-side.ts';
import { unsupportedType } from './unsupported-type.ts';

export const toJsonConfig = defineConfig({
  'output.schema.type': string({
    importance: 'MEDIUM',
    default: 'STRING',
    validator: oneOf('STRING', 'BYTES'),
    documentation: 'Whether the JSON is a text (STRING) or bytes (BYTES).',
  }),
  'schemas.enable': boolean({
    importance: 'MEDIUM',
    default: false,
    documentation: 'Whether the schema stands in the JSON, as with the JSON converter.',
  }),
});

/** Structs as JSON. Keys of the JSON converter count, too. */
export class ToJson implements Transformation {
  readonly #side: RecordSide;
  readonly #json: Converter;
  #isText = true;

  constructor(side: RecordSide, json: Converter) {
    this.#side = side;
    this.#json = json;
  }

  configure(settings: Settings): void {
    const config = parseConfig(toJsonConfig, settings);
    this.#isText = config['output.schema.type'] === 'STRING';
    const schemas = String(config['schemas.enable']);
    this.#json.configure({ ...settings, 'schemas.enable': schemas, 'converter.type': 'value' });
  }

  apply<R extends ConnectRecord>(record: R): R {
    const schema = this.#side.schemaOf(record);
    const value = this.#side.valueOf(record);
    if (value === null && schema === null) return record;
    if (schema === null && typeof value === 'string') {
      return this.#side.replace(record, OPTIONAL_STRING_SCHEMA, value);
    }
    if (schema === null && value instanceof Uint8Array) {
      return this.#side.replace(record, OPTIONAL_BYTES_SCHEMA, value);
    }
    if (isPlain(schema, value)) return record;
    const isStruct = schema?.type === 'STRUCT' && (value === null || value instanceof Struct);
    if (!isStruct) throw unsupportedType(schema, value);
    const json = this.#json.fromConnectData('', schema, value, null) ?? 'null';
    return this.#isText
      ? this.#side.replace(record, OPTIONAL_STRING_SCHEMA, text(json))
      : this.#side.replace(record, OPTIONAL_BYTES_SCHEMA, Buffer.from(json));
  }
}

/** What is text or bytes already stays. */
function isPlain(schema: Schema | null, value: unknown): boolean {
  if (schema?.type === 'STRING') return value === null || typeof value === 'string';
  return schema?.type === 'BYTES' && (value === null || value instanceof Uint8Array);
}

function text(json: string | Uint8Array): string {
  return typeof json === 'string' ? json : Buffer.from(json).toString();
}
