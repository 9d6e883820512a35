import { config } from './config.js';
import { PluginClassSourceConnector } from './connector.js';
import { PluginClassSourceTask } from './task.js';

/**
 * What Millrace lists: the class name is what `connector.class` says.
 *
 * @import { PackagedPlugin } from 'millrace/plugin-api/plugin'
 * @satisfies {PackagedPlugin}
 */
export const plugin = {
  type: 'source',
  className: 'com.example.PluginClassSourceConnector',
  title: 'PluginTitle source',
  summary: 'Counts, and sends each number to a topic.',
  support: 'experimental',
  system: 'generator',
  verified: 'its own tests',
  config,
  createConnector: () => new PluginClassSourceConnector(),
  createTask: () => new PluginClassSourceTask(),
};
