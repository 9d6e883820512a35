import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, isRetriable, messageOf } from '../errors/connect-error.ts';
import type { StorageLog } from './internal-topic.ts';

export interface StatusWrite {
  readonly key: string;
  readonly value: string | null;
  /** Asked before each attempt: false drops the write (somebody knows better by now). */
  readonly isWanted: () => boolean;
}

export interface StatusSenderOptions {
  readonly send: (key: string, value: string | null) => Promise<void>;
  readonly log: StorageLog;
  readonly firstRetryMs?: number;
  readonly maxRetryMs?: number;
}

/** Per key; when Kafka is away for long, states in the middle are dropped, the newest is not. */
const maxQueued = 8;

/**
 * Sends the writes of one key one after the other and retries what failed, unless a newer write of that key is waiting.
 * Nobody waits for a status: it is not worth holding up work, but it must get there in the end.
 */
export class StatusSender {
  readonly #options: StatusSenderOptions;
  readonly #queues = new Map<string, StatusWrite[]>();
  readonly #drains = new Set<Promise<void>>();
  readonly #stopped = new AbortController();

  constructor(options: StatusSenderOptions) {
    this.#options = options;
  }

  put(write: StatusWrite): void {
    if (this.#stopped.signal.aborted) return;
    const queue = this.#queues.get(write.key);
    if (queue !== undefined) {
      if (queue.length >= maxQueued) queue.splice(1, 1);
      queue.push(write);
      return;
    }
    const fresh = [write];
    this.#queues.set(write.key, fresh);
    const drain = this.#drain(write.key, fresh).finally(() => this.#drains.delete(drain));
    this.#drains.add(drain);
  }

  /** Resolves when all that was put is stored or given up, at the latest after `timeoutMs`. */
  async flush(timeoutMs: number): Promise<void> {
    const done = new AbortController();
    const timeout = sleep(timeoutMs, undefined, { signal: done.signal }).catch(() => undefined);
    await Promise.race([Promise.all(this.#drains), timeout]);
    done.abort();
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #drain(key: string, queue: StatusWrite[]): Promise<void> {
    for (let write = queue[0]; write !== undefined; write = queue[0]) {
      await this.#store(write, queue);
      queue.shift();
    }
    this.#queues.delete(key);
  }

  async #store(write: StatusWrite, queue: readonly StatusWrite[]): Promise<void> {
    const { send, log, firstRetryMs = 300, maxRetryMs = 10_000 } = this.#options;
    let delayMs = firstRetryMs;
    while (!this.#stopped.signal.aborted && write.isWanted()) {
      try {
        await send(write.key, write.value);
        return;
      } catch (error) {
        if (this.#stopped.signal.aborted || queue.length > 1) return;
        if (!isWorthRetrying(error)) {
          log('error', `status ${write.key} could not be stored: ${messageOf(error)}`);
          return;
        }
        log('warn', `status ${write.key} could not be stored, retrying: ${messageOf(error)}`);
      }
      await sleep(delayMs, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
      delayMs = Math.min(delayMs * 2, maxRetryMs);
    }
  }
}

function isWorthRetrying(error: unknown): boolean {
  return isRetriable(error) || ['timeout', 'unavailable', 'retriable'].includes(codeOf(error));
}
