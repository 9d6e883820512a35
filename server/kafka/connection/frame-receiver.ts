import { ConnectError } from '../../errors/connect-error.ts';

/** Larger than any response asked for; what claims to be larger is another protocol's bytes. */
const maxFrameBytes = 256 * 1024 * 1024;
const stagingBytes = 64 * 1024;

export interface FrameSink {
  /** Where the frame (correlation id and body) goes: at least `size` bytes. Throws when nothing was asked. */
  bufferFor(correlationId: number, size: number): Buffer;
  onFrame(correlationId: number, buffer: Buffer, size: number): void;
}

/**
 * Cuts a byte stream into response frames. The start of a frame goes through a small staging buffer; the rest of a
 * large one is read from the socket straight into the frame's own buffer.
 */
export class FrameReceiver {
  readonly #sink: FrameSink;
  readonly #staging = Buffer.allocUnsafeSlow(stagingBytes);
  #staged = 0;
  #frame: Buffer | null = null;
  #frameSize = 0;
  #frameFilled = 0;
  #correlationId = 0;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Where the next bytes of the stream should be put; follow with `received`. */
  nextBuffer(): Buffer {
    if (this.#frame !== null) return this.#frame.subarray(this.#frameFilled, this.#frameSize);
    return this.#staging.subarray(this.#staged);
  }

  received(bytes: number): void {
    if (this.#frame === null) {
      this.#staged += bytes;
      this.#cutStaging();
      return;
    }
    this.#frameFilled += bytes;
    if (this.#frameFilled === this.#frameSize) this.#complete();
  }

  #cutStaging(): void {
    const staging = this.#staging;
    let start = 0;
    while (this.#staged - start >= 8) {
      const size = staging.readInt32BE(start);
      if (size < 4 || size > maxFrameBytes) throw notKafka(size);
      this.#correlationId = staging.readInt32BE(start + 4);
      const frame = this.#sink.bufferFor(this.#correlationId, size);
      const available = Math.min(size, this.#staged - start - 4);
      staging.copy(frame, 0, start + 4, start + 4 + available);
      start += 4 + available;
      this.#frame = frame;
      this.#frameSize = size;
      this.#frameFilled = available;
      if (available < size) break;
      this.#complete();
    }
    if (start > 0) staging.copyWithin(0, start, this.#staged);
    this.#staged -= start;
  }

  #complete(): void {
    const frame = this.#frame as Buffer;
    this.#frame = null;
    this.#sink.onFrame(this.#correlationId, frame, this.#frameSize);
  }
}

function notKafka(size: number): ConnectError {
  return new ConnectError(
    'data',
    `the other side does not speak Kafka's protocol (a response of ${size} bytes was announced); does the listener expect TLS?`,
    { details: { stage: 'receive' } },
  );
}
