import { openKafkaClient } from '../../kafka/open-kafka-client.ts';
import { bundledPlugins } from '../../plugins/bundled-plugins.ts';
import { PluginCatalogue } from '../../plugins/plugin-catalogue.ts';
import type { TaskEnvironment } from './task-environment.ts';

/** What tasks run with unless a test says otherwise. */
export const environment: TaskEnvironment = {
  plugins: new PluginCatalogue(bundledPlugins),
  openKafkaClient,
};
