import type { ErrorCode, ErrorDetails } from '../../errors/connect-error.ts';
import {
  ConnectError,
  codeOf,
  isConnectError,
  isRetriable,
  messageOf,
  traceOf,
} from '../../errors/connect-error.ts';
import type { Properties } from '../../kafka/ports/properties.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { PluginLocation } from '../../plugins/plugin-location.ts';
import type { SourceOffset, SourcePartition } from '../../records/record.ts';
import type { SourceOffsetEntry } from '../../storage/offset-store.ts';
import type { SecretText } from '../config-providers/secret-texts.ts';
import type { ConnectorOffsetsTopic } from '../connector-offsets-topic.ts';
import type { ConnectorTaskId } from '../herder.ts';
import type { TaskTarget } from './task-control.ts';

/** Everything a thread needs to run its task; the thread's `workerData`. Placeholders are resolved. */
export interface TaskAssignment {
  readonly id: ConnectorTaskId;
  readonly connectorSettings: Settings;
  readonly taskSettings: Settings;
  /** Values in these settings that must not leave the thread, save in its task's own work. */
  readonly secrets: readonly SecretText[];
  readonly workerSettings: Settings;
  readonly target: TaskTarget;
  readonly clients: {
    readonly producer: Properties;
    readonly consumer: Properties;
    readonly admin: Properties;
    readonly deadLetterProducer: Properties;
    readonly deadLetterAdmin: Properties;
    /** Reads source offsets. */
    readonly offsets: Properties;
  };
  /** Offsets that the thread reads, and with transactions writes, itself; null: the main thread does. */
  readonly offsetsTopic: ConnectorOffsetsTopic | null;
  /** Records and offsets in transactions; `clients.producer` has a transactional id. */
  readonly isExactlyOnce: boolean;
  readonly offsetFlushIntervalMs: number;
  readonly offsetFlushTimeoutMs: number;
  readonly isTopicCreationEnabled: boolean;
  /** Module that exports `environment: TaskEnvironment`. */
  readonly environmentUrl: string;
  /** Packages that the plugins of this task are loaded from; bundled ones need none. */
  readonly pluginLocations: readonly PluginLocation[];
  readonly gauges: SharedArrayBuffer;
}

/** From the main thread to the task's thread. */
export type MessageToTask =
  | { readonly type: 'target'; readonly target: TaskTarget }
  | { readonly type: 'stop' }
  | { readonly type: 'answer'; readonly call: number; readonly value: TaskAnswer }
  | { readonly type: 'refusal'; readonly call: number; readonly error: TransferredError };

export type TaskAnswer = readonly (SourceOffset | null)[] | null;

/** From the task's thread to the main thread. */
export type MessageFromTask =
  | { readonly type: 'taken' }
  | { readonly type: 'state'; readonly state: 'RUNNING' | 'PAUSED' }
  | { readonly type: 'failed'; readonly trace: string }
  | { readonly type: 'ended' }
  | { readonly type: 'topic'; readonly topic: string }
  | { readonly type: 'log'; readonly level: LogLevel; readonly message: string }
  | TaskCall;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What a task asks of the stores and the herder, which live on the main thread. */
export type TaskCall =
  | { readonly type: 'read-offsets'; readonly call: number; readonly partitions: readonly SourcePartition[] }
  | { readonly type: 'write-offsets'; readonly call: number; readonly entries: readonly SourceOffsetEntry[] }
  /** Before and after a task with transactions takes its transactional id. */
  | { readonly type: 'check-transactions'; readonly call: number; readonly when: 'before' | 'after' };

/** An error as it crosses threads: structured clone would lose its code. */
export interface TransferredError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retriable: boolean;
  readonly trace: string;
  readonly details: ErrorDetails;
}

export function toTransferredError(error: unknown): TransferredError {
  return {
    code: codeOf(error),
    message: messageOf(error),
    retriable: isRetriable(error),
    trace: traceOf(error),
    details: isConnectError(error) ? textDetails(error.details) : {},
  };
}

export function fromTransferredError({
  code,
  message,
  retriable,
  trace,
  details,
}: TransferredError): ConnectError {
  const error = new ConnectError(code, message, { retriable, details });
  error.stack = trace;
  return error;
}

/** Details may hold anything; only text and numbers are sure to cross. */
function textDetails(details: ErrorDetails): ErrorDetails {
  return Object.fromEntries(
    Object.entries(details).filter(([, value]) => typeof value === 'string' || typeof value === 'number'),
  );
}
