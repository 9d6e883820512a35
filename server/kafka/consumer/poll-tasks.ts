import { ConnectError, messageOf } from '../../errors/connect-error.ts';
import { cancelled } from '../connection/pending-request.ts';

interface Task {
  readonly run: () => Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** What a membership in the background has to do within poll, where listeners may be called; and what poll must throw. */
export class PollTasks {
  readonly #onEvent: () => void;
  readonly #tasks: Task[] = [];
  #failure: Error | null = null;

  constructor(onEvent: () => void) {
    this.#onEvent = onEvent;
  }

  get areDue(): boolean {
    return this.#tasks.length > 0 || this.#failure !== null;
  }

  get hasFailed(): boolean {
    return this.#failure !== null;
  }

  /** Resolves when the next poll has run it. */
  add(run: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#tasks.push({ run, resolve, reject });
      this.#onEvent();
    });
  }

  async run(): Promise<void> {
    for (let task = this.#tasks.shift(); task !== undefined; task = this.#tasks.shift()) {
      try {
        await task.run();
        task.resolve();
      } catch (error) {
        task.reject(error instanceof Error ? error : new Error(messageOf(error)));
      }
    }
  }

  /** Nobody polls any more. */
  cancel(why: string): void {
    for (const task of this.#tasks.splice(0)) task.reject(cancelled(why));
  }

  fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new ConnectError('unknown', messageOf(error));
    this.#onEvent();
  }

  /** A listener's error is the caller's: poll throws it when the round is through. */
  async tell(call: () => Promise<void> | void): Promise<void> {
    try {
      await call();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Who closes does not care any more why the membership ended; only listeners called from now on may still fail. */
  forgetFailure(): void {
    this.#failure = null;
  }

  throwFailure(): void {
    const failure = this.#failure;
    this.#failure = null;
    if (failure !== null) throw failure;
  }
}
