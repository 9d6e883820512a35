import { defineConfig } from '../../config/define-config.ts';
import { string } from '../../config/kinds.ts';
import { parseConfig } from '../../config/parse-config.ts';
import { validator } from '../../config/validators.ts';
import { ConnectError } from '../../errors/connect-error.ts';
import { LinearRegex, linearRegex } from '../../plugin-api/linear-regex.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import type { ConnectRecord } from '../../records/record.ts';
import { dataError } from '../fields/record-data.ts';

const anyRegex = linearRegex();

export const extractTopicFromSchemaNameConfig = defineConfig(
  {
    'schema.name.topic-map': string({
      importance: 'LOW',
      default: null,
      validator: validator('list of schema:topic', (_key, value) => {
        parseTopics(value);
      }),
      documentation: 'Topics by names of schemas: schema1:topic1,schema2:topic2.',
    }),
    'schema.name.regex': string({
      importance: 'LOW',
      default: null,
      validator: validator(anyRegex.description, (key, value) => {
        if (value !== null) anyRegex.ensureValid(key, value);
      }),
      documentation:
        'Regular expression in the syntax of Java whose only group finds the topic in the name of the schema.',
    }),
  },
  [
    (parsed, addError) => {
      if (parsed['schema.name.topic-map'] !== null && parsed['schema.name.regex'] !== null) {
        addError(
          'schema.name.regex',
          'schema.name.topic-map and schema.name.regex should not be defined together.',
        );
      }
    },
  ],
);

/** The topic out of the name of the value's schema. */
export class ExtractTopicFromSchemaName implements Transformation {
  #topics: ReadonlyMap<string, string> = new Map();
  #regex: LinearRegex | null = null;

  configure(settings: Settings): void {
    const config = parseConfig(extractTopicFromSchemaNameConfig, settings);
    this.#topics = parseTopics(config['schema.name.topic-map']);
    const regex = config['schema.name.regex'] ?? '';
    this.#regex = regex === '' ? null : new LinearRegex(regex);
  }

  apply<R extends ConnectRecord>(record: R): R {
    const name = record.valueSchema?.name ?? null;
    if (name === null) throw dataError('The schema of the value must have a name, to name the topic.');
    return { ...record, topic: this.#topics.get(name) ?? this.#found(name) ?? name };
  }

  #found(name: string): string | null {
    const groups = this.#regex?.find(name) ?? null;
    if (groups === null || groups.length !== 2) return null;
    const topic = groups[1] ?? null;
    if (topic === null) throw dataError(`The group of schema.name.regex is not part of schema name ${name}.`);
    return topic;
  }
}

function parseTopics(text: string | null): ReadonlyMap<string, string> {
  const topics = new Map<string, string>();
  for (const entry of text === null ? [] : text.split(',')) {
    const [name, topic] = entry.split(':');
    if (name === undefined || topic === undefined || topic === '' || topics.has(name)) {
      throw new ConnectError(
        'config',
        'schema.name.topic-map is not valid. Format should be: "SchemaValue1:NewValue1,SchemaValue2:NewValue2"',
      );
    }
    topics.set(name, topic);
  }
  return topics;
}
