'use client';

import { useQuery } from '@tanstack/react-query';
import { Cable, Plus, SearchX } from 'lucide-react';
import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { paths } from '../paths.ts';
import { connectorsQuery } from '../queries/connectors.ts';
import { QueryFailure } from '../queries/query-failure.tsx';
import { buttonLook } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { PageSkeleton } from '../ui/skeleton.tsx';
import { ConnectorTable } from './connector-table.tsx';
import { filterConnectors } from './filter-connectors.ts';
import { StateFilters } from './state-filters.tsx';

export function ConnectorsPage() {
  const q = useSearchParams().get('q') ?? '';
  const { data, error, refetch } = useQuery(connectorsQuery);
  return (
    <>
      <PageHeader
        title="Connectors"
        actions={
          <Link href={paths.newConnector} className={buttonLook({ look: 'primary' })}>
            <Plus aria-hidden className="size-4" />
            New connector
          </Link>
        }
      />
      {data === undefined ? (
        error === null ? (
          <PageSkeleton />
        ) : (
          <QueryFailure error={error} onRetry={() => void refetch()} />
        )
      ) : data.connectors.length === 0 ? (
        <NoConnectors />
      ) : (
        <FilteredConnectors connectors={data.connectors} q={q} />
      )}
    </>
  );
}

function FilteredConnectors({
  connectors,
  q,
}: {
  readonly connectors: Parameters<typeof filterConnectors>[0];
  readonly q: string;
}) {
  const matching = filterConnectors(connectors, q);
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center justify-between gap-2">
        <StateFilters connectors={connectors} q={q} />
        <p aria-live="polite" className="tabular text-muted text-sm">
          {matching.length === connectors.length
            ? `${connectors.length} connectors`
            : `${matching.length} of ${connectors.length} connectors`}
        </p>
      </div>
      {matching.length > 0 ? (
        <ConnectorTable connectors={matching} />
      ) : (
        <EmptyState
          icon={SearchX}
          title="No connector fits"
          actions={
            <Link href={paths.connectors()} className={buttonLook()}>
              Show all
            </Link>
          }
        >
          Nothing matches <span className="break-all font-mono">{q}</span>. Try a part of a name, or words
          such as <span className="font-mono">state:failed</span>,{' '}
          <span className="font-mono">type:sink</span>, <span className="font-mono">topic:orders</span>.
        </EmptyState>
      )}
    </>
  );
}

function NoConnectors() {
  return (
    <EmptyState
      icon={Cable}
      title="No connectors yet"
      actions={
        <Link href={paths.newConnector} className={buttonLook({ look: 'primary' })}>
          Add a connector
        </Link>
      }
    >
      The worker is ready. A connector moves data between a system and Kafka’s topics.
    </EmptyState>
  );
}
