import { appendFile } from 'node:fs/promises';
import { parseConfig } from 'millrace/plugin-api/config';
import { config } from './config.js';

/**
 * Writes to the system: here, lines to a file.
 *
 * @import { SinkTask } from 'millrace/plugin-api/sink-connector'
 * @import { Settings } from 'millrace/plugin-api/source-connector'
 * @import { SinkRecord } from 'millrace/plugin-api/records'
 * @implements {SinkTask}
 */
export class PluginClassSinkTask {
  #path = '';
  /** Lines that `put` was given and that are not in the file yet. */
  #lines = '';

  /** @param {Settings} settings */
  start(settings) {
    this.#path = parseConfig(config, settings).path;
  }

  /** @param {readonly SinkRecord[]} records */
  put(records) {
    for (const { value } of records) this.#lines += `${value}\n`;
  }

  /** Offsets are committed when this has ended: by then, all that was given must be safe. */
  async flush() {
    if (this.#lines === '') return;
    await appendFile(this.#path, this.#lines);
    this.#lines = '';
  }

  stop() {}
}
