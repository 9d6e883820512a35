import { bundledVersion } from '../../plugin-api/bundled-version.ts';
import type { SinkConnectorPlugin } from '../../plugin-api/plugin.ts';
import { fileStreamSinkConfig } from './sink-config.ts';
import { FileStreamSinkConnector } from './sink-connector.ts';
import { FileStreamSinkTask } from './sink-task.ts';

export const plugin: SinkConnectorPlugin = {
  type: 'sink',
  className: 'org.apache.kafka.connect.file.FileStreamSinkConnector',
  taskClassName: 'org.apache.kafka.connect.file.FileStreamSinkTask',
  version: bundledVersion,
  title: 'FileStream sink',
  summary: 'Appends the value of each record to a text file, one line a record.',
  support: 'supported',
  system: 'file',
  verified: 'Apache Kafka 4.3 and the embedded broker; Linux file systems and standard output.',
  config: fileStreamSinkConfig,
  createConnector: () => new FileStreamSinkConnector(),
  createTask: () => new FileStreamSinkTask(),
};
