import { z } from 'zod';

export const topicSummary = z.object({
  name: z.string(),
  /** Of Kafka itself or of what runs it. */
  internal: z.boolean(),
  partitions: z.number().int(),
  replicationFactor: z.number().int(),
});
export type TopicSummary = z.infer<typeof topicSummary>;

/** By name, internal ones among them. */
export const topicList = z.object({ topics: z.array(topicSummary) });
export type TopicList = z.infer<typeof topicList>;

export const topicPartition = z.object({
  partition: z.number().int(),
  /** Node id, -1 while there is none. */
  leader: z.number().int(),
  replicas: z.array(z.number().int()),
  isr: z.array(z.number().int()),
  /** Both -1 while the partition has no leader. */
  earliestOffset: z.number().int(),
  latestOffset: z.number().int(),
});
export type TopicPartition = z.infer<typeof topicPartition>;

export const topicConfig = z.object({
  name: z.string(),
  /** null when Kafka does not show it. */
  value: z.string().nullable(),
  /** `topic`: set for this topic · `broker`: set for all · `default`: nobody set it. */
  source: z.enum(['topic', 'broker', 'default']),
  sensitive: z.boolean(),
});
export type TopicConfig = z.infer<typeof topicConfig>;

export const topicDetail = topicSummary.extend({
  partitionDetails: z.array(topicPartition),
  /** Those of the topic first, then the broker's, then defaults; by name within. */
  configs: z.array(topicConfig),
});
export type TopicDetail = z.infer<typeof topicDetail>;

/** Bytes of a key, a value or a header; null is Kafka's null. */
export const recordContent = z
  .object({
    /** Of all of it, in bytes. */
    size: z.number().int(),
    /** `utf-8`: `data` is the text · `base64`: it is no text that could be shown. */
    encoding: z.enum(['utf-8', 'base64']),
    data: z.string(),
    /** `data` is only its beginning. */
    isCut: z.boolean(),
  })
  .nullable();
export type RecordContent = z.infer<typeof recordContent>;

export const topicRecord = z.object({
  partition: z.number().int(),
  offset: z.number().int(),
  /** Milliseconds since the epoch; null when the record has none. */
  timestamp: z.number().nullable(),
  timestampType: z.enum(['CreateTime', 'LogAppendTime', 'NoTimestampType']),
  key: recordContent,
  value: recordContent,
  headers: z.array(z.object({ key: z.string(), value: recordContent })),
});
export type TopicRecord = z.infer<typeof topicRecord>;

export const topicRecords = z.object({
  /** In order of time; the newest first when asked for `newest`. */
  records: z.array(topicRecord),
  /** Why there are no more. */
  ended: z.enum(['end of topic', 'limit', 'bytes', 'time']),
});
export type TopicRecords = z.infer<typeof topicRecords>;

const wholeNumber = z.string().regex(/^\d{1,15}$/, 'must be a whole number');

/** `newest`, `earliest`, `offset:42` or `time:1700000000000` (milliseconds since the epoch). */
export const recordsFrom = z
  .string()
  .regex(
    /^(?:newest|earliest|offset:\d{1,15}|time:\d{1,15})$/,
    'must be newest, earliest, offset:n or time:ms',
  );

/** The query of `GET /topics/:name/records`. */
export const recordsQuery = z.object({
  /** Absent: all. */
  partition: wholeNumber.transform(Number).optional(),
  from: recordsFrom.default('newest'),
  limit: wholeNumber.transform(Number).pipe(z.number().min(1).max(500)).default(50),
  /** How much of each key, value and header is given. */
  bytes: wholeNumber
    .transform(Number)
    .pipe(
      z
        .number()
        .min(1)
        .max(1024 * 1024),
    )
    .default(16 * 1024),
});
export type RecordsQuery = z.infer<typeof recordsQuery>;
