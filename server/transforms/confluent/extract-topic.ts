import { defineConfig } from '../../config/define-config.ts';
import { boolean, string } from '../../config/kinds.ts';
import { parseConfig } from '../../config/parse-config.ts';
import { oneOfIgnoringCase } from '../../config/validators.ts';
import { ConnectError } from '../../errors/connect-error.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import type { ConnectRecord } from '../../records/record.ts';
import { Struct } from '../../records/struct.ts';
import { dataError, fieldValue, requireMap } from '../fields/record-data.ts';
import type { RecordSide } from '../fields/record-side.ts';
import { JsonPath } from '../json-path/json-path.ts';

const skipKey = {
  'skip.missing.or.null': boolean({
    importance: 'LOW',
    default: false,
    documentation: 'Whether a record without such a name keeps its topic; otherwise it fails.',
  }),
};

export const extractTopicConfig = defineConfig({
  field: string({
    importance: 'MEDIUM',
    default: '',
    documentation:
      'The text field that names the topic; empty: the whole key or value, which is a text then.',
  }),
  'field.format': string({
    importance: 'MEDIUM',
    default: 'PLAIN',
    validator: oneOfIgnoringCase('PLAIN', 'JSON_PATH'),
    documentation:
      'How the field is named: PLAIN is the name of a field at the top, JSON_PATH a path such as ["f1"]["f2"].',
  }),
  ...skipKey,
});

export const extractTopicFromHeaderConfig = defineConfig({
  field: string({ importance: 'MEDIUM', documentation: 'The header whose text names the topic.' }),
  ...skipKey,
});

/** The topic out of the key or the value. */
export class ExtractTopic implements Transformation {
  readonly #side: RecordSide;
  #field = '';
  #path: JsonPath | null = null;
  #skips = false;

  constructor(side: RecordSide) {
    this.#side = side;
  }

  configure(settings: Settings): void {
    const config = parseConfig(extractTopicConfig, settings);
    this.#field = config.field;
    this.#skips = config['skip.missing.or.null'];
    this.#path = null;
    if (config.field === '' || config['field.format'].toUpperCase() !== 'JSON_PATH') return;
    this.#path = new JsonPath(config.field);
    if (!this.#path.isDefinite) {
      throw new ConnectError('config', `The path ${config.field} of field must lead to a single value.`);
    }
  }

  apply<R extends ConnectRecord>(record: R): R {
    const place = this.#field === '' ? 'The key or value' : `Field ${this.#field}`;
    return withTopic(record, this.#valueIn(this.#side.valueOf(record)), place, this.#skips);
  }

  #valueIn(data: unknown): unknown {
    if (this.#path !== null) return this.#path.read(data)?.[0];
    if (this.#field === '' || data === null) return data;
    if (!(data instanceof Struct)) return requireMap(data, 'topic extraction').get(this.#field);
    const field = data.schema.field(this.#field);
    return field === undefined ? null : fieldValue(data, field, true);
  }
}

/** The topic out of a header. */
export class ExtractTopicFromHeader implements Transformation {
  #header = '';
  #skips = false;

  configure(settings: Settings): void {
    const config = parseConfig(extractTopicFromHeaderConfig, settings);
    this.#header = config.field;
    this.#skips = config['skip.missing.or.null'];
  }

  apply<R extends ConnectRecord>(record: R): R {
    const value = record.headers?.lastWithName(this.#header)?.value;
    return withTopic(record, value, `Header ${this.#header}`, this.#skips);
  }
}

function withTopic<R extends ConnectRecord>(record: R, value: unknown, place: string, skips: boolean): R {
  const topic = value ?? '';
  if (typeof topic !== 'string') throw dataError(`${place} must be a text to name a topic.`);
  if (topic !== '') return { ...record, topic };
  if (skips) return record;
  throw dataError(`${place} that names the topic must not be missing, null or empty.`);
}
