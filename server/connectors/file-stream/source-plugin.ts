import { bundledVersion } from '../../plugin-api/bundled-version.ts';
import type { SourceConnectorPlugin } from '../../plugin-api/plugin.ts';
import { fileStreamSourceConfig } from './source-config.ts';
import { FileStreamSourceConnector } from './source-connector.ts';
import { FileStreamSourceTask } from './source-task.ts';

export const plugin: SourceConnectorPlugin = {
  type: 'source',
  className: 'org.apache.kafka.connect.file.FileStreamSourceConnector',
  taskClassName: 'org.apache.kafka.connect.file.FileStreamSourceTask',
  version: bundledVersion,
  title: 'FileStream source',
  summary: 'Reads a text file line by line, follows it as it grows, and sends each line to a topic.',
  support: 'supported',
  system: 'file',
  verified: 'Apache Kafka 4.3 and the embedded broker; Linux file systems, named pipes and standard input.',
  config: fileStreamSourceConfig,
  createConnector: () => new FileStreamSourceConnector(),
  createTask: () => new FileStreamSourceTask(),
};
