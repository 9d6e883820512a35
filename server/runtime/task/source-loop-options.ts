import type { DeliveredBatch, Producer } from '../../kafka/ports/producer.ts';
import type { Log, Settings, SourceTask } from '../../plugin-api/source-connector.ts';
import type { RecordConverters } from './record-converters.ts';
import type { RecordErrorHandler } from './record-error-handler.ts';
import type { TaskOffsets } from './source-offset-committer.ts';
import type { ExactlyOnceOptions } from './source-transactions.ts';
import type { SubmittedRun } from './submitted-records.ts';
import type { TaskControl } from './task-control.ts';
import type { TaskGauges } from './task-gauges.ts';
import type { TransformationChain } from './transformation-chain.ts';

/** What a loop tells about its task. Must not throw. */
export interface TaskReports {
  state(state: 'RUNNING' | 'PAUSED'): void;
  topic(topic: string): void;
}

export interface SourceLoopOptions {
  readonly task: SourceTask;
  readonly settings: Settings;
  /** Not called with `exactlyOnce`, which brings its own. */
  readonly createProducer: (
    onDelivered: (batch: DeliveredBatch<SubmittedRun>) => void,
  ) => Producer<SubmittedRun>;
  readonly converters: RecordConverters;
  readonly chain: TransformationChain | null;
  readonly errors: RecordErrorHandler;
  readonly offsets: TaskOffsets;
  /** Makes sure of a topic before the first record goes there; null: the broker creates topics. */
  readonly ensureTopic: ((topic: string, signal: AbortSignal) => Promise<void>) | null;
  readonly control: TaskControl;
  readonly reports: TaskReports;
  readonly gauges: TaskGauges;
  /** Writes offsets in transactions with the records; absent: from time to time, after the records. */
  readonly exactlyOnce?: ExactlyOnceOptions;
  readonly offsetFlushIntervalMs: number;
  readonly offsetFlushTimeoutMs: number;
  readonly log: Log;
}
