import { ConnectError } from '../../errors/connect-error.ts';
import type { ElementFailure } from '../ports/admin.ts';
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
  readonly #failed: { readonly name: string; readonly error: ConnectError }[] = [];
  #attempts = 0;
  #again: ConnectError | undefined;

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
    this.#again = undefined;
  }

  note(results: readonly ElementResult[]): void {
    const left = new Map(this.#left);
    for (const { name, errorCode, errorMessage } of results) {
      if (errorCode !== 0 && !(this.#attempts > 1 && this.#accept.has(errorCode))) {
        const error = kafkaFailure(errorCode, this.#what(name), errorMessage);
        if (isWorthRetrying(errorCode)) {
          this.#again ??= error;
          continue;
        }
        this.#failed.push({ name, error });
      }
      left.delete(name);
    }
    this.#left = left;
  }

  /** After all answers of an attempt; the caller's retry comes back with what is left. */
  throwRetriable(): void {
    if (this.#again !== undefined) throw this.#again;
  }

  /** Throws the first lasting error, when nothing is left to be tried. */
  finish(): void {
    throwFailures(this.#failed);
  }
}

/** The first error, with all of them among its details. */
export function throwFailures(
  failed: readonly { readonly name: string; readonly error: ConnectError }[],
): void {
  const [first, ...others] = failed;
  if (first === undefined) return;
  const failures = failed.map(
    ({ name, error }): ElementFailure => ({
      name,
      kafkaError: error.details.kafkaError ?? '',
      message: error.message,
    }),
  );
  const { code, message, retriable, details } = first.error;
  const more = others.length === 0 ? '' : ` (and ${others.length} more failed)`;
  throw new ConnectError(code, message + more, {
    cause: first.error,
    retriable,
    details: { ...details, failures },
  });
}

/** A topic or partition that is not there stays so for an admin; Kafka marks it retriable for producers. */
export function isWorthRetrying(code: number): boolean {
  return code !== kafkaErrors.UNKNOWN_TOPIC_OR_PARTITION && kafkaErrorOf(code).retriable;
}
