import { ConnectError } from '../../errors/connect-error.ts';

/** Names the subject that a schema is kept under; null: it cannot be known without the name of the record. */
export type SubjectNameStrategy = (topic: string, isKey: boolean, recordName: string | null) => string | null;

export const subjectNameStrategies: Readonly<Record<string, SubjectNameStrategy>> = {
  'io.confluent.kafka.serializers.subject.TopicNameStrategy': (topic, isKey) =>
    `${topic}-${isKey ? 'key' : 'value'}`,
  'io.confluent.kafka.serializers.subject.RecordNameStrategy': (_topic, _isKey, recordName) => recordName,
  'io.confluent.kafka.serializers.subject.TopicRecordNameStrategy': (topic, _isKey, recordName) =>
    recordName === null ? null : `${topic}-${recordName}`,
};

/** For writing, where a subject is needed. Throws a `data` error for a schema without a name. */
export function requireSubject(
  strategy: string,
  topic: string,
  isKey: boolean,
  recordName: string | null,
): string {
  const subject = subjectNameStrategies[strategy]?.(topic, isKey, recordName) ?? null;
  if (subject !== null) return subject;
  const what = isKey ? 'key' : 'value';
  throw new ConnectError(
    'data',
    `In configuration ${what}.subject.name.strategy = ${strategy}, the message ${what} must only be a record schema; the one for topic ${topic} has no name`,
  );
}
