import type { Metadata } from 'next';
import { PluginPage } from '../../../components/catalog/plugin-page.tsx';
import { decodeSegment } from '../../../components/paths.ts';
import { pluginQuery } from '../../../components/queries/plugins.ts';
import { loadPlugin } from '../../../server/console/plugins/load-plugins.ts';
import { Prefetched } from '../../_prefetched.tsx';

export const metadata: Metadata = { title: 'Catalog' };

export default async function Page({ params }: { readonly params: Promise<{ plugin: string }> }) {
  const className = decodeSegment((await params).plugin);
  return (
    <Prefetched queries={[{ query: pluginQuery(className), load: () => loadPlugin(className) }]}>
      <PluginPage className={className} />
    </Prefetched>
  );
}
