/**
 * Decides how the work is shared among tasks.
 *
 * @import { SinkConnector } from 'millrace/plugin-api/sink-connector'
 * @import { Settings } from 'millrace/plugin-api/source-connector'
 * @implements {SinkConnector}
 */
export class PluginClassSinkConnector {
  /** @type {Settings} */
  #settings = {};

  /** @param {Settings} settings */
  start(settings) {
    this.#settings = settings;
  }

  /** One task: two would write to the same file. */
  taskConfigs() {
    return [this.#settings];
  }

  stop() {}
}
