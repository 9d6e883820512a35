/**
 * Decides how the work is shared among tasks.
 *
 * @import { SourceConnector, Settings } from 'millrace/plugin-api/source-connector'
 * @implements {SourceConnector}
 */
export class PluginClassSourceConnector {
  /** @type {Settings} */
  #settings = {};

  /** @param {Settings} settings */
  start(settings) {
    this.#settings = settings;
  }

  /** One task, whatever `tasks.max` is: there is one counter. */
  taskConfigs() {
    return [this.#settings];
  }

  stop() {}
}
