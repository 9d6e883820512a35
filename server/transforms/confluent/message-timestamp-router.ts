import { defineConfig } from '../../config/define-config.ts';
import { list, string } from '../../config/kinds.ts';
import { parseConfig } from '../../config/parse-config.ts';
import { satisfies } from '../../config/validators.ts';
import { messageOf } from '../../errors/connect-error.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import type { ConnectRecord } from '../../records/record.ts';
import { Struct } from '../../records/struct.ts';
import { SimpleDateFormat } from '../date-format/simple-date-format.ts';
import { dataError, fieldValue, requireMap } from '../fields/record-data.ts';

const datePattern = satisfies<string>('pattern of SimpleDateFormat', (text) => {
  try {
    new SimpleDateFormat(text);
    return null;
  } catch (error) {
    return messageOf(error);
  }
});

export const messageTimestampRouterConfig = defineConfig({
  'topic.format': string({
    importance: 'HIGH',
    default: `\${topic}-\${timestamp}`,
    documentation: `The new topic; \${topic} and \${timestamp} stand for the record's topic and the field.`,
  }),
  'message.timestamp.format': string({
    importance: 'HIGH',
    default: 'yyyy-MM-dd',
    validator: datePattern,
    documentation: "How the field is written, as a pattern of Java's SimpleDateFormat, in UTC.",
  }),
  'topic.timestamp.format': string({
    importance: 'HIGH',
    default: 'yyyy.MM.dd',
    validator: datePattern,
    documentation: "How the topic is to show it, as a pattern of Java's SimpleDateFormat, in UTC.",
  }),
  'message.timestamp.keys': list({
    importance: 'HIGH',
    documentation: 'Fields of the value that may hold the timestamp; the first that is there counts.',
  }),
});

/** Another topic, made of a timestamp in the value. */
export class MessageTimestampRouter implements Transformation {
  #topicFormat = '';
  #read = new SimpleDateFormat('');
  #write = new SimpleDateFormat('');
  #fields: readonly string[] = [];

  configure(settings: Settings): void {
    const config = parseConfig(messageTimestampRouterConfig, settings);
    this.#topicFormat = config['topic.format'];
    this.#read = new SimpleDateFormat(config['message.timestamp.format']);
    this.#write = new SimpleDateFormat(config['topic.timestamp.format']);
    this.#fields = config['message.timestamp.keys'];
  }

  apply<R extends ConnectRecord>(record: R): R {
    const text = this.#textOf(record.value);
    const timestamp = this.#write.format(this.#read.parse(text));
    const topic = this.#topicFormat
      .replaceAll(`\${topic}`, () => record.topic)
      .replaceAll(`\${timestamp}`, () => timestamp);
    return { ...record, topic };
  }

  #textOf(data: unknown): string {
    const map = data instanceof Struct ? null : requireMap(data, 'routing by a timestamp');
    for (const name of this.#fields) {
      const value = data instanceof Struct ? inStruct(data, name) : (map?.get(name) ?? null);
      if (typeof value === 'string') return value;
      if (value !== null) throw dataError(`Field ${name} must be a text with a timestamp.`);
    }
    throw dataError(`None of the fields ${this.#fields.join(', ')} holds a timestamp.`);
  }
}

function inStruct(struct: Struct, name: string): unknown {
  const field = struct.schema.field(name);
  return field === undefined ? null : fieldValue(struct, field, true);
}
