import { defineConfig } from '../../config/define-config.ts';
import { string } from '../../config/kinds.ts';
import { parseConfig } from '../../config/parse-config.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import type { ConnectRecord } from '../../records/record.ts';
import { SimpleDateFormat } from '../date-format/simple-date-format.ts';
import { dataError } from '../fields/record-data.ts';

export const timestampRouterConfig = defineConfig({
  'topic.format': string({
    importance: 'HIGH',
    default: `\${topic}-\${timestamp}`,
    documentation: `The new topic; \${topic} and \${timestamp} stand for the record's.`,
  }),
  'timestamp.format': string({
    importance: 'HIGH',
    default: 'yyyyMMdd',
    documentation: "How the timestamp is written, as a pattern of Java's SimpleDateFormat, in UTC.",
  }),
});

export class TimestampRouter implements Transformation {
  #topicFormat = '';
  #timestampFormat = new SimpleDateFormat('');

  configure(settings: Settings): void {
    const config = parseConfig(timestampRouterConfig, settings);
    this.#topicFormat = config['topic.format'];
    this.#timestampFormat = new SimpleDateFormat(config['timestamp.format']);
  }

  apply<R extends ConnectRecord>(record: R): R {
    if (record.timestamp === null) throw dataError(`Timestamp missing on a record of topic ${record.topic}`);
    const timestamp = this.#timestampFormat.format(new Date(record.timestamp));
    const topic = this.#topicFormat
      .replaceAll(`\${topic}`, () => record.topic)
      .replaceAll(`\${timestamp}`, () => timestamp);
    return { ...record, topic };
  }
}
