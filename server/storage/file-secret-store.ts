import { readFile } from 'node:fs/promises';
import { ConnectError, messageOf } from '../errors/connect-error.ts';
import { replaceFile } from './replace-file.ts';
import { decodeSecret, encodeSecret } from './secret-records.ts';
import type { SecretStore, StoredSecret } from './secret-store.ts';

const configKey = 'vault.storage.file.filename';

/** Sealed secrets of a standalone worker: a file with one JSON object a line. */
export class FileSecretStore implements SecretStore {
  readonly #file: string;
  #secrets = new Map<string, StoredSecret>();
  #lastWrite: Promise<void> = Promise.resolve();

  constructor(file: string) {
    this.#file = file;
  }

  async start(): Promise<void> {
    const secrets = new Map<string, StoredSecret>();
    for (const [index, line] of (await this.#read()).split('\n').entries()) {
      if (line === '') continue;
      try {
        const secret = decodeSecret(line);
        secrets.set(secret.name, secret);
      } catch (error) {
        throw new ConnectError(
          'config',
          `${configKey}: line ${index + 1} of ${this.#file} is damaged: ${messageOf(error)}. The file was left untouched; restore it from a copy`,
        );
      }
    }
    this.#secrets = secrets;
  }

  async stop(): Promise<void> {
    await this.#lastWrite;
  }

  async refresh(): Promise<void> {}

  list(): readonly StoredSecret[] {
    return [...this.#secrets.values()];
  }

  get(name: string): StoredSecret | null {
    return this.#secrets.get(name) ?? null;
  }

  async put(secret: StoredSecret): Promise<void> {
    await this.#change((secrets) => secrets.set(secret.name, secret));
  }

  async delete(name: string): Promise<void> {
    await this.#change((secrets) => secrets.delete(name));
  }

  /** Changes follow each other; one that could not be written did not happen. */
  async #change(change: (secrets: Map<string, StoredSecret>) => void): Promise<void> {
    const write = this.#lastWrite.then(async () => {
      const next = new Map(this.#secrets);
      change(next);
      const lines = [...next.values()].map((secret) => `${encodeSecret(secret)}\n`);
      await replaceFile(this.#file, lines.join(''), 0o600);
      this.#secrets = next;
    });
    this.#lastWrite = write.catch(() => undefined);
    try {
      await write;
    } catch (error) {
      throw new ConnectError(
        'retriable',
        `Secrets could not be written to ${this.#file} (${configKey}): ${messageOf(error)}`,
        { cause: error },
      );
    }
  }

  async #read(): Promise<string> {
    try {
      return await readFile(this.#file, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
      throw new ConnectError('config', `${configKey}: ${this.#file} cannot be read: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }
}
