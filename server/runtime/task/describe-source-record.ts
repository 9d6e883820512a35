import type { SourceRecord } from '../../records/record.ts';

/** For `errors.log.include.messages`: where the record comes from and goes to, not what is in it. */
export function describeSourceRecord({
  topic,
  kafkaPartition,
  sourcePartition,
  sourceOffset,
}: SourceRecord): string {
  const text = (value: unknown) =>
    JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? part.toString() : part));
  return `{topic='${topic}', partition=${kafkaPartition}, sourcePartition=${text(sourcePartition)}, sourceOffset=${text(sourceOffset)}}`;
}
