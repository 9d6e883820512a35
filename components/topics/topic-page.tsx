'use client';

import { useIsFetching, useQuery, useQueryClient } from '@tanstack/react-query';
import { SearchX } from 'lucide-react';
import Link from 'next/link';
import type { TopicDetail } from '../../server/entities/console-topic.ts';
import { paths, type RecordsChoice } from '../paths.ts';
import { connectorsQuery } from '../queries/connectors.ts';
import { isNotFound } from '../queries/describe-error.ts';
import { QueryFailure } from '../queries/query-failure.tsx';
import { recordsOfTopicKey, topicQuery } from '../queries/topics.ts';
import { buttonLook } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { linkText } from '../ui/link-text.ts';
import { Notice } from '../ui/notice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { PageSkeleton } from '../ui/skeleton.tsx';
import { Tag } from '../ui/tag.tsx';
import { ReadAgain } from './read-again.tsx';
import { TopicConfigs } from './topic-configs.tsx';
import { TopicPartitions } from './topic-partitions.tsx';
import { TopicRecords } from './topic-records.tsx';

interface TopicPageProps {
  readonly name: string;
  readonly choice: RecordsChoice;
}

export function TopicPage({ name, choice }: TopicPageProps) {
  const { data, error, refetch, isFetching, dataUpdatedAt } = useQuery(topicQuery(name));
  const queryClient = useQueryClient();
  const recordReads = useIsFetching({ queryKey: recordsOfTopicKey(name) });
  if (error !== null && isNotFound(error)) return <NoSuchTopic name={name} />;
  if (data === undefined) {
    return error === null ? (
      <PageSkeleton />
    ) : (
      <QueryFailure isPage title="The topic cannot be read" error={error} onRetry={() => void refetch()} />
    );
  }
  return (
    <>
      <PageHeader
        above={
          <Link href={paths.topics} className={linkText}>
            Topics
          </Link>
        }
        title={<span className="break-all">{data.name}</span>}
        below={<Facts topic={data} />}
        actions={
          <ReadAgain
            isReading={isFetching || recordReads > 0}
            readAt={dataUpdatedAt}
            onRead={() => {
              void refetch();
              void queryClient.invalidateQueries({ queryKey: recordsOfTopicKey(name) });
            }}
          />
        }
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        {error !== null && (
          <Notice kind="warning" title="Reading again did not work">
            {error.message}
          </Notice>
        )}
        <TopicRecords topic={data} choice={choice} />
        <TopicPartitions topic={data} />
        <TopicConfigs configs={data.configs} />
      </div>
    </>
  );
}

function Facts({ topic }: { readonly topic: TopicDetail }) {
  const { data } = useQuery(connectorsQuery);
  const users = data?.connectors.filter(({ topics }) => topics.includes(topic.name)).length ?? 0;
  const offsets = topic.partitionDetails.reduce(
    (sum, { earliestOffset, latestOffset }) => sum + latestOffset - earliestOffset,
    0,
  );
  return (
    <span className="tabular flex flex-wrap items-center gap-x-4 gap-y-1">
      {topic.internal && <Tag>internal</Tag>}
      <span>{counted(topic.partitions, 'partition')}</span>
      <span>{counted(topic.replicationFactor, 'replica')} each</span>
      <span title="From the first to the last offset; what was compacted leaves gaps.">
        {counted(offsets, 'offset')} kept
      </span>
      {users > 0 && (
        <Link href={paths.connectors(`topic:${topic.name}`)} className={linkText}>
          used by {counted(users, 'connector')}
        </Link>
      )}
    </span>
  );
}

function counted(count: number, word: string): string {
  return `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`;
}

function NoSuchTopic({ name }: { readonly name: string }) {
  return (
    <EmptyState
      isPage
      icon={SearchX}
      title="No such topic"
      actions={
        <Link href={paths.topics} className={buttonLook()}>
          All topics
        </Link>
      }
    >
      Kafka has no topic <span className="break-all font-mono">{name}</span>, or this worker may not see it.
    </EmptyState>
  );
}
