import { OverviewPage } from '../components/overview/overview-page.tsx';
import { overviewQuery } from '../components/queries/cluster.ts';
import { loadOverview } from '../server/console/overview/load-overview.ts';
import { Prefetched } from './_prefetched.tsx';

export default function Page() {
  return (
    <Prefetched queries={[{ query: overviewQuery, load: loadOverview }]}>
      <OverviewPage />
    </Prefetched>
  );
}
