import type { MessagePort } from 'node:worker_threads';
import { ConnectError } from '../../errors/connect-error.ts';
import type { SourceOffset, SourcePartition } from '../../records/record.ts';
import type { SourceOffsetEntry } from '../../storage/offset-store.ts';
import type { TaskReports } from './source-loop-options.ts';
import type { TaskOffsets } from './source-offset-committer.ts';
import type { TransactionChecks } from './source-transactions.ts';
import type { TaskControl } from './task-control.ts';
import {
  fromTransferredError,
  type LogLevel,
  type MessageFromTask,
  type MessageToTask,
  type TaskAnswer,
} from './task-messages.ts';

interface PendingCall {
  readonly resolve: (value: TaskAnswer) => void;
  readonly reject: (error: unknown) => void;
}

const readTimeoutMs = 60_000;

/** The thread's end of the talk with the main thread. */
export class TaskChannel implements TaskReports, TaskOffsets, TransactionChecks {
  readonly #port: MessagePort;
  readonly #control: TaskControl;
  readonly #calls = new Map<number, PendingCall>();
  #lastCall = 0;

  constructor(port: MessagePort, control: TaskControl) {
    this.#port = port;
    this.#control = control;
    port.on('message', (message: MessageToTask) => this.#onMessage(message));
  }

  post(message: MessageFromTask): void {
    this.#port.postMessage(message);
  }

  state(state: 'RUNNING' | 'PAUSED'): void {
    this.post({ type: 'state', state });
  }

  topic(topic: string): void {
    this.post({ type: 'topic', topic });
  }

  log(level: LogLevel, message: string): void {
    this.post({ type: 'log', level, message });
  }

  async offset(partition: SourcePartition): Promise<SourceOffset | null> {
    const [offset] = await this.offsets([partition]);
    return offset ?? null;
  }

  async offsets(partitions: readonly SourcePartition[]): Promise<readonly (SourceOffset | null)[]> {
    const signal = AbortSignal.any([this.#control.signal, AbortSignal.timeout(readTimeoutMs)]);
    const answer = await this.#call((call) => ({ type: 'read-offsets', call, partitions }), signal);
    return answer ?? partitions.map(() => null);
  }

  async write(entries: readonly SourceOffsetEntry[], signal: AbortSignal): Promise<void> {
    await this.#call((call) => ({ type: 'write-offsets', call, entries }), signal);
  }

  async beforeTransactions(signal: AbortSignal): Promise<void> {
    await this.#call((call) => ({ type: 'check-transactions', call, when: 'before' }), signal);
  }

  async afterTransactions(signal: AbortSignal): Promise<void> {
    await this.#call((call) => ({ type: 'check-transactions', call, when: 'after' }), signal);
  }

  #call(message: (call: number) => MessageFromTask, signal: AbortSignal): Promise<TaskAnswer> {
    const call = ++this.#lastCall;
    return new Promise<TaskAnswer>((resolve, reject) => {
      const onAbort = () => {
        this.#calls.delete(call);
        reject(new ConnectError('timeout', 'the worker did not answer the task in time'));
      };
      if (signal.aborted) {
        onAbort();
        return;
      }
      signal.addEventListener('abort', onAbort, { once: true });
      const end = () => signal.removeEventListener('abort', onAbort);
      this.#calls.set(call, {
        resolve: (value) => {
          end();
          resolve(value);
        },
        reject: (error) => {
          end();
          reject(error);
        },
      });
      this.post(message(call));
    });
  }

  #onMessage(message: MessageToTask): void {
    if (message.type === 'target') this.#control.setTarget(message.target);
    else if (message.type === 'stop') this.#control.stop();
    else {
      const pending = this.#calls.get(message.call);
      this.#calls.delete(message.call);
      if (message.type === 'answer') pending?.resolve(message.value);
      else pending?.reject(fromTransferredError(message.error));
    }
  }
}
