import type { Metadata } from 'next';
import { NewConnectorForm } from '../../../../components/connectors/new-connector-form.tsx';
import { decodeSegment, isConnectorTab } from '../../../../components/paths.ts';
import { pluginQuery } from '../../../../components/queries/plugins.ts';
import { loadPlugin } from '../../../../server/console/plugins/load-plugins.ts';
import { Prefetched } from '../../../_prefetched.tsx';
import { ConnectorRoute } from '../../_connector-route.tsx';
import { EditRoute } from '../../_edit-route.tsx';

export const metadata: Metadata = { title: 'New connector' };

export default async function Page({ params }: { readonly params: Promise<{ plugin: string }> }) {
  const className = decodeSegment((await params).plugin);
  // A connector may be called "new"; its pages have addresses below this one, and no class is named like a tab.
  if (isConnectorTab(className)) return <ConnectorRoute name="new" tab={className} />;
  if (className === 'edit') return <EditRoute name="new" />;
  return (
    <Prefetched queries={[{ query: pluginQuery(className), load: () => loadPlugin(className) }]}>
      <NewConnectorForm className={className} />
    </Prefetched>
  );
}
