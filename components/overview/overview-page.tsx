'use client';

import { useQuery } from '@tanstack/react-query';
import { Unplug } from 'lucide-react';
import type { ClusterState } from '../../server/entities/console-cluster.ts';
import type { Overview } from '../../server/entities/console-overview.ts';
import { EventList } from '../events/event-list.tsx';
import { overviewQuery } from '../queries/cluster.ts';
import { QueryFailure } from '../queries/query-failure.tsx';
import { Card } from '../ui/card.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { PageSkeleton } from '../ui/skeleton.tsx';
import { AttentionList } from './attention-list.tsx';
import { FirstVisit } from './first-visit.tsx';
import { KafkaLine } from './kafka-line.tsx';
import { NumberStrip } from './number-strip.tsx';
import { ThroughputCard } from './throughput-card.tsx';

export function OverviewPage() {
  const { data, error, refetch } = useQuery({ ...overviewQuery, refetchInterval: 5000 });
  if (data === undefined) {
    return error === null ? (
      <PageSkeleton />
    ) : (
      <QueryFailure isPage error={error} onRetry={() => void refetch()} />
    );
  }
  return (
    <>
      <PageHeader title="Overview" below={<KafkaLine cluster={data.cluster} />} />
      <OverviewBody overview={data} />
    </>
  );
}

/** The banner above says what is wrong; this says what comes of it. */
const whatNow: Readonly<Record<ClusterState['status'], string>> = {
  absent: 'Start Millrace with a worker, for example with millrace start.',
  starting: 'Connectors appear as soon as the worker has read their configs.',
  'waiting-for-kafka': 'Nothing is lost: connectors go on by themselves when Kafka is back.',
  ready: 'Connectors cannot be read at the moment.',
  unhealthy: 'Connectors appear as soon as the worker answers again.',
  failed: 'Mend the cause named above, then start Millrace again.',
  stopping: 'The worker gives up its tasks and stores its offsets.',
};

function OverviewBody({ overview }: { readonly overview: Overview }) {
  const { cluster, counts, attention, events, throughput } = overview;
  if (counts === null) {
    return (
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <EmptyState icon={Unplug} title="Nothing to show yet">
          {whatNow[cluster.status]}
        </EmptyState>
        {events.length > 0 && <LastEvents events={events} />}
      </div>
    );
  }
  if (counts.connectors === 0) {
    return (
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <FirstVisit cluster={cluster} />
        {events.length > 0 && <LastEvents events={events} />}
      </div>
    );
  }
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <AttentionList connectors={attention} />
      <NumberStrip counts={counts} />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 lg:grid-cols-[repeat(2,minmax(0,1fr))]">
        <ThroughputCard counts={counts} samples={throughput} />
        <LastEvents events={events} />
      </div>
    </div>
  );
}

function LastEvents({ events }: { readonly events: Overview['events'] }) {
  return (
    <Card title="Last events" bodyClassName="py-2">
      {events.length === 0 ? (
        <p className="py-2 text-muted text-sm">Nothing has happened yet.</p>
      ) : (
        <EventList events={events} withConnector />
      )}
    </Card>
  );
}
