import { once } from 'node:events';
import type { Socket } from 'node:net';
import { messageOf } from '../../errors/connect-error.ts';
import { ProtocolWriter } from '../../kafka/protocol/writer.ts';
import type { BrokerLog } from '../broker-log.ts';
import type { BufferPool } from './buffer-pool.ts';
import { type Frame, FrameAssembler } from './frame-assembler.ts';
import type { MemoryBudget, MemoryHolder } from './memory-budget.ts';

/** What a handler knows of the client, and may say to its connection. */
export interface ClientConnection {
  /** In Kafka's form, with a slash before the address. */
  readonly clientHost: string;
  /** Aborted when the connection closes or the broker stops: an answer would go nowhere. */
  readonly signal: AbortSignal;
  /** Refuses larger requests from now on. */
  limitRequests(maxBytes: number): void;
  /** Memory that answers to all clients may still take. */
  answerBytesLeft(): number;
}

/** Whether an answer is in the writer, none is due, or the connection ends behind the answer. */
export type FrameOutcome = 'answered' | 'silent' | 'last';

/** Answers one frame into the writer. A thrown error closes the connection. */
export type FrameHandler = (
  frame: Buffer,
  writer: ProtocolWriter,
  allocate: (bytes: number) => Buffer,
) => FrameOutcome | Promise<FrameOutcome>;

export interface ConnectionOptions {
  /** Called once for each connection. */
  readonly open: (connection: ClientConnection) => FrameHandler;
  readonly pool: BufferPool;
  /** Memory of requests that are not complete or not handled yet, and of answers that have not gone out. */
  readonly requestMemory: MemoryBudget;
  readonly answerMemory: MemoryBudget;
  readonly maxRequestBytes: number;
  readonly maxIdleMs: number;
  readonly log: BrokerLog;
  /** Aborted when the broker stops. */
  readonly signal: AbortSignal;
}

/** No more is read from the socket while this much waits to be handled, or to be sent. */
const pendingBytesLimit = 1024 * 1024;
const keptWriterBytes = 64 * 1024;
/** How long a client may take to read the last answer. */
const lastAnswerMs = 2000;

/** One client connection: frames are handled one after the other, so responses go out in the order of requests. */
export class BrokerConnection implements MemoryHolder {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #peer: string;
  readonly #assembler: FrameAssembler;
  readonly #handler: FrameHandler;
  readonly #closed = new AbortController();
  readonly #frames: Frame[] = [];
  readonly #freeWriters: ProtocolWriter[] = [];
  #pendingBytes = 0;
  #unsentBytes = 0;
  #isHandling = false;
  #isEnding = false;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#peer = `${socket.remoteAddress}:${socket.remotePort}`;
    this.#assembler = new FrameAssembler(options.maxRequestBytes, options.pool);
    this.#handler = options.open({
      clientHost: `/${socket.remoteAddress}`,
      signal: this.#closed.signal,
      limitRequests: (maxBytes) => {
        this.#assembler.maxBytes = maxBytes;
      },
      answerBytesLeft: () => options.answerMemory.left,
    });
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
    this.#assembler.drop();
    this.#options.requestMemory.set(this, 0);
    this.#options.answerMemory.set(this, 0);
    this.#socket.destroy();
  };

  giveUp(reason: string): void {
    this.#fail('holds too much memory', reason);
  }

  #receive(chunk: Buffer): void {
    if (this.#isEnding) return;
    try {
      this.#assembler.push(chunk, (frame) => {
        this.#frames.push(frame);
        this.#pendingBytes += frame.bytes.length;
      });
    } catch (error) {
      this.#fail('sent what is no Kafka request', messageOf(error));
      return;
    }
    if (this.#pendingBytes > pendingBytesLimit) this.#socket.pause();
    if (!this.#isHandling && this.#frames.length > 0) void this.#handleFrames();
    this.#noteRequestMemory();
  }

  #noteRequestMemory(): void {
    if (this.#closed.signal.aborted) return;
    this.#options.requestMemory.set(this, this.#pendingBytes + this.#assembler.heldBytes);
  }

  async #handleFrames(): Promise<void> {
    this.#isHandling = true;
    try {
      for (let frame = this.#frames.shift(); frame !== undefined; frame = this.#frames.shift()) {
        const handled = this.#handle(frame);
        if (handled instanceof Promise) await handled;
        this.#pendingBytes -= frame.bytes.length;
        if (this.#socket.writableLength > pendingBytesLimit) await this.#drained();
        if (this.#socket.isPaused() && this.#pendingBytes <= pendingBytesLimit) this.#socket.resume();
        this.#noteRequestMemory();
      }
    } catch (error) {
      if (!this.#closed.signal.aborted)
        this.#fail('sent a request that could not be answered', messageOf(error));
    } finally {
      this.#isHandling = false;
    }
  }

  /** Waits until the client took its answers; one that takes none for as long as it may be idle is let go. */
  async #drained(): Promise<void> {
    const { maxIdleMs } = this.#options;
    const overdue = setTimeout(() => this.#fail('takes no answers', `for ${maxIdleMs} ms`), maxIdleMs);
    try {
      while (this.#socket.writableLength > pendingBytesLimit && !this.#closed.signal.aborted) {
        await once(this.#socket, 'drain', { signal: this.#closed.signal });
      }
    } finally {
      clearTimeout(overdue);
    }
  }

  #handle(frame: Frame): void | Promise<void> {
    const writer = this.#freeWriters.pop() ?? new ProtocolWriter();
    const memory: Buffer[] = [];
    const allocate = (bytes: number): Buffer => {
      const buffer = this.#options.pool.take(bytes);
      memory.push(buffer);
      this.#noteUnsent(buffer.length);
      return buffer;
    };
    const answered = this.#handler(frame.bytes, writer, allocate);
    if (answered instanceof Promise) {
      return answered.then((outcome) => this.#finish(frame, outcome, writer, memory));
    }
    this.#finish(frame, answered, writer, memory);
  }

  #noteUnsent(change: number): void {
    this.#unsentBytes += change;
    if (!this.#closed.signal.aborted) this.#options.answerMemory.set(this, this.#unsentBytes);
  }

  #finish(frame: Frame, outcome: FrameOutcome, writer: ProtocolWriter, memory: readonly Buffer[]): void {
    // Only the frames of produce requests are sure to have no view on them left.
    const isProduce = frame.bytes.length >= 2 && frame.bytes.readInt16BE(0) === 0;
    if (frame.pooled !== null && isProduce) this.#options.pool.release(frame.pooled);
    const writerBytes = writer.capacity > keptWriterBytes ? writer.capacity : 0;
    const memoryBytes = memory.reduce((sum, buffer) => sum + buffer.length, 0);
    if (writerBytes > 0) this.#noteUnsent(writerBytes);
    const release = (): void => {
      for (const buffer of memory) this.#options.pool.release(buffer);
      if (writerBytes + memoryBytes > 0) this.#noteUnsent(-writerBytes - memoryBytes);
      if (writerBytes > 0) return;
      writer.reset();
      this.#freeWriters.push(writer);
    };
    if (outcome === 'silent' || this.#closed.signal.aborted) {
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
    if (outcome === 'last') this.#endSoon();
  }

  /** Lets the client read what was answered; what it still sends is not looked at. */
  #endSoon(): void {
    this.#isEnding = true;
    this.#frames.length = 0;
    this.#socket.end();
    setTimeout(this.close, lastAnswerMs).unref();
  }

  #fail(what: string, reason: string): void {
    this.#options.log('warn', `client ${this.#peer} ${what}, its connection is closed: ${reason}`);
    this.close();
  }
}
