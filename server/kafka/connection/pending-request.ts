import { ConnectError } from '../../errors/connect-error.ts';

export interface RequestOptions {
  /** How long the answer may take; the connection closes when it takes longer. Default: request.timeout.ms. */
  readonly timeoutMs?: number | undefined;
  /** Gives up waiting. The answer is thrown away when it comes; the connection stays. */
  readonly signal?: AbortSignal | undefined;
  /** Replaces the table of version-choice.ts. */
  readonly maxVersion?: number | undefined;
  /** An answer that claims to be larger ends the connection before memory is taken for it. Default: 100 MiB. */
  readonly maxResponseBytes?: number | undefined;
}

const defaultMaxResponseBytes = 100 * 1024 * 1024;

/** One request whose answer is outstanding. Settles once: with a frame, or with an error. */
export class PendingRequest {
  readonly correlationId: number;
  readonly stage: string;
  /** The frame comes from the pool, and whoever gets it gives it back. */
  readonly recycled: boolean;
  readonly maxResponseBytes: number;
  #settled = false;
  readonly #onFrame: (buffer: Buffer, size: number) => void;
  readonly #onError: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => this.fail(cancelled(this.stage));

  constructor(options: {
    correlationId: number;
    stage: string;
    recycled: boolean;
    timeoutMs: number;
    maxResponseBytes: number | undefined;
    signal: AbortSignal | undefined;
    onFrame: (buffer: Buffer, size: number) => void;
    onError: (error: unknown) => void;
    onTimeout: (request: PendingRequest) => void;
  }) {
    this.correlationId = options.correlationId;
    this.stage = options.stage;
    this.recycled = options.recycled;
    this.maxResponseBytes = options.maxResponseBytes ?? defaultMaxResponseBytes;
    this.#onFrame = options.onFrame;
    this.#onError = options.onError;
    this.#timer = setTimeout(options.onTimeout, Math.min(options.timeoutMs, 0x7fffffff), this);
    this.#signal = options.signal;
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Nobody waits any more. */
  get isSettled(): boolean {
    return this.#settled;
  }

  /** False when nobody waits any more: the frame still belongs to the caller then. */
  complete(buffer: Buffer, size: number): boolean {
    clearTimeout(this.#timer);
    if (this.#settled) return false;
    this.#settle();
    this.#onFrame(buffer, size);
    return true;
  }

  fail(error: unknown): void {
    if (this.#settled) return;
    this.#settle();
    this.#onError(error);
  }

  /** The connection is gone: no answer can come, so the clock stops too. */
  abandon(error: unknown): void {
    clearTimeout(this.#timer);
    this.fail(error);
  }

  #settle(): void {
    this.#settled = true;
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }
}

export function cancelled(stage: string): ConnectError {
  return new ConnectError('cancelled', `${stage} was cancelled`, { details: { stage } });
}
