import type { Properties } from './properties.ts';
import type { TopicPartition } from './topic-partition.ts';

export interface CompactedLogOptions {
  readonly topic: string;
  /** Used if the topic has to be created; -1 = broker default. */
  readonly create: {
    readonly partitions: number;
    readonly replicationFactor: number;
    readonly configs: Properties;
  };
  /** More than one partition in the topic is a `config` error. */
  readonly singlePartition?: boolean;
  /** Worker key that names the topic, for error messages. */
  readonly configKey: string;
  readonly onRecord: (record: CompactedLogRecord) => void;
  readonly producerProperties?: Properties;
  readonly consumerProperties?: Properties;
}

export interface CompactedLogRecord extends TopicPartition {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** An internal topic read whole by every worker. */
export interface CompactedLog {
  /** Creates or checks the topic, reads to its end, then keeps reading. */
  start(signal: AbortSignal, onProgress?: (read: number, total: number) => void): Promise<void>;
  /** Resolves with the ack. Retries within the producer's `delivery.timeout.ms`. */
  send(key: string | Uint8Array, value: string | Uint8Array | null): Promise<void>;
  /** Resolves when every record that was in the topic at the call has been given to `onRecord`. */
  readToEnd(signal?: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}
