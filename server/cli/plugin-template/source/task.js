import { setTimeout as sleep } from 'node:timers/promises';
import { parseConfig } from 'millrace/plugin-api/config';
import { schemas } from 'millrace/plugin-api/records';
import { config } from './config.js';

/** One object for all records: they are recognised as one partition by it. */
const sourcePartition = { counter: 'plugin-name' };

/**
 * Reads from the system: here, it counts.
 *
 * @import { SourceTask, SourceTaskContext, Settings } from 'millrace/plugin-api/source-connector'
 * @import { SourceRecord } from 'millrace/plugin-api/records'
 * @implements {SourceTask}
 */
export class PluginClassSourceTask {
  #topic = '';
  #intervalMs = 0;
  #next = 0;
  #signal = new AbortController().signal;

  /**
   * @param {Settings} settings
   * @param {SourceTaskContext} context
   */
  async start(settings, context) {
    const parsed = parseConfig(config, settings);
    this.#topic = parsed.topic;
    this.#intervalMs = parsed['interval.ms'];
    this.#signal = context.signal;
    const offset = await context.offsets.offset(sourcePartition);
    this.#next = Number(offset?.count ?? 0) + 1;
  }

  /** @returns {Promise<SourceRecord[] | null>} */
  async poll() {
    try {
      await sleep(this.#intervalMs, undefined, { signal: this.#signal });
    } catch {
      return null;
    }
    const count = this.#next++;
    return [
      {
        sourcePartition,
        // Committed once Kafka has the record; `start` of the next task finds it again.
        sourceOffset: { count },
        topic: this.#topic,
        kafkaPartition: null,
        keySchema: null,
        key: null,
        valueSchema: schemas.STRING_SCHEMA,
        value: `record ${count}`,
        timestamp: Date.now(),
        headers: null,
      },
    ];
  }

  stop() {}
}
