import { setTimeout as delay } from 'node:timers/promises';
import { ConnectError, codeOf, messageOf } from '../../errors/connect-error.ts';
import type { Log } from '../../plugin-api/source-connector.ts';
import type { SecretStore, StoredSecret } from '../../storage/secret-store.ts';
import type { KeyRing } from './key-ring.ts';
import { openSecret, rewrapSecret, sealSecret } from './sealed-secret.ts';

/** What may be shown of a secret. */
export type SecretSummary = Pick<
  StoredSecret,
  'name' | 'version' | 'fieldNames' | 'updatedAt' | 'updatedBy' | 'keyId'
>;

const maxFields = 50;
const maxValueBytes = 64 * 1024;
const retryMs = 1_000;
const refreshTimeoutMs = 10_000;
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/**
 * The worker's stored credentials: sealed in the store, opened only where a `${vault:name:field}` is resolved. There
 * is no way to read a value back.
 */
export class SecretVault {
  readonly #store: SecretStore;
  readonly #keys: KeyRing;
  readonly #log: Log;
  readonly #stopping = new AbortController();
  #started: Promise<void> = Promise.reject(notStarted());

  constructor(store: SecretStore, keys: KeyRing, log: Log) {
    this.#store = store;
    this.#keys = keys;
    this.#log = log;
    this.#started.catch(() => undefined);
  }

  /** Begins to read the store, for as long as it takes; those who need a secret wait for it. */
  start(): void {
    this.#started = this.#startStore();
    this.#started.catch((error: unknown) => this.#log('error', `vault: ${messageOf(error)}`));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#started.catch(() => undefined);
    await this.#store.stop();
  }

  async list(): Promise<readonly SecretSummary[]> {
    await this.#started;
    return this.#store
      .list()
      .map(summaryOf)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Values by field. Rejects with a `config` error for a secret that is not there or does not open. */
  async read(name: string): Promise<ReadonlyMap<string, string>> {
    await this.#started;
    const stored = this.#store.get(name);
    if (stored === null) throw new ConnectError('config', `the vault has no secret ${name}`);
    return openSecret(stored, this.#keys);
  }

  /** Stores all fields of a secret as its next version. Rejects with `bad-request` naming what is wrong. */
  async put(name: string, fields: Readonly<Record<string, string>>, actor: string): Promise<SecretSummary> {
    ensureWellFormed(name, fields);
    await this.#refresh();
    const version = (this.#store.get(name)?.version ?? 0) + 1;
    const secret = { name, version, fields: new Map(Object.entries(fields)), updatedBy: actor };
    const stored = sealSecret({ ...secret, updatedAt: Date.now() }, this.#keys);
    await this.#store.put(stored);
    return summaryOf(stored);
  }

  /** Rejects with `not-found`. */
  async delete(name: string): Promise<void> {
    await this.#refresh();
    if (this.#store.get(name) === null)
      throw new ConnectError('not-found', `The vault has no secret ${name}`);
    await this.#store.delete(name);
  }

  /** Puts every secret under the current key, so that older ones can leave the key file. Resolves with how many. */
  async rewrap(): Promise<number> {
    await this.#refresh();
    const old = this.#store.list().filter(({ keyId }) => keyId !== this.#keys.currentId);
    for (const stored of old) await this.#store.put(rewrapSecret(stored, this.#keys));
    return old.length;
  }

  async #refresh(): Promise<void> {
    await this.#started;
    await this.#store.refresh(
      AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(refreshTimeoutMs)]),
    );
  }

  async #startStore(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#store.start(signal);
        return;
      } catch (error) {
        if (signal.aborted) break;
        if (codeOf(error) === 'config') throw error;
        this.#log('warn', `vault: ${messageOf(error)}; trying again`);
      }
      await delay(retryMs, undefined, { signal }).catch(() => undefined);
    }
    throw notStarted();
  }
}

function ensureWellFormed(name: string, fields: Readonly<Record<string, string>>): void {
  const refuse = (why: string) => new ConnectError('bad-request', why);
  const rule = 'letters, digits, dot, dash and underscore, at most 128, not beginning with a sign';
  if (!namePattern.test(name)) throw refuse(`A secret's name is made of ${rule}`);
  const entries = Object.entries(fields);
  if (entries.length === 0 || entries.length > maxFields) {
    throw refuse(`Secret ${name} must have between 1 and ${maxFields} fields`);
  }
  for (const [field, value] of entries) {
    if (!namePattern.test(field)) throw refuse(`The name of each field of ${name} is made of ${rule}`);
    if (value === '') throw refuse(`Field ${field} of ${name} is empty`);
    if (Buffer.byteLength(value) > maxValueBytes) {
      throw refuse(`Field ${field} of ${name} is longer than ${maxValueBytes} bytes`);
    }
  }
}

function summaryOf({ name, version, fieldNames, updatedAt, updatedBy, keyId }: StoredSecret): SecretSummary {
  return { name, version, fieldNames, updatedAt, updatedBy, keyId };
}

function notStarted(): ConnectError {
  return new ConnectError('unavailable', 'the vault is not open');
}
