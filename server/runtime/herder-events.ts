import type { State } from '../storage/status-store.ts';
import type { RecordErrorCounts } from './task/record-error-counts.ts';

export type HerderEvent =
  | {
      readonly kind: 'connector-state';
      readonly connector: string;
      readonly state: State | 'DESTROYED';
      readonly workerId: string;
      readonly trace: string | null;
    }
  | {
      readonly kind: 'task-state';
      readonly connector: string;
      readonly task: number;
      readonly state: State | 'DESTROYED';
      readonly workerId: string;
      readonly trace: string | null;
    }
  | {
      readonly kind: 'connector-config';
      readonly connector: string;
      readonly change: 'created' | 'updated' | 'deleted';
    }
  | { readonly kind: 'target-state'; readonly connector: string; readonly state: string }
  | {
      readonly kind: 'rebalance';
      readonly generation: number;
      readonly leader: string;
      readonly trigger: string;
      readonly durationMs: number;
    }
  | {
      readonly kind: 'worker';
      readonly state: 'starting' | 'ready' | 'waiting-for-kafka' | 'stopping';
      readonly message: string;
    }
  | {
      readonly kind: 'task-metrics';
      readonly connector: string;
      readonly task: number;
      readonly metrics: TaskMetrics;
    };

export interface TaskMetrics {
  /** Records moved since the task started (source: acknowledged; sink: put). */
  readonly records: number;
  /** Average of the last window of some seconds. */
  readonly recordsPerSecond: number;
  /** Milliseconds since the epoch, null before the first. */
  readonly lastRecordAt: number | null;
  /** Sinks only: records behind the end of their partitions. */
  readonly lag: number | null;
  /** When the one `poll` or `put` began that the task has been in for 10 s and more; null: it comes and goes. */
  readonly callSince: number | null;
  /** Since the task started. */
  readonly errors: RecordErrorCounts;
}

export interface NumberedEvent {
  /** Strictly rising within `epoch`. */
  readonly sequence: number;
  readonly at: number;
  readonly event: HerderEvent;
}

/** A bounded log of events in memory, with subscription. */
export interface HerderEvents {
  /** Changes at each start of the process: positions of another epoch cannot be resumed. */
  readonly epoch: string;
  /** Events after `sequence`, or null if they are no longer kept (the reader starts from a snapshot). */
  since(sequence: number): readonly NumberedEvent[] | null;
  readonly lastSequence: number;
  /** Returns the unsubscribe function. The listener must not throw. */
  subscribe(listener: (event: NumberedEvent) => void): () => void;
  /** When the connector or task came into its present state; null when not known. */
  stateSince(connector: string, task: number | null): number | null;
  taskMetrics(connector: string, task: number): TaskMetrics | null;
}
