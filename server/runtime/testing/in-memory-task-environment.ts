import type { TaskEnvironment } from '../task/task-environment.ts';
import { openInMemoryClient } from './in-memory-client.ts';
import { pluginList } from './plugin-list.ts';
import { recordingSink, sequenceSource } from './sequence-connectors.ts';
import { dropMatching, textConverter, textHeaderConverter, topicIs } from './text-plugins.ts';

export const testPlugins = [
  sequenceSource,
  recordingSink,
  textConverter,
  textHeaderConverter,
  dropMatching,
  topicIs,
];

/** What task threads of tests run with: no Kafka, test plugins only. */
export const environment: TaskEnvironment = {
  plugins: pluginList(testPlugins),
  openKafkaClient: () => openInMemoryClient(),
};
