import type { Metadata } from 'next';
import { CatalogPage } from '../../components/catalog/catalog-page.tsx';
import { pluginsQuery } from '../../components/queries/plugins.ts';
import { loadPlugins } from '../../server/console/plugins/load-plugins.ts';
import { Prefetched } from '../_prefetched.tsx';

export const metadata: Metadata = { title: 'Catalog' };

export default function Page() {
  return (
    <Prefetched queries={[{ query: pluginsQuery, load: loadPlugins }]}>
      <CatalogPage />
    </Prefetched>
  );
}
