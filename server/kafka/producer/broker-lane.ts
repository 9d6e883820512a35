import { isRetriable, messageOf } from '../../errors/connect-error.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Connection } from '../connection/connection.ts';

/** An unused connection this old is asked for anew, because the broker may be about to close it. */
const restlessMs = 30_000;

/** The way to one broker: its connection, and what is under way on it. */
export class BrokerLane {
  readonly node: number;
  inFlight = 0;
  /** The broker asked to wait (quota), or could not be reached; on the clock of performance.now. */
  blockedUntil = 0;
  /** Since when something is due and nothing was sent. */
  stalledSince: number | null = null;
  /** Which partition comes first in the next request, so that none is left out when requests are full. */
  turn = 0;
  readonly #cluster: Cluster;
  readonly #purpose: string;
  #connection: Connection | null = null;
  #isConnecting = false;
  /** Asked for a moment ago, so to be used however long it had been idle before. */
  #isFresh = false;

  constructor(node: number, cluster: Cluster, purpose: string) {
    this.node = node;
    this.#cluster = cluster;
    this.#purpose = purpose;
  }

  /** The connection if requests can be written to it now; requests keep their order on it. */
  open(): Connection | null {
    const connection = this.#connection;
    if (connection === null || !connection.isOpen) return null;
    const isRestless = !this.#isFresh && this.inFlight === 0 && connection.idleMs > restlessMs;
    this.#isFresh = false;
    return isRestless ? null : connection;
  }

  /** Connects in the background; `done` is called once either way, with an error only if trying again is no use. */
  connect(backoffMs: number, signal: AbortSignal, done: (error: unknown) => void): void {
    if (this.#isConnecting) return;
    this.#isConnecting = true;
    this.#cluster.connection(this.node, this.#purpose, signal).then(
      (connection) => {
        this.#isConnecting = false;
        this.#connection = connection;
        this.#isFresh = true;
        done(null);
      },
      (error: unknown) => {
        this.#isConnecting = false;
        this.blockedUntil = performance.now() + backoffMs;
        this.#cluster.log('debug', `cannot produce to node ${this.node} yet: ${messageOf(error)}`);
        done(isRetriable(error) ? null : error);
      },
    );
  }
}
