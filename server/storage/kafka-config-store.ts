import { ConnectError, messageOf } from '../errors/connect-error.ts';
import type { CompactedLog, CompactedLogRecord } from '../kafka/ports/compacted-log.ts';
import { type ConfigRecord, decodeConfigRecord, encodeConfigRecord } from './config-records.ts';
import { ConfigState } from './config-state.ts';
import type {
  ConfigSnapshot,
  ConfigStore,
  ConfigStoreListener,
  RestartRequest,
  SessionKey,
  TargetState,
} from './config-store.ts';
import {
  type CompactedLogFactory,
  createOptions,
  type InternalTopic,
  type StorageLog,
} from './internal-topic.ts';

type StringMap = Readonly<Record<string, string>>;

/** All writes of one call and the reading of what was written. */
const writeTimeoutMs = 30_000;

export interface KafkaConfigStoreOptions {
  readonly kafka: CompactedLogFactory;
  /** One partition, whatever it says. */
  readonly topic: InternalTopic;
  readonly log: StorageLog;
}

/** Configs in the cluster's config topic, in the records of Apache Kafka Connect. */
export class KafkaConfigStore implements ConfigStore {
  readonly #options: KafkaConfigStoreOptions;
  #state = new ConfigState();
  #listener: ConfigStoreListener | null = null;
  #records: CompactedLog | null = null;

  constructor(options: KafkaConfigStoreOptions) {
    this.#options = options;
  }

  async start(
    signal: AbortSignal,
    listener: ConfigStoreListener,
    onProgress?: (read: number, total: number) => void,
  ): Promise<void> {
    await this.stop();
    const { kafka, topic } = this.#options;
    this.#state = new ConfigState();
    const records = kafka.createCompactedLog({
      topic: topic.name,
      configKey: topic.configKey,
      create: { ...createOptions(topic), partitions: 1 },
      singlePartition: true,
      producerProperties: {
        acks: 'all',
        'enable.idempotence': 'false',
        'max.in.flight.requests.per.connection': '1',
        // A write that was answered as failed must not come true minutes later.
        'linger.ms': '0',
        'request.timeout.ms': '15000',
        'delivery.timeout.ms': String(writeTimeoutMs),
      },
      onRecord: (record) => this.#onRecord(record),
    });
    this.#records = records;
    await records.start(signal, onProgress);
    this.#listener = listener;
  }

  async stop(): Promise<void> {
    const records = this.#records;
    this.#records = null;
    this.#listener = null;
    await records?.stop();
  }

  snapshot(): ConfigSnapshot {
    return this.#state.snapshot();
  }

  async refresh(signal: AbortSignal): Promise<void> {
    await this.#running().readToEnd(signal);
  }

  async putConnectorConfig(
    connector: string,
    config: StringMap,
    targetState: TargetState | null,
  ): Promise<void> {
    const before: ConfigRecord[] =
      targetState === null ? [] : [{ kind: 'target-state', connector, state: targetState }];
    await this.#write(`config of connector ${connector}`, before, [{ kind: 'connector', connector, config }]);
  }

  async removeConnectorConfig(connector: string): Promise<void> {
    await this.#write(
      `deletion of connector ${connector}`,
      [{ kind: 'connector', connector, config: null }],
      [{ kind: 'target-state', connector, state: null }],
    );
  }

  async putTaskConfigs(connector: string, configs: readonly StringMap[]): Promise<void> {
    const what = `task configs of connector ${connector}`;
    const tasks = configs.map((config, task) => ({ kind: 'task', connector, task, config }) as const);
    await this.#write(what, tasks, [{ kind: 'commit', connector, tasks: configs.length }]);
  }

  async putTaskCount(connector: string, tasks: number): Promise<void> {
    await this.#write(`task count of connector ${connector}`, [{ kind: 'task-count', connector, tasks }]);
  }

  async putTargetState(connector: string, state: TargetState): Promise<void> {
    await this.#write(`target state of connector ${connector}`, [{ kind: 'target-state', connector, state }]);
  }

  async putSessionKey(sessionKey: SessionKey): Promise<void> {
    await this.#write('session key', [{ kind: 'session-key', sessionKey }]);
  }

  async putRestartRequest(request: RestartRequest): Promise<void> {
    await this.#write(`restart request for connector ${request.connector}`, [{ kind: 'restart', request }]);
  }

  async putLoggerLevel(namespace: string, level: string): Promise<void> {
    await this.#write(`level of logger ${namespace}`, [{ kind: 'logger', namespace, level }]);
  }

  /** Each step is acknowledged before the next is sent; then waits until all was read back. */
  async #write(what: string, ...steps: readonly (readonly ConfigRecord[])[]): Promise<void> {
    const log = this.#running();
    const timeout = AbortSignal.timeout(writeTimeoutMs);
    try {
      for (const records of steps) {
        const sent = records.map(encodeConfigRecord).map(({ key, value }) => log.send(key, value));
        await within(Promise.all(sent), timeout);
      }
      await within(log.readToEnd(timeout), timeout);
    } catch (error) {
      const reason = timeout.aborted ? `no answer within ${writeTimeoutMs / 1000} s` : messageOf(error);
      throw new ConnectError(
        'kafka',
        `Error writing the ${what} to Kafka topic ${this.#options.topic.name}: ${reason}`,
        { cause: error, retriable: true },
      );
    }
  }

  #running(): CompactedLog {
    if (this.#records !== null) return this.#records;
    throw new ConnectError(
      'unavailable',
      `the config store on topic ${this.#options.topic.name} is not running`,
    );
  }

  #onRecord({ topic, partition, offset, key, value }: CompactedLogRecord): void {
    let record: ConfigRecord | null = null;
    try {
      if (key === null) throw new ConnectError('data', 'it has no key');
      record = decodeConfigRecord(key.toString('utf8'), value);
    } catch (error) {
      this.#options.log(
        'warn',
        `skipped the record at ${topic}-${partition} offset ${offset}: ${messageOf(error)}`,
      );
    }
    // A skipped record counts too: the offset is what workers compare.
    this.#state.apply(record, offset, this.#listener);
  }
}

async function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
