const stagingBytes = 64 * 1024;

/** What came is no response: another protocol, or a damaged stream. */
export class NotKafka extends Error {
  /** It looks like a record of TLS. */
  readonly isTls: boolean;

  constructor(message: string, isTls: boolean) {
    super(message);
    this.isTls = isTls;
  }
}

export interface FrameSink {
  /** How large the next frame may be; asked before memory is taken for it. */
  maxFrameBytes(): number;
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
    while (this.#staged - start >= 4) {
      const size = staging.readInt32BE(start);
      // Already now: what is no Kafka may be too short for a correlation id.
      if (size < 4 || size > this.#sink.maxFrameBytes()) {
        throw notKafka(staging.subarray(start, start + 4), this.#sink.maxFrameBytes());
      }
      if (this.#staged - start < 8) break;
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

function notKafka(start: Buffer, maxBytes: number): NotKafka {
  const size = start.readInt32BE(0);
  const first = start[0] ?? 0;
  if (first >= 0x14 && first <= 0x17 && start[1] === 3) return new NotKafka('it speaks TLS', true);
  const said =
    size < 4 ? `its size cannot be ${size}` : `it has ${size} bytes, and at most ${maxBytes} can come`;
  return new NotKafka(`what it sends is no response of Kafka's protocol (${said})`, false);
}
