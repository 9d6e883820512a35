import type { Socket } from 'node:net';
import { ConnectError, isConnectError, messageOf } from '../../errors/connect-error.ts';
import type { ClientApi } from '../protocol/api.ts';
import { readResponse } from '../protocol/frame.ts';
import { apiVersionsApi } from '../protocol/generated/api-versions.js';
import { ProtocolReader } from '../protocol/reader.ts';
import { chooseVersion } from '../version-choice.ts';
import {
  type ConnectionProgress,
  connectionLost,
  connectTimedOut,
  unreadableAnswer,
  unreadableStream,
} from './connection-failures.ts';
import type { FramePool } from './frame-pool.ts';
import { FrameReceiver } from './frame-receiver.ts';
import type { Authenticator } from './login.ts';
import { LoginSession } from './login-session.ts';
import type { BrokerOffer } from './negotiation.ts';
import { negotiate } from './negotiation.ts';
import type { RequestOptions } from './pending-request.ts';
import { cancelled, PendingRequest } from './pending-request.ts';
import { RequestWriter } from './request-writer.ts';
import { SendGate } from './send-gate.ts';
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
  /** Absent: the listener takes no login. */
  readonly authenticator?: Authenticator | undefined;
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

const maxVersionsBytes = 1024 * 1024;

/**
 * One TCP connection to a broker. Requests are pipelined; the broker answers them in order, one at a time. A request
 * that is not answered in time closes the connection, because the answers behind it cannot come either.
 */
export class Connection {
  readonly broker: string;
  readonly #options: ConnectionOptions;
  readonly #socket: Socket;
  readonly #pending: PendingRequest[] = [];
  readonly #writer: RequestWriter;
  readonly #closeListeners: (() => void)[] = [];
  #offer: BrokerOffer = { versions: new Map(), features: new Map() };
  readonly #gate = new SendGate();
  readonly #session: LoginSession;
  #nextCorrelationId = 0;
  #isConnected = false;
  #answers = 0;
  #closedBy: ConnectError | null = null;
  #lastUsedAt = performance.now();

  /** Connects, negotiates versions and authenticates. Rejects with `unavailable`, `timeout`, `cancelled` or `kafka`. */
  static async open(options: ConnectionOptions, signal?: AbortSignal): Promise<Connection> {
    await options.authenticator?.prepare(signal);
    const connection = new Connection(options);
    const timer = setTimeout(() => {
      connection.close(connectTimedOut(connection.#progress, options.connectTimeoutMs));
    }, options.connectTimeoutMs);
    const onAbort = (): void => connection.close(cancelled(`connecting to broker ${connection.broker}`));
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      if (signal?.aborted === true) onAbort();
      await connection.#ready();
      connection.#offer = await negotiate(connection.broker, (version, body) =>
        connection.#ask(version, body),
      );
      await connection.#session.login();
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
      maxFrameBytes: () => this.#pending[0]?.maxResponseBytes ?? maxVersionsBytes,
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
            this.close(unreadableStream(this.#progress, error));
          }
          return this.#closedBy === null;
        },
      },
    });
    this.#writer = new RequestWriter(this.#socket, options.clientId);
    this.#session = this.#newSession(options.authenticator);
    this.#socket.on('error', (error) => {
      const explained = this.#answers === 0 ? sockets.explain?.(error, this.broker) : undefined;
      this.close(explained ?? this.#lost(messageOf(error), error));
    });
    this.#socket.on('close', () => this.close(this.#lost('closed by the broker')));
  }

  get isOpen(): boolean {
    return this.#closedBy === null;
  }

  /** Requests without an answer yet. */
  get inFlight(): number {
    return this.#pending.length + this.#gate.held;
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
      this.#send(api, version, body, options, 'own frame', reject, (buffer, size) => {
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
      this.#send(api, version, body, options, 'recycled frame', reject, (buffer, size) => {
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
      const done = (error?: Error | null): void => {
        if (error) reject(this.#lost(messageOf(error), error));
        else resolve();
      };
      this.#session.renewIfDue();
      const send = (): void => this.#write(api, version, this.#correlationId(), body, done);
      this.#gate.pass({ send, fail: reject });
    });
  }

  /** Fails what is in flight with `reason`, or `cancelled` without one. Safe to call again. */
  close(reason?: ConnectError): void {
    if (this.#closedBy !== null) return;
    const error = reason ?? cancelled(`the connection to broker ${this.broker}`);
    this.#closedBy = error;
    this.#socket.destroy();
    for (const pending of this.#pending.splice(0)) pending.abandon(error);
    this.#gate.fail(error);
    this.#session.drained();
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
      const options = { maxResponseBytes: maxVersionsBytes };
      this.#send(apiVersionsApi, version, body, options, 'own frame', reject, (buffer, size) =>
        resolve(buffer.subarray(4, size)),
      );
    });
  }

  #send<Input>(
    api: ClientApi<Input, unknown>,
    version: number,
    body: Body<Input>,
    options: RequestOptions,
    kind: 'own frame' | 'recycled frame' | 'login',
    onError: (error: unknown) => void,
    onFrame: (buffer: Buffer, size: number) => void,
  ): void {
    if (this.#closedBy !== null) throw this.#closedBy;
    const stage = `${api.name} request to broker ${this.broker}`;
    if (options.signal?.aborted === true) throw cancelled(stage);
    const timeoutMs = options.timeoutMs ?? this.#options.requestTimeoutMs;
    const pending = new PendingRequest({
      correlationId: this.#correlationId(),
      stage,
      recycled: kind === 'recycled frame',
      timeoutMs,
      maxResponseBytes: options.maxResponseBytes,
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
    const fail = (error: unknown): void => pending.abandon(error);
    const send = (): void => {
      if (pending.isSettled) {
        pending.abandon(undefined);
        return;
      }
      this.#write(api, version, pending.correlationId, body);
      this.#pending.push(pending);
    };
    if (kind !== 'login') this.#session.renewIfDue();
    if (kind === 'login') send();
    else this.#gate.pass({ send, fail });
  }

  #correlationId(): number {
    const id = this.#nextCorrelationId;
    this.#nextCorrelationId = (id + 1) & 0x7fffffff;
    return id;
  }

  #write<Input>(
    api: ClientApi<Input, unknown>,
    version: number,
    correlationId: number,
    body: Body<Input>,
    done?: (error?: Error | null) => void,
  ): void {
    this.#lastUsedAt = performance.now();
    const input = isBodyFunction(body) ? body(version) : body;
    this.#writer.write(api, version, correlationId, input, done);
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
    this.#answers++;
    const taken = pending.complete(buffer, size);
    if (this.#pending.length === 0) this.#session.drained();
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
      const unreadable = unreadableAnswer(this.broker, api.name, error);
      // What comes behind it cannot be trusted either.
      this.close(this.#lost('closed because an answer could not be read', unreadable));
      throw unreadable;
    }
  }

  get #progress(): ConnectionProgress {
    return {
      broker: this.broker,
      isTls: this.#options.sockets?.readyEvent === 'secureConnect',
      isReached: !this.#socket.connecting,
      isConnected: this.#isConnected,
      answers: this.#answers,
      logsIn: this.#options.authenticator !== undefined,
      stage: this.#pending[0]?.stage,
    };
  }

  #lost(reason: string, cause?: unknown): ConnectError {
    return connectionLost(this.#progress, reason, cause);
  }

  #newSession(authenticator: Authenticator | undefined): LoginSession {
    return new LoginSession({
      authenticator,
      gate: this.#gate,
      inFlight: () => this.#pending.length,
      onFailure: (error) => this.close(isConnectError(error) ? error : this.#lost(messageOf(error), error)),
      channel: {
        broker: this.broker,
        request: (api, body, options = {}) =>
          new Promise((resolve, reject) => {
            const version = this.versionOf(api, options.maxVersion);
            this.#send(api, version, body, options, 'login', reject, (buffer, size) => {
              resolve(this.#decode(api, version, buffer, size));
            });
          }),
      },
    });
  }
}

function isBodyFunction<Input>(body: Body<Input>): body is (version: number) => Input {
  return typeof body === 'function';
}
