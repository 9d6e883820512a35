import { ConnectError, isConnectError, isRetriable, messageOf } from '../../errors/connect-error.ts';
import type { ClientSettings } from '../client-settings.ts';
import type { ConnectionOptions } from '../connection/connection.ts';
import { Connection } from '../connection/connection.ts';
import type { FramePool } from '../connection/frame-pool.ts';
import { abortable, pause } from './backoff.ts';
import { HostAddresses, type Resolver, systemResolver } from './host-addresses.ts';
import { ReconnectBackoff } from './reconnect-backoff.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** How connections are made where it is not plain TCP to what the system's resolver finds. */
export interface ConnectionExtras extends Pick<ConnectionOptions, 'sockets' | 'authenticator'> {
  readonly resolver?: Resolver | undefined;
}

interface Slot {
  opening: Promise<Connection> | null;
  connection: Connection | null;
  /** Where `connection` leads; a node that moved gets a new one. */
  address: string;
}

/**
 * The open connections of one client, one per node and purpose. A broker serves the requests of a connection one after
 * the other, so what may wait long (fetches, joins) must not share one with what must not.
 */
export class NodeConnections {
  readonly #settings: ClientSettings;
  readonly #framePool: FramePool;
  readonly #extras: Pick<ConnectionOptions, 'sockets' | 'authenticator'>;
  readonly #slots = new Map<string, Slot>();
  readonly #backoff: ReconnectBackoff;
  readonly #addresses: HostAddresses;
  /** While it is not known how an address answers, one connection finds out and the others wait for its outcome. */
  readonly #probes = new Map<string, Promise<Connection>>();
  readonly #shutByUs = new WeakSet<Connection>();
  readonly #clientIds = new Map<string, string>();
  readonly #closing = new AbortController();
  #idleTimer: NodeJS.Timeout | null = null;

  constructor(settings: ClientSettings, framePool: FramePool, extras: ConnectionExtras = {}) {
    this.#settings = settings;
    this.#framePool = framePool;
    const { resolver = systemResolver, ...rest } = extras;
    this.#extras = rest;
    this.#backoff = new ReconnectBackoff(settings);
    this.#addresses = new HostAddresses(resolver);
  }

  /** Consecutive failures to connect; 0 after a success. */
  failuresOf(address: Address): number {
    return this.#backoff.failuresOf(textOf(address));
  }

  /** An open connection if there is one. */
  peek(key: string): Connection | undefined {
    const connection = this.#slots.get(key)?.connection;
    return connection?.isOpen === true && !this.#isIdle(connection) ? connection : undefined;
  }

  /**
   * Opens when there is none, after the back-off that earlier failures ask for. `key` is node and purpose. Rejects with
   * a retriable error when the node cannot be reached, and with one that is not when it refuses us.
   */
  async get(key: string, address: Address, signal?: AbortSignal): Promise<Connection> {
    if (this.#closing.signal.aborted) throw clientClosed();
    const slot = this.#slotOf(key, textOf(address));
    const { connection } = slot;
    if (connection?.isOpen === true) {
      if (!this.#isIdle(connection)) return connection;
      // The broker is about to close it; a request sent now might be lost.
      this.#shut(connection);
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
    if (slot === undefined) return;
    this.#shut(slot.connection);
    void slot.opening?.then(
      (connection) => this.#shut(connection),
      () => undefined,
    );
  }

  #shut(connection: Connection | null): void {
    if (connection === null) return;
    this.#shutByUs.add(connection);
    connection.close();
  }

  /** Whoever is shut out at once after connecting must not come back at once. */
  #closed(connection: Connection, address: Address): void {
    if (this.#shutByUs.has(connection) || this.#closing.signal.aborted) return;
    this.#backoff.lost(textOf(address));
    this.#addresses.forget(address.host);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    if (this.#idleTimer !== null) clearTimeout(this.#idleTimer);
    const slots = [...this.#slots.values()];
    this.#slots.clear();
    for (const { connection } of slots) this.#shut(connection);
    await Promise.allSettled(slots.map(({ opening }) => opening));
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
    const where = slot.address;
    while (!this.#backoff.isTrusted(where)) {
      const probe = this.#probes.get(where);
      if (probe === undefined) return await this.#probe(slot, address, purpose);
      await probe;
    }
    return await this.#connect(slot, address, purpose);
  }

  async #probe(slot: Slot, address: Address, purpose: string): Promise<Connection> {
    const where = slot.address;
    const probing = (async () => {
      const wait = this.#backoff.waitMs(where);
      if (wait > 0) await pause(wait, `connecting to broker ${where}`, this.#closing.signal);
      return await this.#connect(slot, address, purpose);
    })().finally(() => this.#probes.delete(where));
    this.#probes.set(where, probing);
    return await probing;
  }

  async #connect(slot: Slot, address: Address, purpose: string): Promise<Connection> {
    const startedAt = performance.now();
    try {
      const connection = await this.#tryAddresses(address, slot.address, purpose);
      this.#backoff.succeeded(slot.address);
      slot.connection = connection;
      connection.onClose(() => this.#closed(connection, address));
      this.#watchIdle();
      return connection;
    } catch (error) {
      this.#backoff.failed(slot.address, startedAt);
      throw error;
    }
  }

  /** Every address of the host in turn, for as long as setting up a connection may take at most. */
  async #tryAddresses({ host, port }: Address, where: string, purpose: string): Promise<Connection> {
    const until = performance.now() + this.#settings['socket.connection.setup.timeout.max.ms'];
    const addresses = await this.#resolve(host, where);
    const failures: ConnectError[] = [];
    for (const address of addresses) {
      try {
        return await Connection.open(
          {
            host,
            address,
            port,
            ...this.#extras,
            clientId: this.#clientIds.get(purpose) ?? this.#settings['client.id'],
            connectTimeoutMs: this.#backoff.setupTimeoutMs(where),
            requestTimeoutMs: this.#settings['request.timeout.ms'],
            framePool: this.#framePool,
          },
          this.#closing.signal,
        );
      } catch (error) {
        // Refused by the broker: another address of it would say the same.
        if (!isConnectError(error) || !isRetriable(error)) throw error;
        this.#addresses.failed(host, address);
        failures.push(error);
        if (performance.now() >= until) break;
      }
    }
    const [first] = failures;
    if (first !== undefined && failures.length === 1) throw first;
    const reasons = [...new Set(failures.map(messageOf))].join('; ');
    throw new ConnectError('unavailable', reasons, {
      cause: first,
      retriable: true,
      details: first?.details ?? {},
    });
  }

  async #resolve(host: string, where: string): Promise<readonly string[]> {
    const limitMs = Math.max(1, this.#settings['socket.connection.setup.timeout.max.ms']);
    const late = AbortSignal.timeout(Math.min(limitMs, 0x7fffffff));
    try {
      const looking = this.#addresses.inOrder(host);
      return await abortable(looking, AbortSignal.any([late, this.#closing.signal]), `looking up ${host}`);
    } catch (error) {
      if (this.#closing.signal.aborted) throw clientClosed();
      const reason = late.aborted ? `${host} could not be looked up within ${limitMs} ms` : messageOf(error);
      throw new ConnectError('unavailable', `cannot connect to broker ${where}: ${reason}`, {
        cause: error,
        retriable: true,
        details: { kafkaError: 'NETWORK_EXCEPTION', stage: 'connect' },
      });
    }
  }

  // -------------------------------------------------------------- idle connections

  #isIdle(connection: Connection): boolean {
    const limit = this.#settings['connections.max.idle.ms'];
    return limit >= 0 && connection.inFlight === 0 && connection.idleMs >= limit;
  }
  /** Closes what nobody has used for `connections.max.idle.ms`, soon after that time is over. */
  #watchIdle(): void {
    const limit = this.#settings['connections.max.idle.ms'];
    if (limit < 0 || this.#idleTimer !== null || this.#closing.signal.aborted) return;
    let next = Number.POSITIVE_INFINITY;
    for (const slot of this.#slots.values()) {
      const { connection } = slot;
      if (connection?.isOpen !== true) continue;
      if (this.#isIdle(connection)) {
        slot.connection = null;
        this.#shut(connection);
      } else next = Math.min(next, connection.inFlight > 0 ? limit : limit - connection.idleMs);
    }
    if (next === Number.POSITIVE_INFINITY) return;
    this.#idleTimer = setTimeout(
      () => {
        this.#idleTimer = null;
        this.#watchIdle();
      },
      Math.min(Math.max(next, 1), 0x7fffffff),
    );
    this.#idleTimer.unref();
  }
}

/** A key is a node without blanks, a blank, and the purpose. */
function purposeOf(key: string): string {
  return key.slice(key.indexOf(' ') + 1);
}

export function textOf({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

export function clientClosed(): ConnectError {
  return new ConnectError('cancelled', 'the Kafka client is closed');
}
