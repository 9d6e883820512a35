/**
 * Thrown by a converter that cannot go on before it has looked something up elsewhere, such as a schema in a registry.
 * The runtime waits for `settled`, then converts the same record again; a rejection is the error of the record, and
 * a retriable one is tried again as `errors.retry.timeout` says. Converters stay synchronous: this happens once a
 * schema, not once a record.
 */
export class PendingLookup extends Error {
  readonly settled: Promise<void>;

  constructor(settled: Promise<void>) {
    super('A lookup has not been answered yet');
    this.name = 'PendingLookup';
    this.settled = settled;
    // Whoever catches this waits for it; if nobody does, a failed lookup must not end the process.
    settled.catch(() => undefined);
  }
}

/** By shape: plugins from elsewhere may bring a copy of the class. */
export function isPendingLookup(error: unknown): error is PendingLookup {
  return error instanceof Error && error.name === 'PendingLookup' && 'settled' in error;
}
