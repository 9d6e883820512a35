'use client';

import { useQuery } from '@tanstack/react-query';
import { Bookmark, RefreshCw } from 'lucide-react';
import { connectorOffsetsQuery } from '../queries/connectors.ts';
import { QueryFailure } from '../queries/query-failure.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Skeleton } from '../ui/skeleton.tsx';

const headCell = 'px-4 py-2 text-left font-medium text-muted text-xs';

/** Where the connector goes on after a restart. Read on demand: it asks Kafka. */
export function OffsetsView({ name }: { readonly name: string }) {
  const { data, error, refetch, isFetching } = useQuery(connectorOffsetsQuery(name));
  if (data === undefined) {
    return error === null ? (
      <Skeleton className="h-40" />
    ) : (
      <QueryFailure error={error} onRetry={() => void refetch()} />
    );
  }
  const again = (
    <Button onClick={() => void refetch()} reason={isFetching ? 'Reading' : null}>
      <RefreshCw aria-hidden className="size-3.5" />
      Read again
    </Button>
  );
  if (data.offsets.length === 0) {
    return (
      <EmptyState icon={Bookmark} title="No offsets yet" actions={again}>
        Offsets are stored after the first records have been moved.
      </EmptyState>
    );
  }
  return (
    <>
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <p className="text-muted text-sm">Committed positions: a restarted task goes on from here.</p>
        {again}
      </div>
      <div className="overflow-x-auto rounded-md border bg-surface">
        <table className="w-full border-collapse">
          <thead className="border-b">
            <tr>
              <th scope="col" className={headCell}>
                Partition
              </th>
              <th scope="col" className={headCell}>
                Offset
              </th>
            </tr>
          </thead>
          <tbody className="font-mono text-xs">
            {data.offsets.map(({ partition, offset }) => (
              <tr key={partition} className="border-b last:border-b-0">
                <td className="break-all px-4 py-2">{partition}</td>
                <td className="break-all px-4 py-2">{offset ?? 'none'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
