import { queryOptions } from '@tanstack/react-query';
import type { ClusterState, WorkerList } from '../../server/entities/console-cluster.ts';
import type { Overview } from '../../server/entities/console-overview.ts';
import { apiPaths } from '../paths.ts';
import { fetchJson } from './fetch-json.ts';

export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: ({ signal }) => fetchJson<Overview>(apiPaths.overview, { signal }),
});

export const clusterQuery = queryOptions({
  queryKey: ['cluster'],
  queryFn: ({ signal }) => fetchJson<ClusterState>(apiPaths.cluster, { signal }),
  // A worker that comes up has no event log to tell it by.
  refetchInterval: (query) => (query.state.data?.status === 'ready' ? 15_000 : 2000),
});

export const workersQuery = queryOptions({
  queryKey: ['workers'],
  queryFn: ({ signal }) => fetchJson<WorkerList>(apiPaths.workers, { signal }),
  refetchInterval: 10_000,
});
