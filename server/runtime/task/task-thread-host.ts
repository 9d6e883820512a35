import { Worker as Thread } from 'node:worker_threads';
import { traceOf } from '../../errors/connect-error.ts';
import type { TaskTarget } from './task-control.ts';
import { TaskGauges } from './task-gauges.ts';
import {
  type LogLevel,
  type MessageFromTask,
  type MessageToTask,
  type TaskAnswer,
  type TaskAssignment,
  type TaskCall,
  toTransferredError,
} from './task-messages.ts';

/** Records live for one poll, so more room for the young only means more memory; V8 would take 96 MB and more. */
const youngGenerationMb = 24;

export interface TaskThreadListener {
  state(state: 'RUNNING' | 'PAUSED'): void;
  /** Called once; nothing comes after it. */
  failed(trace: string): void;
  topic(topic: string): void;
  log(level: LogLevel, message: string): void;
  /** Answers from the stores of the main thread. */
  call(call: TaskCall, signal: AbortSignal): Promise<TaskAnswer>;
}

export interface TaskThreadLimits {
  /** JavaScript objects; buffers do not count. */
  readonly heapMb: number;
  /** A thread that does not take its task over in this time has failed. */
  readonly bootTimeoutMs: number;
  /** So many checks without a heartbeat in between, and the thread counts as blocked. */
  readonly missedBeats: number;
}

type Phase = 'running' | 'stopping' | 'over';

/**
 * The main thread's side of a task's thread, which is the unit of failure: whatever happens in it (an uncaught error, an
 * endless loop, a full heap) ends this task and no other.
 */
export class TaskThread {
  readonly gauges = new TaskGauges();
  /** Resolves when the thread has taken the task over or has failed. */
  readonly taken: Promise<void>;
  readonly #thread: Thread;
  readonly #listener: TaskThreadListener;
  readonly #limits: TaskThreadLimits;
  readonly #ended: Promise<void>;
  readonly #calls = new AbortController();
  readonly #bootTimer: NodeJS.Timeout;
  #onEnded: () => void = () => {};
  #onTaken: () => void = () => {};
  #phase: Phase = 'running';
  #isTaken = false;
  #lastBeats = 0;
  #missedBeats = 0;

  constructor(
    assignment: Omit<TaskAssignment, 'gauges'>,
    listener: TaskThreadListener,
    limits: TaskThreadLimits,
  ) {
    this.#listener = listener;
    this.#limits = limits;
    this.#ended = new Promise((resolve) => {
      this.#onEnded = resolve;
    });
    this.taken = new Promise((resolve) => {
      this.#onTaken = resolve;
    });
    const { connector, task } = assignment.id;
    const workerData: TaskAssignment = { ...assignment, gauges: this.gauges.buffer };
    this.#thread = new Thread(new URL('./task-thread.ts', import.meta.url), {
      workerData,
      name: `${connector}-${task}`,
      resourceLimits: { maxOldGenerationSizeMb: limits.heapMb, maxYoungGenerationSizeMb: youngGenerationMb },
    });
    this.#thread.on('message', (message: MessageFromTask) => this.#onMessage(message));
    this.#thread.on('messageerror', (error) =>
      this.#fail(`A message of the task could not be read: ${traceOf(error)}`),
    );
    this.#thread.on('error', (error) => this.#fail(this.#traceOfCrash(error)));
    this.#thread.on('exit', (code) => {
      this.#fail(`The task's thread ended by itself with exit code ${code}`);
      this.#onEnded();
    });
    this.#bootTimer = setTimeout(() => {
      this.#fail(`The task's thread did not start within ${limits.bootTimeoutMs} ms`);
    }, limits.bootTimeoutMs);
  }

  get isRunning(): boolean {
    return this.#phase === 'running';
  }

  setTarget(target: TaskTarget): void {
    this.#post({ type: 'target', target });
  }

  /** Asks the task to end; reports nothing any more but log lines. */
  requestStop(): void {
    if (this.#phase !== 'running') return;
    this.#phase = 'stopping';
    this.#onTaken();
    this.#post({ type: 'stop' });
  }

  /** Resolves when the thread has ended; after `timeoutMs` by force. `forced` tells which. */
  async whenEnded(timeoutMs: number): Promise<'graceful' | 'forced'> {
    let timer: NodeJS.Timeout | undefined;
    const elapsed = new Promise<'forced'>((resolve) => {
      timer = setTimeout(() => resolve('forced'), timeoutMs);
    });
    const outcome = await Promise.race([this.#ended.then(() => 'graceful' as const), elapsed]);
    clearTimeout(timer);
    this.#phase = 'over';
    if (outcome === 'forced') this.#terminate();
    await this.#ended;
    return outcome;
  }

  /** Called at even intervals; sees a thread whose event loop does not turn. */
  checkHeartbeat(): void {
    if (this.#phase !== 'running' || !this.#isTaken) return;
    const { beats } = this.gauges;
    this.#missedBeats = beats === this.#lastBeats ? this.#missedBeats + 1 : 0;
    this.#lastBeats = beats;
    if (this.#missedBeats < this.#limits.missedBeats) return;
    this.#fail(
      `The task blocked its thread for ${this.#missedBeats} s: it was in a loop or a call that did not return`,
    );
  }

  #onMessage(message: MessageFromTask): void {
    if (message.type === 'log') {
      this.#listener.log(message.level, message.message);
      return;
    }
    if (message.type === 'ended') {
      if (this.#phase === 'running') this.#fail('The task ended without having been asked to');
      this.#phase = 'over';
      this.#terminate();
      return;
    }
    if (message.type === 'failed') {
      this.#fail(message.trace);
      return;
    }
    if ('call' in message) {
      void this.#answer(message);
      return;
    }
    if (this.#phase !== 'running') return;
    if (message.type === 'taken') {
      this.#isTaken = true;
      clearTimeout(this.#bootTimer);
      this.#onTaken();
    } else if (message.type === 'state') this.#listener.state(message.state);
    else this.#listener.topic(message.topic);
  }

  async #answer(call: TaskCall): Promise<void> {
    try {
      const value = await this.#listener.call(call, this.#calls.signal);
      this.#post({ type: 'answer', call: call.call, value });
    } catch (error) {
      this.#post({ type: 'refusal', call: call.call, error: toTransferredError(error) });
    }
  }

  #fail(trace: string): void {
    const before = this.#phase;
    if (before === 'over') return;
    this.#phase = 'over';
    if (before === 'running') this.#listener.failed(trace);
    else this.#listener.log('error', `the task failed while it was being stopped: ${trace}`);
    this.#onTaken();
    this.#terminate();
  }

  #terminate(): void {
    clearTimeout(this.#bootTimer);
    this.#calls.abort();
    // Resolves with the exit code once the thread is gone; `exit` is what we listen to.
    void this.#thread.terminate();
  }

  #post(message: MessageToTask): void {
    this.#thread.postMessage(message);
  }

  #traceOfCrash(error: unknown): string {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
      return `The task used more than its ${this.#limits.heapMb} MB of heap and was ended: ${traceOf(error)}`;
    }
    return `Uncaught error in the task's thread: ${traceOf(error)}`;
  }
}
