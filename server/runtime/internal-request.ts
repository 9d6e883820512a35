export const signatureHeader = 'X-Connect-Authorization';
export const algorithmHeader = 'X-Connect-Request-Signature-Algorithm';

/** What another worker of the group sent, as REST received it. */
export interface ReceivedSignature {
  /** The body that was signed; empty: there was none. */
  readonly body: string;
  /** Headers; null: not sent. */
  readonly signature: string | null;
  readonly algorithm: string | null;
}

/** From one worker of the group to another. */
export interface InternalRequest {
  /** Advertised URL of the other worker. */
  readonly url: string;
  readonly method: 'POST' | 'PUT';
  /** Encoded, from the first slash on. */
  readonly path: string;
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Resolves when the other worker has done it. Rejects with its refusal as a typed error (`forbidden`: signature not
 * accepted), `retriable` when it cannot be reached, `timeout` when the signal aborts.
 */
export type SendInternalRequest = (request: InternalRequest) => Promise<void>;
