import { ConnectError } from '../../errors/connect-error.ts';
import type { ClientSettings } from '../client-settings.ts';
import type { ConnectionOptions } from '../connection/connection.ts';
import { Connection } from '../connection/connection.ts';
import type { FramePool } from '../connection/frame-pool.ts';
import { abortable, backoffMs, pause } from './backoff.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

interface Slot {
  opening: Promise<Connection> | null;
  connection: Connection | null;
  /** Where `connection` leads; a node that moved gets a new one. */
  address: string;
}

/** How an address has answered of late; all connections to it share the back-off. */
interface Health {
  failures: number;
  failedAt: number;
}

/**
 * The open connections of one client, one per node and purpose. A broker serves the requests of a connection one after
 * the other, so what may wait long (fetches, joins) must not share one with what must not.
 */
export class NodeConnections {
  readonly #settings: ClientSettings;
  readonly #framePool: FramePool;
  readonly #extras: Pick<ConnectionOptions, 'sockets' | 'authenticate'>;
  readonly #slots = new Map<string, Slot>();
  readonly #health = new Map<string, Health>();
  readonly #clientIds = new Map<string, string>();
  readonly #closing = new AbortController();

  constructor(
    settings: ClientSettings,
    framePool: FramePool,
    extras: Pick<ConnectionOptions, 'sockets' | 'authenticate'> = {},
  ) {
    this.#settings = settings;
    this.#framePool = framePool;
    this.#extras = extras;
  }

  /** Consecutive failures to connect; 0 after a success. */
  failuresOf(address: Address): number {
    return this.#health.get(textOf(address))?.failures ?? 0;
  }

  /** An open connection if there is one. */
  peek(key: string): Connection | undefined {
    const connection = this.#slots.get(key)?.connection;
    return connection?.isOpen === true ? connection : undefined;
  }

  /** Opens when there is none, after the back-off that earlier failures ask for. `key` is node and purpose. */
  async get(key: string, address: Address, signal?: AbortSignal): Promise<Connection> {
    if (this.#closing.signal.aborted) throw clientClosed();
    const slot = this.#slotOf(key, textOf(address));
    const { connection } = slot;
    if (connection?.isOpen === true) {
      if (connection.inFlight > 0 || connection.idleMs < this.#maxIdleMs) return connection;
      // The broker is about to close it; a request sent now might be lost.
      connection.close();
    }
    slot.opening ??= this.#open(slot, address, purposeOf(key)).finally(() => {
      slot.opening = null;
    });
    return await abortable(slot.opening, signal, `connecting to broker ${slot.address}`);
  }

  /** Client id of connections to come of one purpose; undefined: the client's own. */
  nameConnections(purpose: string, clientId: string | undefined): void {
    if (clientId === undefined) this.#clientIds.delete(purpose);
    else this.#clientIds.set(purpose, clientId);
  }

  dropPurpose(purpose: string): void {
    for (const key of [...this.#slots.keys()]) if (purposeOf(key) === purpose) this.#drop(key);
  }

  /** Closes one connection, if it is open or opening. */
  #drop(key: string): void {
    const slot = this.#slots.get(key);
    this.#slots.delete(key);
    slot?.connection?.close();
    void slot?.opening?.then(
      (connection) => connection.close(),
      () => undefined,
    );
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const slots = [...this.#slots.values()];
    this.#slots.clear();
    for (const { connection } of slots) connection?.close();
    await Promise.allSettled(slots.map(({ opening }) => opening));
  }

  get #maxIdleMs(): number {
    const limit = this.#settings['connections.max.idle.ms'];
    return limit < 0 ? Number.POSITIVE_INFINITY : limit;
  }

  #slotOf(key: string, address: string): Slot {
    const known = this.#slots.get(key);
    if (known !== undefined && known.address === address) return known;
    if (known !== undefined) this.#drop(key);
    const slot = { opening: null, connection: null, address };
    this.#slots.set(key, slot);
    return slot;
  }

  async #open(slot: Slot, address: Address, purpose: string): Promise<Connection> {
    const settings = this.#settings;
    const health = this.#health.get(slot.address);
    if (health !== undefined && health.failures > 0) {
      const backoff = backoffMs(
        settings['reconnect.backoff.ms'],
        settings['reconnect.backoff.max.ms'],
        health.failures - 1,
      );
      const wait = health.failedAt + backoff - performance.now();
      if (wait > 0) await pause(wait, `connecting to broker ${slot.address}`, this.#closing.signal);
    }
    const setup = settings['socket.connection.setup.timeout.ms'];
    const setupMax = settings['socket.connection.setup.timeout.max.ms'];
    try {
      const connection = await Connection.open(
        {
          ...address,
          ...this.#extras,
          clientId: this.#clientIds.get(purpose) ?? settings['client.id'],
          connectTimeoutMs: Math.min(
            setup * 2 ** Math.min(health?.failures ?? 0, 10),
            Math.max(setup, setupMax),
          ),
          requestTimeoutMs: settings['request.timeout.ms'],
          framePool: this.#framePool,
        },
        this.#closing.signal,
      );
      this.#health.delete(slot.address);
      slot.connection = connection;
      return connection;
    } catch (error) {
      const failures = (this.#health.get(slot.address)?.failures ?? 0) + 1;
      this.#health.set(slot.address, { failures, failedAt: performance.now() });
      throw error;
    }
  }
}

/** A key is a node without blanks, a blank, and the purpose. */
function purposeOf(key: string): string {
  return key.slice(key.indexOf(' ') + 1);
}

function textOf({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

export function clientClosed(): ConnectError {
  return new ConnectError('cancelled', 'the Kafka client is closed');
}
