import { existsSync, readFileSync } from 'node:fs';
import { ConnectError, messageOf } from '../../errors/connect-error.ts';
import { replaceFile } from '../log/file-io.ts';

/** What is kept of a topic beside its logs. */
export interface StoredTopic {
  readonly name: string;
  /** In the form Kafka prints. */
  readonly id: string;
  readonly partitions: number;
  readonly configs: Readonly<Record<string, string>>;
}

/** All topics of the broker in one file, replaced as a whole. */
export function readTopicFile(path: string): readonly StoredTopic[] {
  if (!existsSync(path)) return [];
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (Array.isArray(content) && content.every(isStoredTopic)) return content;
    throw new Error('not a list of topics');
  } catch (error) {
    throw new ConnectError(
      'illegal-state',
      `${path} cannot be read (${messageOf(error)}); restore it or begin with an empty data folder`,
      { cause: error },
    );
  }
}

export function writeTopicFile(path: string, topics: readonly StoredTopic[]): void {
  replaceFile(path, `${JSON.stringify(topics, null, 1)}\n`);
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
