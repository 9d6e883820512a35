'use client';

import { useQuery } from '@tanstack/react-query';
import { Rows3, Search, SearchX } from 'lucide-react';
import { useId } from 'react';
import type { TopicSummary } from '../../server/entities/console-topic.ts';
import { QueryFailure } from '../queries/query-failure.tsx';
import { topicsQuery } from '../queries/topics.ts';
import { Button } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { PageSkeleton } from '../ui/skeleton.tsx';
import { textInput } from '../ui/text-input.ts';
import { ReadAgain } from './read-again.tsx';
import { TopicTable } from './topic-table.tsx';
import { useTopicFilter } from './use-topic-filter.ts';

export function TopicsPage() {
  const { data, error, refetch, isFetching, dataUpdatedAt } = useQuery(topicsQuery);
  return (
    <>
      <PageHeader
        title="Topics"
        below="Of the Kafka that this worker is connected to."
        actions={
          data !== undefined && (
            <ReadAgain isReading={isFetching} readAt={dataUpdatedAt} onRead={() => void refetch()} />
          )
        }
      />
      {error !== null ? (
        <QueryFailure title="Topics cannot be read" error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <PageSkeleton />
      ) : (
        <FoundTopics topics={data.topics} />
      )}
    </>
  );
}

function FoundTopics({ topics }: { readonly topics: readonly TopicSummary[] }) {
  const { filter, area, change } = useTopicFilter();
  const internalId = useId();
  const { q, isInternalShown } = filter;
  const internal = topics.filter((topic) => topic.internal).length;
  const possible = isInternalShown ? topics : topics.filter((topic) => !topic.internal);
  const matching = possible.filter(({ name }) => name.toLowerCase().includes(q.trim().toLowerCase()));

  return (
    <>
      <div ref={area} className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="relative min-w-48 max-w-sm flex-1">
          <Search aria-hidden className="pointer-events-none absolute top-2.5 left-3 size-4 text-muted" />
          <input
            type="search"
            aria-label="Search topics"
            placeholder="Search topics"
            value={q}
            onChange={(event) => change({ q: event.target.value })}
            className={classes(textInput, 'pl-9')}
          />
        </div>
        {internal > 0 && (
          <label htmlFor={internalId} className="inline-flex items-center gap-2 text-sm">
            <input
              id={internalId}
              type="checkbox"
              checked={isInternalShown}
              onChange={(event) => change({ isInternalShown: event.target.checked })}
              className="size-4 accent-accent"
            />
            Show {internal} internal
          </label>
        )}
        <p aria-live="polite" className="tabular ml-auto text-muted text-sm">
          {matching.length === possible.length
            ? `${possible.length} topics`
            : `${matching.length} of ${possible.length} topics`}
        </p>
      </div>
      {matching.length > 0 ? (
        <TopicTable topics={matching} />
      ) : possible.length === 0 ? (
        <EmptyState icon={Rows3} title="No topics yet">
          Kafka answers, but has no topic{internal > 0 && ' other than its internal ones'}. A source connector
          makes its topics when it writes the first record.
        </EmptyState>
      ) : (
        <EmptyState
          icon={SearchX}
          title="No topic fits"
          actions={<Button onClick={() => change({ q: '' })}>Show all</Button>}
        >
          No name has <span className="break-all font-mono">{q}</span> in it.
        </EmptyState>
      )}
    </>
  );
}
