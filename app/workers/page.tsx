import type { Metadata } from 'next';
import { workersQuery } from '../../components/queries/cluster.ts';
import { connectorsQuery } from '../../components/queries/connectors.ts';
import { WorkersPage } from '../../components/workers/workers-page.tsx';
import { loadWorkers } from '../../server/console/cluster/load-cluster.ts';
import { loadConnectors } from '../../server/console/connectors/load-connectors.ts';
import { Prefetched } from '../_prefetched.tsx';

export const metadata: Metadata = { title: 'Workers' };

export default function Page() {
  return (
    <Prefetched
      queries={[
        { query: workersQuery, load: loadWorkers },
        { query: connectorsQuery, load: loadConnectors },
      ]}
    >
      <WorkersPage />
    </Prefetched>
  );
}
