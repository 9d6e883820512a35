import { createHash } from 'node:crypto';
import { defineConfig } from '../../config/define-config.ts';
import { boolean, string } from '../../config/kinds.ts';
import { parseConfig } from '../../config/parse-config.ts';
import { oneOf } from '../../config/validators.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import type { ConnectRecord } from '../../records/record.ts';
import type { Schema } from '../../records/schema.ts';
import { Struct } from '../../records/struct.ts';
import { dataError, requireStruct } from '../fields/record-data.ts';
import type { RecordSide } from '../fields/record-side.ts';

export const hashConfig = defineConfig({
  'field.name': string({
    importance: 'HIGH',
    default: null,
    documentation: 'The text field to replace by its hash; none or empty: the whole, which is a text then.',
  }),
  'skip.missing.or.null': boolean({
    importance: 'LOW',
    default: false,
    documentation: 'Whether a record without such a text stays as it is; otherwise it fails.',
  }),
  function: string({
    importance: 'HIGH',
    validator: oneOf('md5', 'sha1', 'sha256'),
    documentation: 'The hash function: md5, sha1 or sha256.',
  }),
});

/** A text's hash in hexadecimal in its place. It needs a schema. */
export class Hash implements Transformation {
  readonly #side: RecordSide;
  #field = '';
  #skips = false;
  #function = '';

  constructor(side: RecordSide) {
    this.#side = side;
  }

  configure(settings: Settings): void {
    const config = parseConfig(hashConfig, settings);
    this.#field = config['field.name'] ?? '';
    this.#skips = config['skip.missing.or.null'];
    this.#function = config.function;
  }

  apply<R extends ConnectRecord>(record: R): R {
    const schema = this.#side.schemaOf(record);
    if (schema === null) throw dataError('Hashing needs a schema; there is none.');
    const value = this.#side.valueOf(record);
    const hashed = this.#field === '' ? this.#whole(schema, value) : this.#inField(schema, value);
    return hashed === null ? record : this.#side.replace(record, schema, hashed);
  }

  #whole(schema: Schema, value: unknown): string | null {
    return this.#hash(schema, value, 'The key or value');
  }

  #inField(schema: Schema, value: unknown): Struct | null {
    if (schema.type !== 'STRUCT') throw dataError('Hashing a field needs a Struct.');
    const struct = requireStruct(value, 'hashing');
    const field = struct.schema.field(this.#field);
    if (field === undefined && this.#skips) return null;
    if (field === undefined) throw dataError(`Field ${this.#field} to hash is missing.`);
    const hashed = this.#hash(field.schema, struct.values[field.index] ?? null, `Field ${this.#field}`);
    if (hashed === null) return null;
    const changed = new Struct(struct.schema);
    for (const [index, item] of struct.values.entries()) changed.values[index] = item;
    changed.values[field.index] = hashed;
    return changed;
  }

  #hash(schema: Schema, value: unknown, place: string): string | null {
    if (schema.type !== 'STRING') throw dataError(`${place} to hash must be a STRING.`);
    if (value === null && this.#skips) return null;
    if (typeof value !== 'string') throw dataError(`${place} to hash must not be null.`);
    return createHash(this.#function).update(javaBytes(value)).digest('hex');
  }
}

/** Java writes half of a pair of surrogates as a question mark. */
function javaBytes(text: string): string {
  return text.isWellFormed() ? text : text.replace(/\p{Surrogate}/gu, '?');
}
