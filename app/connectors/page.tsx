import type { Metadata } from 'next';
import { ConnectorsPage } from '../../components/connectors/connectors-page.tsx';
import { connectorsQuery } from '../../components/queries/connectors.ts';
import { loadConnectors } from '../../server/console/connectors/load-connectors.ts';
import { Prefetched } from '../_prefetched.tsx';

export const metadata: Metadata = { title: 'Connectors' };

export default function Page() {
  return (
    <Prefetched queries={[{ query: connectorsQuery, load: loadConnectors }]}>
      <ConnectorsPage />
    </Prefetched>
  );
}
