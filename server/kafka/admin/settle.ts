import type { ConnectError } from '../../errors/connect-error.ts';
import { kafkaErrorOf, kafkaErrors, kafkaFailure } from '../protocol/error-codes.ts';

export interface ElementResult {
  readonly name: string;
  readonly errorCode: number;
  readonly errorMessage?: string | null;
}

/**
 * Bookkeeping of a request about several things where some may fail for good and some may be tried again. `left` is
 * what the next attempt has to ask for.
 */
export class Settling<Item> {
  readonly #what: (name: string) => string;
  readonly #accept: ReadonlySet<number>;
  #left: ReadonlyMap<string, Item>;
  #failed: ConnectError | undefined;
  #attempts = 0;

  /** `acceptOnRetry`: errors that only say that an earlier attempt, whose answer was lost, had succeeded. */
  constructor(
    items: ReadonlyMap<string, Item>,
    what: (name: string) => string,
    acceptOnRetry: readonly (keyof typeof kafkaErrors)[] = [],
  ) {
    this.#left = items;
    this.#what = what;
    this.#accept = new Set(acceptOnRetry.map((name) => kafkaErrors[name]));
  }

  get left(): readonly Item[] {
    return [...this.#left.values()];
  }

  /** Call when an attempt begins. */
  begin(): void {
    this.#attempts++;
  }

  /** Throws the first retriable error after noting all results; the caller's retry comes back with the rest. */
  note(results: readonly ElementResult[]): void {
    const left = new Map(this.#left);
    let again: ConnectError | undefined;
    for (const { name, errorCode, errorMessage } of results) {
      if (errorCode !== 0 && !(this.#attempts > 1 && this.#accept.has(errorCode))) {
        const error = kafkaFailure(errorCode, this.#what(name), errorMessage);
        if (isWorthRetrying(errorCode)) {
          again ??= error;
          continue;
        }
        this.#failed ??= error;
      }
      left.delete(name);
    }
    this.#left = left;
    if (again !== undefined) throw again;
  }

  /** Throws the first lasting error, when nothing is left to be tried. */
  finish(): void {
    if (this.#failed !== undefined) throw this.#failed;
  }
}

/** A topic or partition that is not there stays so for an admin; Kafka marks it retriable for producers. */
function isWorthRetrying(code: number): boolean {
  return code !== kafkaErrors.UNKNOWN_TOPIC_OR_PARTITION && kafkaErrorOf(code).retriable;
}
