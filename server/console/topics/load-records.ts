import { type RecordsQuery, recordsQuery, type TopicRecords } from '../../entities/console-topic.ts';
import { ConnectError } from '../../errors/connect-error.ts';
import { askKafka, type TopicBrowser } from './ask-kafka.ts';
import { toContent } from './record-content.ts';

const timeoutMs = 20_000;
/** Reading stops here and gives what it has; the rest of the time is for finding where to begin. */
const readingMs = 8000;
const maxBytes = 8 * 1024 * 1024;

/** Rejects with `bad-request` that names the parameter. */
export function parseRecordsQuery(parameters: URLSearchParams): RecordsQuery {
  const parsed = recordsQuery.safeParse(Object.fromEntries(parameters));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ConnectError('bad-request', `${issue?.path.join('.')}: ${issue?.message}`);
}

export async function loadTopicRecords(
  topic: string,
  { partition, from, limit, bytes }: RecordsQuery,
  signal?: AbortSignal,
): Promise<TopicRecords> {
  const { records, ended } = await askKafka(signal, timeoutMs, (browser, either) =>
    browser.records(
      {
        topic,
        ...(partition === undefined ? {} : { partition }),
        from: startOf(from, limit),
        limit,
        maxBytes,
        timeoutMs: readingMs,
      },
      either,
    ),
  );
  return {
    records: records.map((record) => ({
      partition: record.partition,
      offset: record.offset,
      timestamp: record.timestamp < 0 ? null : record.timestamp,
      timestampType: record.timestampType,
      key: toContent(record.key, bytes),
      value: toContent(record.value, bytes),
      headers: record.headers.map(({ key, value }) => ({ key, value: toContent(value, bytes) })),
    })),
    ended,
  };
}

function startOf(from: string, limit: number): Parameters<TopicBrowser['records']>[0]['from'] {
  const [kind, number] = from.split(':');
  if (kind === 'earliest') return 'earliest';
  if (kind === 'offset') return { offset: Number(number) };
  if (kind === 'time') return { timestamp: Number(number) };
  return { last: limit };
}
