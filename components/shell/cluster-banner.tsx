'use client';

import { useQuery } from '@tanstack/react-query';
import type { ClusterState } from '../../server/entities/console-cluster.ts';
import { useLive } from '../live/live-provider.tsx';
import { clusterQuery } from '../queries/cluster.ts';
import { Notice } from '../ui/notice.tsx';

type Trouble = Exclude<ClusterState['status'], 'ready'>;

const titles: Readonly<Record<Trouble, string>> = {
  absent: 'No worker is configured',
  starting: 'The worker is starting',
  'waiting-for-kafka': 'Kafka cannot be reached',
  unhealthy: 'The worker does not answer as it should',
  failed: 'The worker could not start',
  stopping: 'The worker is stopping',
};

/** Above every page while the worker is not ready, or while the page has lost Millrace itself. */
export function ClusterBanner() {
  const { data: cluster } = useQuery(clusterQuery);
  const { status } = useLive();
  if (status === 'lost') {
    return (
      <Notice kind="error" title="Lost the connection to Millrace" className="mb-5" announced>
        What you see is the last known state. Trying to connect again.
      </Notice>
    );
  }
  if (cluster === undefined || cluster.status === 'ready') return null;
  const kind = cluster.status === 'starting' ? 'info' : cluster.status === 'failed' ? 'error' : 'warning';
  return (
    <Notice kind={kind} title={titles[cluster.status]} className="mb-5" announced>
      {cluster.message}
    </Notice>
  );
}
