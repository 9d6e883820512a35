import type { Socket } from 'node:net';
import { ConnectError, isConnectError, messageOf } from '../../errors/connect-error.ts';
import type { ClientApi } from '../protocol/api.ts';
import { readResponse, writeRequest } from '../protocol/frame.ts';
import { apiVersionsApi } from '../protocol/generated/api-versions.js';
import { ProtocolReader } from '../protocol/reader.ts';
import { ProtocolWriter } from '../protocol/writer.ts';
import { chooseVersion } from '../version-choice.ts';
import type { FramePool } from './frame-pool.ts';
import { FrameReceiver } from './frame-receiver.ts';
import type { BrokerOffer } from './negotiation.ts';
import { negotiate } from './negotiation.ts';
import type { RequestOptions } from './pending-request.ts';
import { cancelled, PendingRequest } from './pending-request.ts';
import { plaintextSockets, type SocketFactory } from './socket.ts';

export interface ConnectionOptions {
  /** Name of the broker, which its certificate must have. */
  readonly host: string;
  /** IP address to connect to. Absent: the system looks the host up. */
  readonly address?: string | undefined;
  readonly port: number;
  readonly clientId: string;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly framePool: FramePool;
  readonly sockets?: SocketFactory | undefined;
  /** Runs after ApiVersions and before any other request: SASL slots in here. */
  readonly authenticate?: ((connection: Connection, signal?: AbortSignal) => Promise<void>) | undefined;
}

/** A body, or a function of the version that will be spoken. */
export type Body<Input> = Input | ((version: number) => Input);

/** A response whose bytes lie in a recycled frame. Call `release` once, when nothing reads them any more. */
export interface FramedResponse<Response> {
  readonly response: Response;
  readonly version: number;
  /** Size of the frame in memory. */
  readonly bytes: number;
  release(): void;
}

const maxIdleWriters = 8;
const maxIdleWriterBytes = 64 * 1024;

/**
 * One TCP connection to a broker. Requests are pipelined; the broker answers them in order, one at a time. A request
 * that is not answered in time closes the connection, because the answers behind it cannot come either.
 */
export class Connection {
  readonly broker: string;
  readonly #options: ConnectionOptions;
  readonly #socket: Socket;
  readonly #pending: PendingRequest[] = [];
  readonly #writers: ProtocolWriter[] = [];
  readonly #closeListeners: (() => void)[] = [];
  #offer: BrokerOffer = { versions: new Map(), features: new Map() };
  #nextCorrelationId = 0;
  #isConnected = false;
  #closedBy: ConnectError | null = null;
  #lastUsedAt = performance.now();

  /** Connects, negotiates versions and authenticates. Rejects with `unavailable`, `timeout`, `cancelled` or `kafka`. */
  static async open(options: ConnectionOptions, signal?: AbortSignal): Promise<Connection> {
    const connection = new Connection(options);
    const timer = setTimeout(() => {
      const limit = `${options.connectTimeoutMs} ms`;
      connection.close(
        new ConnectError('timeout', `cannot connect to broker ${connection.broker} within ${limit}`, {
          retriable: true,
        }),
      );
    }, options.connectTimeoutMs);
    const onAbort = (): void => connection.close(cancelled(`connecting to broker ${connection.broker}`));
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      if (signal?.aborted === true) onAbort();
      await connection.#ready();
      connection.#offer = await negotiate(connection.broker, (version, body) =>
        connection.#ask(version, body),
      );
      await options.authenticate?.(connection, signal);
      return connection;
    } catch (error) {
      connection.close(isConnectError(error) ? error : undefined);
      throw error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  private constructor(options: ConnectionOptions) {
    this.#options = options;
    this.broker = `${options.host.includes(':') ? `[${options.host}]` : options.host}:${options.port}`;
    const receiver = new FrameReceiver({
      bufferFor: (correlationId, size) => this.#bufferFor(correlationId, size),
      onFrame: (_correlationId, buffer, size) => this.#onFrame(buffer, size),
    });
    const sockets = options.sockets ?? plaintextSockets;
    this.#socket = sockets.open({
      host: options.host,
      address: options.address,
      port: options.port,
      onread: {
        buffer: () => receiver.nextBuffer(),
        callback: (bytes) => {
          try {
            receiver.received(bytes);
          } catch (error) {
            this.close(this.#lost(messageOf(error), error));
          }
          return this.#closedBy === null;
        },
      },
    });
    this.#socket.on('error', (error) => this.close(this.#lost(messageOf(error), error)));
    this.#socket.on('close', () => this.close(this.#lost('closed by the broker')));
  }

  get isOpen(): boolean {
    return this.#closedBy === null;
  }

  /** Requests without an answer yet. */
  get inFlight(): number {
    return this.#pending.length;
  }

  /** Milliseconds since a request was last sent or answered. */
  get idleMs(): number {
    return performance.now() - this.#lastUsedAt;
  }

  get offer(): BrokerOffer {
    return this.#offer;
  }

  /** Called once when the connection is gone, for whatever reason. */
  onClose(listener: () => void): void {
    if (this.isOpen) this.#closeListeners.push(listener);
    else listener();
  }

  /** The version that `request` would speak; throws a `kafka` error when there is none in common. */
  versionOf(api: ClientApi<never, unknown>, maxVersion?: number): number {
    return chooseVersion(api, this.#offer.versions.get(api.key), this.broker, maxVersion);
  }

  /** Bytes in the response are the caller's to keep. */
  request<Input, Response>(
    api: ClientApi<Input, Response>,
    body: Body<Input>,
    options: RequestOptions = {},
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      const version = this.versionOf(api, options.maxVersion);
      this.#send(api, version, body, options, false, reject, (buffer, size) => {
        resolve(this.#decode(api, version, buffer, size));
      });
    });
  }

  /** As `request`, in a recycled frame: for fetches. */
  requestFramed<Input, Response>(
    api: ClientApi<Input, Response>,
    body: Body<Input>,
    options: RequestOptions = {},
  ): Promise<FramedResponse<Response>> {
    const pool = this.#options.framePool;
    return new Promise((resolve, reject) => {
      const version = this.versionOf(api, options.maxVersion);
      this.#send(api, version, body, options, true, reject, (buffer, size) => {
        const response = this.#decode(api, version, buffer, size);
        let released = false;
        function release(): void {
          if (released) return;
          released = true;
          pool.release(buffer);
        }
        resolve({ response, version, bytes: buffer.length, release });
      });
    });
  }

  /** For a request that the broker does not answer (Produce with acks=0). Resolves when it was handed to the system. */
  sendOneWay<Input>(
    api: ClientApi<Input, unknown>,
    body: Body<Input>,
    options: RequestOptions = {},
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closedBy !== null) throw this.#closedBy;
      const version = this.versionOf(api, options.maxVersion);
      this.#write(api, version, this.#nextCorrelationId++, body, (error) => {
        if (error) reject(this.#lost(messageOf(error), error));
        else resolve();
      });
    });
  }

  /** Fails what is in flight with `reason`, or `cancelled` without one. Safe to call again. */
  close(reason?: ConnectError): void {
    if (this.#closedBy !== null) return;
    const error = reason ?? cancelled(`the connection to broker ${this.broker}`);
    this.#closedBy = error;
    this.#socket.destroy();
    for (const pending of this.#pending.splice(0)) pending.abandon(error);
    for (const listener of this.#closeListeners.splice(0)) listener();
  }

  #ready(): Promise<void> {
    const { readyEvent } = this.#options.sockets ?? plaintextSockets;
    return new Promise((resolve, reject) => {
      this.#socket.once(readyEvent, () => {
        this.#isConnected = true;
        resolve();
      });
      this.onClose(() => reject(this.#closedBy));
    });
  }

  #ask(
    version: number,
    body: { clientSoftwareName: string; clientSoftwareVersion: string },
  ): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#send(apiVersionsApi, version, body, {}, false, reject, (buffer, size) =>
        resolve(buffer.subarray(4, size)),
      );
    });
  }

  #send<Input>(
    api: ClientApi<Input, unknown>,
    version: number,
    body: Body<Input>,
    options: RequestOptions,
    recycled: boolean,
    onError: (error: unknown) => void,
    onFrame: (buffer: Buffer, size: number) => void,
  ): void {
    if (this.#closedBy !== null) throw this.#closedBy;
    const stage = `${api.name} request to broker ${this.broker}`;
    if (options.signal?.aborted === true) throw cancelled(stage);
    const correlationId = this.#nextCorrelationId;
    this.#nextCorrelationId = (correlationId + 1) & 0x7fffffff;
    this.#write(api, version, correlationId, body);
    const timeoutMs = options.timeoutMs ?? this.#options.requestTimeoutMs;
    const pending = new PendingRequest({
      correlationId,
      stage,
      recycled,
      timeoutMs,
      signal: options.signal,
      onError,
      onFrame: (buffer, size) => {
        try {
          onFrame(buffer, size);
        } catch (error) {
          onError(error);
        }
      },
      onTimeout: () => {
        const late = new ConnectError('timeout', `${stage} was not answered within ${timeoutMs} ms`, {
          retriable: true,
          details: { stage: api.name },
        });
        pending.fail(late);
        this.close(
          this.#lost(`closed because a ${api.name} request was not answered within ${timeoutMs} ms`, late),
        );
      },
    });
    this.#pending.push(pending);
  }

  #write<Input>(
    api: ClientApi<Input, unknown>,
    version: number,
    correlationId: number,
    body: Body<Input>,
    done?: (error?: Error | null) => void,
  ): void {
    const writer = this.#writers.pop() ?? new ProtocolWriter();
    const input = isBodyFunction(body) ? body(version) : body;
    writeRequest(writer, api, version, correlationId, this.#options.clientId, input);
    const chunks = writer.chunks();
    this.#lastUsedAt = performance.now();
    this.#socket.cork();
    chunks.forEach((chunk, i) => {
      if (i < chunks.length - 1) this.#socket.write(chunk);
      else
        this.#socket.write(chunk, (error) => {
          writer.reset();
          if (writer.capacity <= maxIdleWriterBytes && this.#writers.length < maxIdleWriters)
            this.#writers.push(writer);
          done?.(error);
        });
    });
    this.#socket.uncork();
  }

  #bufferFor(correlationId: number, size: number): Buffer {
    const pending = this.#pending[0];
    if (pending === undefined || pending.correlationId !== correlationId) {
      const expected = pending === undefined ? 'none was outstanding' : `${pending.correlationId} was next`;
      throw new ConnectError('data', `an answer to request ${correlationId} came, but ${expected}`);
    }
    return pending.recycled ? this.#options.framePool.acquire(size) : Buffer.allocUnsafe(size);
  }

  #onFrame(buffer: Buffer, size: number): void {
    const pending = this.#pending.shift() as PendingRequest;
    this.#lastUsedAt = performance.now();
    const taken = pending.complete(buffer, size);
    if (!taken && pending.recycled) this.#options.framePool.release(buffer);
  }

  #decode<Response>(
    api: ClientApi<never, Response>,
    version: number,
    buffer: Buffer,
    size: number,
  ): Response {
    try {
      return readResponse(new ProtocolReader(buffer, 4, size), api, version);
    } catch (error) {
      const unreadable = new ConnectError(
        'data',
        `the ${api.name} answer of broker ${this.broker} cannot be read: ${messageOf(error)}`,
        { cause: error, retriable: true, details: { stage: api.name } },
      );
      // What comes behind it cannot be trusted either.
      this.close(this.#lost('closed because an answer could not be read', unreadable));
      throw unreadable;
    }
  }

  #lost(reason: string, cause?: unknown): ConnectError {
    if (!this.#isConnected) {
      return new ConnectError('unavailable', `cannot connect to broker ${this.broker}: ${reason}`, {
        cause,
        retriable: true,
        details: { kafkaError: 'NETWORK_EXCEPTION', stage: 'connect' },
      });
    }
    const stage = this.#pending[0]?.stage;
    const during = stage === undefined ? '' : ` during the ${stage.replace(/ to broker .*/, '')}`;
    return new ConnectError('unavailable', `connection to broker ${this.broker} lost${during}: ${reason}`, {
      cause,
      retriable: true,
      details: { kafkaError: 'NETWORK_EXCEPTION', ...(stage === undefined ? {} : { stage }) },
    });
  }
}

function isBodyFunction<Input>(body: Body<Input>): body is (version: number) => Input {
  return typeof body === 'function';
}
