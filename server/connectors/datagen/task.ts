import { setTimeout as delay } from 'node:timers/promises';
import { parseConfig } from '../../config/parse-config.ts';
import { ConnectError } from '../../errors/connect-error.ts';
import type { Log, Settings, SourceTask, SourceTaskContext } from '../../plugin-api/source-connector.ts';
import type { SourceRecord } from '../../records/record.ts';
import { datagenConfig } from './config.ts';
import { type DatagenState, stateOf, taskIdField } from './offset.ts';
import { RecordMaker } from './record-maker.ts';
import { compileSource, quickstartOf } from './schema-source.ts';
import { SeededRandom } from './seeded-random.ts';

const longestWaitMs = 1_000;
const mostRecords = 1_000;
const mostUnits = 256 * 1024;

/** Makes records out of chance. */
export class DatagenTask implements SourceTask {
  #maker: RecordMaker | null = null;
  #signal: AbortSignal | null = null;
  #log: Log = () => {};
  #maxIntervalMs = 0;
  #records = Number.POSITIVE_INFINITY;
  #failsAtEnd = false;
  #saidEnd = false;
  /** When the next record is due; null: not drawn yet. */
  #dueMs: number | null = null;

  async start(settings: Settings, context: SourceTaskContext): Promise<void> {
    const config = parseConfig(datagenConfig, settings);
    const taskId = Number(settings[taskIdField] ?? 0);
    const offset = await context.offsets.offset({ [taskIdField]: taskId });
    this.#signal = context.signal;
    this.#log = context.log;
    this.#maxIntervalMs = config['max.interval'];
    this.#records = config.iterations > 0 ? config.iterations : Number.POSITIVE_INFINITY;
    this.#failsAtEnd = config['iterations.end.fails'];
    this.#saidEnd = false;
    this.#dueMs = null;
    this.#maker = new RecordMaker({
      topic: config['kafka.topic'],
      taskId,
      generator: compileSource(config),
      keyField: config['schema.keyfield'] || (quickstartOf(config.quickstart)?.keyField ?? ''),
      state: offset === null ? freshState(config['random.seed'], taskId) : stateOf(offset),
    });
  }

  poll(): readonly SourceRecord[] | null | Promise<readonly SourceRecord[] | null> {
    const maker = this.#maker;
    if (maker === null || this.#signal?.aborted) return null;
    if (maker.iteration >= this.#records) return this.#end(maker);
    return this.#maxIntervalMs > 0 ? this.#oneInTime(maker) : this.#batch(maker);
  }

  stop(): void {
    this.#maker = null;
  }

  #batch(maker: RecordMaker): SourceRecord[] {
    const records: SourceRecord[] = [];
    let units = 0;
    while (records.length < mostRecords && units < mostUnits && maker.iteration < this.#records) {
      records.push(maker.next());
      units += maker.units;
    }
    return records;
  }

  async #oneInTime(maker: RecordMaker): Promise<readonly SourceRecord[] | null> {
    this.#dueMs ??= performance.now() + Math.random() * this.#maxIntervalMs;
    await this.#wait(this.#dueMs - performance.now());
    // Timers may be a little early.
    if (this.#signal?.aborted || this.#dueMs - performance.now() > 1) return null;
    this.#dueMs = null;
    return [maker.next()];
  }

  async #end(maker: RecordMaker): Promise<null> {
    if (this.#failsAtEnd) {
      throw new ConnectError(
        'illegal-state',
        `Stopping connector: generated the configured ${this.#records} number of messages`,
      );
    }
    if (!this.#saidEnd) {
      this.#saidEnd = true;
      this.#log(
        'info',
        `All ${maker.iteration} records are made, so this task stays idle. Raise iterations for more of them, or reset the connector's offsets to start over.`,
      );
    }
    await this.#wait(longestWaitMs);
    return null;
  }

  async #wait(ms: number): Promise<void> {
    if (ms <= 0) return;
    const options = this.#signal === null ? {} : { signal: this.#signal };
    await delay(Math.min(ms, longestWaitMs), undefined, options).catch(() => {});
  }
}

/** Each task moves on from the seed, so that no two have the same data. */
function freshState(given: number | null, taskId: number): DatagenState {
  const random = new SeededRandom(given ?? Math.floor(Math.random() * Number.MAX_SAFE_INTEGER));
  let seed = given ?? random.seed();
  for (let count = 0; count < taskId; count++) {
    random.reseed(seed);
    seed = random.seed();
  }
  return { generation: 0, iteration: 0, seed };
}
