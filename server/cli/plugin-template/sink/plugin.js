import { config } from './config.js';
import { PluginClassSinkConnector } from './connector.js';
import { PluginClassSinkTask } from './task.js';

/**
 * What Millrace lists: the class name is what `connector.class` says.
 *
 * @import { PackagedPlugin } from 'millrace/plugin-api/plugin'
 * @satisfies {PackagedPlugin}
 */
export const plugin = {
  type: 'sink',
  className: 'com.example.PluginClassSinkConnector',
  title: 'PluginTitle sink',
  summary: 'Appends the value of each record to a file.',
  support: 'experimental',
  system: 'file',
  verified: 'its own tests',
  config,
  createConnector: () => new PluginClassSinkConnector(),
  createTask: () => new PluginClassSinkTask(),
};
