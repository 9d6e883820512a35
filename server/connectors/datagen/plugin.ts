import { bundledVersion } from '../../plugin-api/bundled-version.ts';
import type { SourceConnectorPlugin } from '../../plugin-api/plugin.ts';
import { datagenConfig } from './config.ts';
import { DatagenConnector } from './connector.ts';
import { DatagenTask } from './task.ts';

export const plugin: SourceConnectorPlugin = {
  type: 'source',
  className: 'io.confluent.kafka.connect.datagen.DatagenConnector',
  taskClassName: 'io.confluent.kafka.connect.datagen.DatagenTask',
  version: bundledVersion,
  title: 'Datagen source',
  summary:
    'Makes records of chance for trying things out: ready-made kinds of data such as orders and page views, or your own schema.',
  support: 'supported',
  system: 'generator',
  verified:
    'Schemas and options as documented for the Java connector; JSON and Avro converters; Apache Kafka 4.3 and the embedded broker.',
  icon: 'generator',
  config: datagenConfig,
  createConnector: () => new DatagenConnector(),
  createTask: () => new DatagenTask(),
};
