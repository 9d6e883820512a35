import { setTimeout as delay } from 'node:timers/promises';
import { ConnectError, isRetriable, messageOf } from '../../errors/connect-error.ts';
import type { Log } from '../../plugin-api/source-connector.ts';
import type { TaskControl } from './task-control.ts';

const retryMs = 100;

/** The topics that a source task writes to and that are known to be there. */
export class EnsuredTopics {
  readonly #ensure: ((topic: string, signal: AbortSignal) => Promise<void>) | null;
  readonly #control: TaskControl;
  readonly #log: Log;
  readonly #ready = new Set<string>();

  /** `ensure` null: the broker creates topics. */
  constructor(
    ensure: ((topic: string, signal: AbortSignal) => Promise<void>) | null,
    control: TaskControl,
    log: Log,
  ) {
    this.#ensure = ensure;
    this.#control = control;
    this.#log = log;
  }

  has(topic: string): boolean {
    return this.#ensure === null || this.#ready.has(topic);
  }

  /** Tries once; when trying again may help it waits a little and resolves. `original` is the topic before transformations. */
  async ensure(topic: string, original: string): Promise<void> {
    const { isStopping, signal } = this.#control;
    if (isStopping) return;
    try {
      await this.#ensure?.(topic, signal);
      this.#ready.add(topic);
    } catch (error) {
      if (this.#control.isStopping) return;
      if (!isRetriable(error)) {
        throw new ConnectError('kafka', `Task failed to create topic ${topic} for a record of ${original}`, {
          cause: error,
        });
      }
      this.#log('warn', `topic ${topic} could not be created yet, trying again: ${messageOf(error)}`);
      await delay(retryMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
