/** One version of a secret as it is stored: nothing in it can be read without the key that `keyId` names. */
export interface StoredSecret {
  readonly name: string;
  /** From 1; each change of the values makes the next one. */
  readonly version: number;
  readonly fieldNames: readonly string[];
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
  readonly updatedBy: string;
  /** The key that wraps this secret's own key. */
  readonly keyId: string;
  /** Base64. */
  readonly wrappedKey: string;
  /** Base64. */
  readonly sealed: string;
}

/** Keeps the latest version of each secret, sealed. Bodies: a file (standalone), a compacted topic (distributed). */
export interface SecretStore {
  /** Reads everything that is stored. Rejects with a `config` error for a place that cannot be used. */
  start(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when what others wrote before the call can be read. */
  refresh(signal: AbortSignal): Promise<void>;
  list(): readonly StoredSecret[];
  get(name: string): StoredSecret | null;
  /** Resolves when it is durable. */
  put(secret: StoredSecret): Promise<void>;
  delete(name: string): Promise<void>;
}
