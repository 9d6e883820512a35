import { codeOf, type ErrorCode, isConnectError, messageOf, traceOf } from '../../errors/connect-error.ts';
import type { RecordHeader } from '../../kafka/ports/record.ts';
import type { ConnectorTaskId } from '../herder.ts';
import type { FailedRecord } from './failed-record.ts';
import type { OriginalRecord } from './original-records.ts';

/** The class Java's worker would have thrown, for consumers of dead letters that look for it. */
const javaClasses: Partial<Record<ErrorCode, string>> = {
  data: 'org.apache.kafka.connect.errors.DataException',
  retriable: 'org.apache.kafka.connect.errors.RetriableException',
  config: 'org.apache.kafka.common.config.ConfigException',
};

const prefix = '__connect.errors.';

/** What `errors.deadletterqueue.context.headers.enable` adds to a dead letter, all of it text, in Apache's order. */
export function deadLetterHeaders(
  { connector, task }: ConnectorTaskId,
  { topic, partition, offset }: OriginalRecord,
  { stage, className, error }: FailedRecord,
  hideSecrets: (text: string) => string,
): readonly RecordHeader[] {
  const message = error === null || error === undefined ? '' : messageOf(error);
  const texts: readonly (readonly [string, string | null])[] = [
    ['topic', topic],
    ['partition', String(partition)],
    ['offset', String(offset)],
    ['connector.name', connector],
    ['task.id', String(task)],
    ['stage', stage],
    ['class.name', className],
    ['exception.class.name', exceptionClassOf(error)],
    // As Java has it for an exception without a message.
    ['exception.message', message === '' ? null : hideSecrets(message)],
    ['exception.stacktrace', hideSecrets(traceOf(error))],
  ];
  return texts.map(([key, text]) => ({
    key: `${prefix}${key}`,
    value: text === null ? null : Buffer.from(text),
  }));
}

function exceptionClassOf(error: unknown): string {
  if (isConnectError(error)) {
    return javaClasses[codeOf(error)] ?? 'org.apache.kafka.connect.errors.ConnectException';
  }
  return error instanceof Error ? error.name : typeof error;
}
