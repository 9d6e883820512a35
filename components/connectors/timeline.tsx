'use client';

import { useQuery } from '@tanstack/react-query';
import { History } from 'lucide-react';
import { EventList } from '../events/event-list.tsx';
import { connectorHistoryQuery } from '../queries/connectors.ts';
import { QueryFailure } from '../queries/query-failure.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Skeleton } from '../ui/skeleton.tsx';

export function Timeline({ name }: { readonly name: string }) {
  const { data, error, refetch } = useQuery(connectorHistoryQuery(name));
  if (data === undefined) {
    return error === null ? (
      <Skeleton className="h-40" />
    ) : (
      <QueryFailure error={error} onRetry={() => void refetch()} />
    );
  }
  if (data.events.length === 0) {
    return (
      <EmptyState icon={History} title="Nothing recorded">
        State changes and config changes appear here as they happen.
      </EmptyState>
    );
  }
  return (
    <>
      <p className="mb-2 text-muted text-sm">
        Newest first.{data.durable ? '' : ' Kept in memory only: a restart of the worker clears it.'}
      </p>
      <div className="rounded-md border bg-surface px-4 py-1">
        <EventList events={data.events} withConnector={false} />
      </div>
    </>
  );
}
