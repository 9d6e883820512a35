import { ConnectError } from '../../errors/connect-error.ts';
import { untilAborted } from '../distributed/bounded-wait.ts';
import { HerderStage } from '../distributed/herder-stage.ts';
import { SerialQueue } from '../serial-queue.ts';

interface Turns {
  readonly queue: SerialQueue;
  readonly stage: HerderStage;
  waiting: number;
}

/** More for one connector means that callers do not stop asking. */
const maxWaiting = 100;

/** Requests for one connector run one after the other; those for others are not held up by it. */
export class ConnectorTurns {
  readonly #turns = new Map<string, Turns>();
  readonly #now: () => number;
  #closed: ConnectError | null = null;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Rejects with `timeout` and what is going on when the signal aborts first; what has begun runs on. */
  async take<T>(
    connector: string,
    signal: AbortSignal,
    work: (stage: HerderStage) => Promise<T>,
  ): Promise<T> {
    if (this.#closed !== null) throw this.#closed;
    const turns = this.#turns.get(connector) ?? {
      queue: new SerialQueue(),
      stage: new HerderStage(this.#now),
      waiting: 0,
    };
    if (turns.waiting >= maxWaiting) {
      throw new ConnectError(
        'unavailable',
        `${maxWaiting} requests for ${connector} are waiting already; try later`,
      );
    }
    this.#turns.set(connector, turns);
    turns.waiting++;
    const turn = turns.queue.run(async () => {
      try {
        if (this.#closed !== null) throw this.#closed;
        if (signal.aborted) throw turns.stage.timeout();
        return await work(turns.stage);
      } finally {
        turns.waiting--;
        if (turns.waiting === 0) this.#turns.delete(connector);
      }
    });
    return untilAborted(signal, () => turns.stage.timeout(), turn);
  }

  /** Whatever has not begun is refused with this error. */
  close(error: ConnectError): void {
    this.#closed = error;
  }
}
