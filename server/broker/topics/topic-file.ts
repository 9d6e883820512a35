import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync } from 'node:fs';
import { ConnectError, messageOf } from '../../errors/connect-error.ts';
import { replaceFile, writeFully } from '../log/file-io.ts';

/** What is kept of a topic beside its logs. */
export interface StoredTopic {
  readonly name: string;
  /** In the form Kafka prints. */
  readonly id: string;
  readonly partitions: number;
  readonly configs: Readonly<Record<string, string>>;
}

/** A line of the file. */
type Change = { readonly topic: StoredTopic } | { readonly deleted: string };

/** The file is written anew at start when it has this many lines more than topics. */
const historyLimit = 1000;

/**
 * All topics of the broker: a line of JSON for each change, so that a change costs the same however many topics there
 * are. A change is on disk when its call returns, or has not happened when it throws.
 */
export class TopicFile {
  readonly #path: string;
  readonly #topics = new Map<string, StoredTopic>();
  #size = 0;
  #isSyncPending: boolean | null = null;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Throws an `illegal-state` error that names the file when it is damaged. */
  static open(path: string): TopicFile {
    const file = new TopicFile(path);
    const content = existsSync(path) ? readFileSync(path, 'utf8') : '';
    // What has no line end was not written to its end.
    const lines = content.split('\n').slice(0, -1);
    try {
      // Before there were lines, the file was one array.
      const changes: unknown[] = content.startsWith('[')
        ? JSON.parse(content).map((topic: unknown) => ({ topic }))
        : lines.map((line) => JSON.parse(line));
      for (const change of changes) file.#apply(change);
    } catch (error) {
      throw new ConnectError(
        'illegal-state',
        `${path} cannot be read (${messageOf(error)}); restore it or begin with an empty data folder`,
        { cause: error },
      );
    }
    const isLong = lines.length > file.#topics.size + historyLimit;
    const isWhole = content.endsWith('\n') && !content.startsWith('[');
    if (isLong || !isWhole) file.#rewrite();
    else file.#size = Buffer.byteLength(content);
    return file;
  }

  #apply(change: unknown): void {
    if (!isChange(change)) throw new Error('a line that is no topic');
    if ('deleted' in change) this.#topics.delete(change.deleted);
    else this.#topics.set(change.topic.name, change.topic);
  }

  #rewrite(): void {
    const content = [...this.#topics.values()].map((topic) => line({ topic })).join('');
    replaceFile(this.#path, content);
    this.#size = Buffer.byteLength(content);
  }

  topics(): readonly StoredTopic[] {
    return [...this.#topics.values()];
  }

  /** Adds the topic, or replaces the one of its name. */
  put(topic: StoredTopic): void {
    this.#append({ topic });
  }

  remove(name: string): void {
    this.#append({ deleted: name });
  }

  /** Has all changes that `work` makes on disk when it returns, for less than one after the other would cost. */
  atOnce<Result>(work: () => Result): Result {
    this.#isSyncPending = false;
    try {
      return work();
    } finally {
      const isDue = this.#isSyncPending;
      this.#isSyncPending = null;
      if (isDue) this.#sync();
    }
  }

  #sync(): void {
    const descriptor = openSync(this.#path, 'r+');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  #append(change: Change): void {
    const bytes = Buffer.from(line(change));
    const descriptor = openSync(this.#path, 'r+');
    try {
      writeFully(descriptor, bytes, this.#size);
      if (this.#isSyncPending === null) fsyncSync(descriptor);
      else this.#isSyncPending = true;
    } catch (error) {
      truncateSync(this.#path, this.#size);
      throw error;
    } finally {
      closeSync(descriptor);
    }
    this.#size += bytes.length;
    this.#apply(change);
  }
}

function line(change: Change): string {
  return `${JSON.stringify(change)}\n`;
}

function isChange(value: unknown): value is Change {
  if (typeof value !== 'object' || value === null) return false;
  const change = value as { topic?: unknown; deleted?: unknown };
  return typeof change.deleted === 'string' || isStoredTopic(change.topic);
}

function isStoredTopic(value: unknown): value is StoredTopic {
  if (typeof value !== 'object' || value === null) return false;
  const topic = value as Partial<StoredTopic>;
  return (
    typeof topic.name === 'string' &&
    typeof topic.id === 'string' &&
    Number.isInteger(topic.partitions) &&
    typeof topic.configs === 'object'
  );
}
