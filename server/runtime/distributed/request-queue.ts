import { ConnectError } from '../../errors/connect-error.ts';
import type { HerderStage } from './herder-stage.ts';

export interface RequestOptions {
  /** Ends the waiting; what has begun runs on. */
  readonly signal: AbortSignal;
  /** Waits until no rebalance is due: for requests that ask who runs what. */
  readonly afterRebalance?: boolean;
}

interface Request {
  readonly afterRebalance: boolean;
  readonly run: () => Promise<void>;
  readonly fail: (error: ConnectError) => void;
}

/** More means that nobody serves the queue and callers do not stop asking. */
const maxWaiting = 1000;

/** Requests that run one at a time between the other work of the herder, in the order they came. */
export class RequestQueue {
  readonly #stage: HerderStage;
  readonly #onRequest: () => void;
  #waiting: Request[] = [];
  readonly #begun = new Set<Request>();
  #closed: ConnectError | null = null;

  constructor(stage: HerderStage, onRequest: () => void) {
    this.#stage = stage;
    this.#onRequest = onRequest;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** Rejects with `timeout` and the stage when the signal aborts first, `unavailable` when the herder stops. */
  async submit<T>(work: () => Promise<T>, { signal, afterRebalance = false }: RequestOptions): Promise<T> {
    if (this.#closed !== null) throw this.#closed;
    if (signal.aborted) throw this.#stage.timeout();
    if (this.#waiting.length >= maxWaiting) {
      throw new ConnectError(
        'unavailable',
        `${maxWaiting} requests are waiting for this worker already; try again later`,
      );
    }
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const request: Request = {
      afterRebalance,
      run: async () => {
        try {
          resolve(await work());
        } catch (error) {
          reject(error);
        }
      },
      fail: reject,
    };
    const onAbort = () => {
      this.#waiting = this.#waiting.filter((each) => each !== request);
      reject(this.#stage.timeout());
    };
    signal.addEventListener('abort', onAbort, { once: true });
    this.#waiting.push(request);
    this.#onRequest();
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Runs what waits; requests that need a settled group stay if `isSettled` says no. */
  async runDue(isSettled: () => boolean): Promise<void> {
    for (let left = this.#waiting.length; left > 0 && this.#closed === null; left--) {
      const index = this.#waiting.findIndex(({ afterRebalance }) => !afterRebalance || isSettled());
      const [request] = index < 0 ? [] : this.#waiting.splice(index, 1);
      if (request === undefined) return;
      this.#begun.add(request);
      await request.run();
      this.#begun.delete(request);
    }
  }

  close(error: ConnectError): void {
    this.#closed = error;
    const all = [...this.#waiting, ...this.#begun];
    this.#waiting = [];
    for (const request of all) request.fail(error);
  }
}
