import { ConnectError } from '../../errors/connect-error.ts';

interface Stage {
  readonly description: string;
  readonly beganAt: number;
}

/** What the herder is doing, for requests that run out of time. */
export class HerderStage {
  readonly #now: () => number;
  #current: Stage | null = null;
  #last: (Stage & { readonly endedAt: number }) | null = null;

  constructor(now: () => number) {
    this.#now = now;
  }

  get current(): string | null {
    return this.#current?.description ?? null;
  }

  /** A stage within a stage is the one that is named; afterwards the outer one is again. */
  async run<T>(description: string, work: () => Promise<T>): Promise<T> {
    const outer = this.#current;
    const stage = { description, beganAt: this.#now() };
    this.#current = stage;
    try {
      return await work();
    } finally {
      this.#last = { ...stage, endedAt: this.#now() };
      this.#current = outer;
    }
  }

  /** A sentence, or nothing before the first stage. */
  summary(): string {
    if (this.#current !== null) {
      const { description, beganAt } = this.#current;
      return `The worker is currently ${description}, which began at ${iso(beganAt)}.`;
    }
    if (this.#last === null) return '';
    const { description, beganAt, endedAt } = this.#last;
    return `The last operation the worker completed was ${description}, which began at ${iso(beganAt)} and completed at ${iso(endedAt)}.`;
  }

  timeout(): ConnectError {
    return new ConnectError('timeout', `Request timed out. ${this.summary()}`.trim(), {
      details: { stage: this.#current?.description ?? this.#last?.description },
    });
  }
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
