import { dehydrate, HydrationBoundary, type QueryKey } from '@tanstack/react-query';
import { connection } from 'next/server';
import type { ReactNode } from 'react';
import { clusterQuery } from '../components/queries/cluster.ts';
import { makeQueryClient } from '../components/queries/query-client.ts';
import { loadCluster } from '../server/console/cluster/load-cluster.ts';

interface PrefetchedProps {
  readonly queries: readonly {
    readonly query: { readonly queryKey: QueryKey };
    readonly load: () => Promise<unknown>;
  }[];
  readonly children: ReactNode;
}

/** A page is not held up longer than this: what is missing is then read by the browser. */
const patienceMs = 1500;

/** Reads what the page needs on the server, under the very keys its components use. Failures are left to them. */
export async function Prefetched({ queries, children }: PrefetchedProps) {
  await connection();
  const client = makeQueryClient();
  const all = [...queries, { query: clusterQuery, load: loadCluster }];
  const reads = all.map(({ query, load }) =>
    client.prefetchQuery({ queryKey: query.queryKey, queryFn: load, retry: false }),
  );
  await Promise.race([Promise.all(reads), new Promise((resolve) => setTimeout(resolve, patienceMs))]);
  return <HydrationBoundary state={dehydrate(client)}>{children}</HydrationBoundary>;
}
