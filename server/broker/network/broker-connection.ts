import { once } from 'node:events';
import type { Socket } from 'node:net';
import { messageOf } from '../../errors/connect-error.ts';
import { ProtocolWriter } from '../../kafka/protocol/writer.ts';
import type { BrokerLog } from '../broker-log.ts';
import type { BufferPool } from './buffer-pool.ts';
import { type Frame, FrameAssembler } from './frame-assembler.ts';

/** Answers one frame into the writer; false when no response is due. A thrown error closes the connection. */
export type FrameHandler = (
  frame: Buffer,
  connection: { readonly clientHost: string; readonly signal: AbortSignal },
  writer: ProtocolWriter,
  allocate: (bytes: number) => Buffer,
) => boolean | Promise<boolean>;

export interface ConnectionOptions {
  readonly handle: FrameHandler;
  readonly pool: BufferPool;
  readonly maxRequestBytes: number;
  readonly maxIdleMs: number;
  readonly log: BrokerLog;
  /** Aborted when the broker stops. */
  readonly signal: AbortSignal;
}

/** No more is read from the socket while this much waits to be handled, or to be sent. */
const pendingBytesLimit = 1024 * 1024;
const keptWriterBytes = 64 * 1024;

/** One client connection: frames are handled one after the other, so responses go out in the order of requests. */
export class BrokerConnection {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #peer: string;
  readonly #clientHost: string;
  readonly #assembler: FrameAssembler;
  readonly #closed = new AbortController();
  readonly #frames: Frame[] = [];
  readonly #freeWriters: ProtocolWriter[] = [];
  #pendingBytes = 0;
  #isHandling = false;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#peer = `${socket.remoteAddress}:${socket.remotePort}`;
    this.#clientHost = `/${socket.remoteAddress}`;
    this.#assembler = new FrameAssembler(options.maxRequestBytes, options.pool);
    socket.setNoDelay(true);
    socket.setTimeout(options.maxIdleMs, () => {
      if (!this.#isHandling) this.close();
    });
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', () => this.close());
    socket.on('close', () => this.close());
    options.signal.addEventListener('abort', this.close, { once: true });
  }

  readonly close = (): void => {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    this.#options.signal.removeEventListener('abort', this.close);
    this.#frames.length = 0;
    this.#socket.destroy();
  };

  #receive(chunk: Buffer): void {
    try {
      this.#assembler.push(chunk, (frame) => {
        this.#frames.push(frame);
        this.#pendingBytes += frame.bytes.length;
      });
    } catch (error) {
      this.#fail('sent what is no Kafka request', error);
      return;
    }
    if (this.#pendingBytes > pendingBytesLimit) this.#socket.pause();
    if (!this.#isHandling && this.#frames.length > 0) void this.#handleFrames();
  }

  async #handleFrames(): Promise<void> {
    this.#isHandling = true;
    try {
      for (let frame = this.#frames.shift(); frame !== undefined; frame = this.#frames.shift()) {
        const handled = this.#handle(frame);
        if (handled instanceof Promise) await handled;
        this.#pendingBytes -= frame.bytes.length;
        while (this.#socket.writableLength > pendingBytesLimit && !this.#closed.signal.aborted) {
          await once(this.#socket, 'drain', { signal: this.#closed.signal });
        }
        if (this.#socket.isPaused() && this.#pendingBytes <= pendingBytesLimit) this.#socket.resume();
      }
    } catch (error) {
      if (!this.#closed.signal.aborted) this.#fail('sent a request that could not be answered', error);
    } finally {
      this.#isHandling = false;
    }
  }

  #handle(frame: Frame): void | Promise<void> {
    const writer = this.#freeWriters.pop() ?? new ProtocolWriter();
    const memory: Buffer[] = [];
    const allocate = (bytes: number): Buffer => {
      const buffer = this.#options.pool.take(bytes);
      memory.push(buffer);
      return buffer;
    };
    const connection = { clientHost: this.#clientHost, signal: this.#closed.signal };
    const answered = this.#options.handle(frame.bytes, connection, writer, allocate);
    if (answered instanceof Promise) {
      return answered.then((isDue) => this.#finish(frame, isDue, writer, memory));
    }
    this.#finish(frame, answered, writer, memory);
  }

  #finish(frame: Frame, isDue: boolean, writer: ProtocolWriter, memory: readonly Buffer[]): void {
    // Only the frames of produce requests are sure to have no view on them left.
    const isProduce = frame.bytes.readInt16BE(0) === 0;
    if (frame.pooled !== null && isProduce) this.#options.pool.release(frame.pooled);
    const release = (): void => {
      for (const buffer of memory) this.#options.pool.release(buffer);
      if (writer.capacity > keptWriterBytes) return;
      writer.reset();
      this.#freeWriters.push(writer);
    };
    if (!isDue || this.#closed.signal.aborted) {
      release();
      return;
    }
    const chunks = writer.chunks();
    this.#socket.cork();
    for (const [index, chunk] of chunks.entries()) {
      if (index < chunks.length - 1) this.#socket.write(chunk);
      else this.#socket.write(chunk, release);
    }
    this.#socket.uncork();
  }

  #fail(what: string, error: unknown): void {
    this.#options.log('warn', `client ${this.#peer} ${what}, its connection is closed: ${messageOf(error)}`);
    this.close();
  }
}
