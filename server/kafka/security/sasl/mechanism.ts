/** One login by one mechanism: what is sent, and what is made of the answers. */
export interface SaslExchange {
  /** The first message. */
  start(): Promise<Buffer> | Buffer;
  /**
   * The next message after the broker's; undefined: none is due, and the broker must have said that all is well.
   * Throws `SaslRejection` when the broker's message is not acceptable.
   */
  next(challenge: Buffer): Promise<Buffer | undefined> | Buffer | undefined;
}

/** A mechanism with its credentials, which many connections use. */
export interface SaslMechanism {
  readonly name: string;
  /** Gets ready what may take long, such as a token; called before a connection is opened. */
  prepare?(signal?: AbortSignal): Promise<void>;
  begin(): SaslExchange;
  close?(): void;
}

/** The broker's part of an exchange is wrong, or it refuses. The message holds no secret. */
export class SaslRejection extends Error {}
