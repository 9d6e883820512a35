import { defineConfig } from '../../config/define-config.ts';
import { boolean, string } from '../../config/kinds.ts';
import { parseConfig } from '../../config/parse-config.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import { javaText } from '../../records/java-text.ts';
import type { ConnectRecord } from '../../records/record.ts';
import type { Schema } from '../../records/schema.ts';
import { isBlank } from '../fields/java-blank.ts';
import { dataError, fieldValue, requireMap, requireStruct } from '../fields/record-data.ts';
import type { RecordSide } from '../fields/record-side.ts';
import { isScalar } from './topic-of-value.ts';

const purpose = 'topic extraction';

export const extractTopicConfig = defineConfig({
  'field.name': string({
    importance: 'HIGH',
    default: null,
    documentation: 'The field that names the topic; none or empty: the whole.',
  }),
  'skip.missing.or.null': boolean({
    importance: 'LOW',
    default: false,
    documentation: 'Whether a record without such a name keeps its topic; otherwise it fails.',
  }),
});

/** The topic out of a field, or of the whole. */
export class ExtractTopic implements Transformation {
  readonly #side: RecordSide;
  #field = '';
  #skips = false;

  constructor(side: RecordSide) {
    this.#side = side;
  }

  configure(settings: Settings): void {
    const config = parseConfig(extractTopicConfig, settings);
    this.#field = config['field.name'] ?? '';
    this.#skips = config['skip.missing.or.null'];
  }

  apply<R extends ConnectRecord>(record: R): R {
    const [schema, value] = this.#source(this.#side.schemaOf(record), this.#side.valueOf(record));
    const text = value === null ? '' : javaText(schema, value);
    if (schema === null ? isBlank(text) : text === '') {
      if (this.#skips) return record;
      throw dataError(`${this.#place()} that names the topic must not be missing, null or empty.`);
    }
    return { ...record, topic: text };
  }

  #source(schema: Schema | null, value: unknown): readonly [Schema | null, unknown] {
    if (this.#field === '') return this.#checked(schema, value);
    if (schema === null) return this.#checked(null, requireMap(value, purpose).get(this.#field) ?? null);
    const struct = requireStruct(value, purpose);
    const field = struct.schema.field(this.#field);
    return field === undefined
      ? [schema, null]
      : this.#checked(field.schema, fieldValue(struct, field, true));
  }

  #checked(schema: Schema | null, value: unknown): readonly [Schema | null, unknown] {
    const isMissing = schema === null && value === null;
    if (isMissing || isScalar(schema, value)) return [schema, value];
    throw dataError(`${this.#place()} must be a text, number or boolean to name a topic.`);
  }

  #place(): string {
    return this.#field === '' ? 'The key or value' : `Field ${this.#field}`;
  }
}
