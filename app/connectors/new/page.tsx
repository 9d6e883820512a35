import type { Metadata } from 'next';
import { NewConnectorPage } from '../../../components/connectors/new-connector-page.tsx';
import { pluginsQuery } from '../../../components/queries/plugins.ts';
import { loadPlugins } from '../../../server/console/plugins/load-plugins.ts';
import { Prefetched } from '../../_prefetched.tsx';

export const metadata: Metadata = { title: 'New connector' };

export default function Page() {
  return (
    <Prefetched queries={[{ query: pluginsQuery, load: loadPlugins }]}>
      <NewConnectorPage />
    </Prefetched>
  );
}
