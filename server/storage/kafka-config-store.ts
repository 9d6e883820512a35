import { ConnectError, messageOf } from '../errors/connect-error.ts';
import type { CompactedLog, CompactedLogRecord } from '../kafka/ports/compacted-log.ts';
import type { TransactionalProducer } from '../kafka/ports/producer.ts';
import type { Properties } from '../kafka/ports/properties.ts';
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
import { LeaderWriter } from './leader-writer.ts';

type StringMap = Readonly<Record<string, string>>;

/** All writes of one call and the reading of what was written. */
const writeTimeoutMs = 30_000;

export interface KafkaConfigStoreOptions {
  readonly kafka: CompactedLogFactory;
  /** One partition, whatever it says. */
  readonly topic: InternalTopic;
  readonly log: StorageLog;
  /** Of the reader, on top of the client's. */
  readonly consumerProperties?: Properties;
  /** What only the leader may write goes through this one; absent: any worker writes everything. */
  readonly createLeaderProducer?: () => TransactionalProducer<null>;
}

/** Configs in the cluster's config topic, in the records of Apache Kafka Connect. */
export class KafkaConfigStore implements ConfigStore {
  readonly #options: KafkaConfigStoreOptions;
  #state = new ConfigState();
  #listener: ConfigStoreListener | null = null;
  #records: CompactedLog | null = null;
  readonly #leader: LeaderWriter | null;

  constructor(options: KafkaConfigStoreOptions) {
    this.#options = options;
    const { createLeaderProducer: createProducer, topic } = options;
    this.#leader =
      createProducer === undefined ? null : new LeaderWriter({ topic: topic.name, createProducer });
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
      ...(this.#options.consumerProperties && { consumerProperties: this.#options.consumerProperties }),
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
    await this.#leader?.release();
    await records?.stop();
  }

  snapshot(): ConfigSnapshot {
    return this.#state.snapshot();
  }

  async refresh(signal: AbortSignal): Promise<void> {
    await this.#running().readToEnd(signal);
  }

  async claimWritePrivileges(signal: AbortSignal): Promise<boolean> {
    return (await this.#leader?.claim(signal)) ?? false;
  }

  async releaseWritePrivileges(): Promise<void> {
    await this.#leader?.release();
  }

  async putConnectorConfig(
    connector: string,
    config: StringMap,
    targetState: TargetState | null,
  ): Promise<void> {
    const before: ConfigRecord[] =
      targetState === null ? [] : [{ kind: 'target-state', connector, state: targetState }];
    await this.#write(
      `config of connector ${connector}`,
      ...this.#together([...before, { kind: 'connector', connector, config }]),
    );
  }

  async removeConnectorConfig(connector: string): Promise<void> {
    const records: ConfigRecord[] = [
      { kind: 'connector', connector, config: null },
      { kind: 'target-state', connector, state: null },
    ];
    await this.#write(`deletion of connector ${connector}`, ...this.#together(records));
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
    const what = `target state of connector ${connector}`;
    await this.#write(what, [{ kind: 'target-state', connector, state }]);
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
        await within(this.#send(log, records, timeout), timeout);
      }
      await within(log.readToEnd(timeout), timeout);
    } catch (error) {
      if (this.#leader?.isClaimed === true && !timeout.aborted) throw error;
      const reason = timeout.aborted ? `no answer within ${writeTimeoutMs / 1000} s` : messageOf(error);
      throw new ConnectError(
        'kafka',
        `Error writing the ${what} to Kafka topic ${this.#options.topic.name}: ${reason}`,
        { cause: error, retriable: true },
      );
    }
  }

  /** One transaction where there are any, otherwise each after the other. */
  #together(records: readonly ConfigRecord[]): readonly (readonly ConfigRecord[])[] {
    return this.#leader?.isClaimed === true ? [records] : records.map((record) => [record]);
  }

  async #send(log: CompactedLog, records: readonly ConfigRecord[], signal: AbortSignal): Promise<void> {
    const encoded = records.map(encodeConfigRecord);
    if (this.#leader?.isClaimed === true && records.some(({ kind }) => !isForEveryWorker(kind))) {
      await this.#leader.write(encoded, signal);
      return;
    }
    await Promise.all(encoded.map(({ key, value }) => log.send(key, value)));
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

/** Any worker may write these, whoever leads. */
function isForEveryWorker(kind: ConfigRecord['kind']): boolean {
  return kind === 'target-state' || kind === 'logger';
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
