import { workerData } from 'node:worker_threads';
import { openKafkaClient } from '../../kafka/open-kafka-client.ts';
import { bundledPlugins } from '../../plugins/bundled-plugins.ts';
import { loadLocations } from '../../plugins/load-location.ts';
import { PluginCatalogue } from '../../plugins/plugin-catalogue.ts';
import type { TaskEnvironment } from './task-environment.ts';
import type { TaskAssignment } from './task-messages.ts';

/** Null outside a task's thread. */
const assignment: TaskAssignment | null = workerData;

/** What tasks run with unless a test says otherwise: what is bundled, and the packages that the task needs. */
export const environment: TaskEnvironment = {
  plugins: new PluginCatalogue(bundledPlugins, await loadLocations(assignment?.pluginLocations ?? [])),
  openKafkaClient,
};
