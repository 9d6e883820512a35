interface Held {
  readonly send: () => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Where requests pass on their way to the socket. While it is shut they are held back, in order; there are no more of
 * them than their senders let be in flight.
 */
export class SendGate {
  readonly #held: Held[] = [];
  #isShut = false;

  get isShut(): boolean {
    return this.#isShut;
  }

  get held(): number {
    return this.#held.length;
  }

  /** Sends now or when the gate opens. What `send` throws goes to `fail`. */
  pass(held: Held): void {
    if (this.#isShut) this.#held.push(held);
    else sendOrFail(held);
  }

  shut(): void {
    this.#isShut = true;
  }

  open(): void {
    this.#isShut = false;
    // A request that is sent may shut the gate again.
    while (!this.#isShut) {
      const next = this.#held.shift();
      if (next === undefined) return;
      sendOrFail(next);
    }
  }

  /** The connection is gone. */
  fail(error: unknown): void {
    for (const { fail } of this.#held.splice(0)) fail(error);
  }
}

function sendOrFail({ send, fail }: Held): void {
  try {
    send();
  } catch (error) {
    fail(error);
  }
}
