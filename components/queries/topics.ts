import { queryOptions } from '@tanstack/react-query';
import type { TopicDetail, TopicList, TopicRecords } from '../../server/entities/console-topic.ts';
import { apiPaths, type RecordsChoice } from '../paths.ts';
import { fetchJson } from './fetch-json.ts';

/** Each read asks Kafka: it happens when a page appears and when somebody asks for it, not when a window is clicked. */
const onDemand = { refetchOnWindowFocus: false, refetchOnReconnect: false } as const;

export const topicsQuery = queryOptions({
  queryKey: ['topics'],
  queryFn: ({ signal }) => fetchJson<TopicList>(apiPaths.topics, { signal }),
  ...onDemand,
});

export function topicQuery(name: string) {
  return queryOptions({
    queryKey: ['topics', name],
    queryFn: ({ signal }) => fetchJson<TopicDetail>(apiPaths.topic(name), { signal }),
    ...onDemand,
  });
}

/** Of all reads of records of one topic. */
export function recordsOfTopicKey(name: string): readonly unknown[] {
  return ['topic-records', name];
}

export function topicRecordsQuery(name: string, choice: RecordsChoice) {
  return queryOptions({
    queryKey: [...recordsOfTopicKey(name), choice],
    queryFn: ({ signal }) => fetchJson<TopicRecords>(apiPaths.topicRecords(name, choice), { signal }),
    ...onDemand,
    // What was looked at is not kept longer than it is looked at.
    gcTime: 0,
  });
}

/** Most that is given of one value. */
export const wholeRecordBytes = 1024 * 1024;

/** One record with more of its value than a list gives. */
export function wholeRecordQuery(name: string, partition: number, offset: number) {
  const choice = { partition, from: `offset:${offset}`, limit: 1, bytes: wholeRecordBytes };
  return queryOptions({
    queryKey: [...recordsOfTopicKey(name), choice],
    queryFn: ({ signal }) => fetchJson<TopicRecords>(apiPaths.topicRecords(name, choice), { signal }),
    ...onDemand,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}
