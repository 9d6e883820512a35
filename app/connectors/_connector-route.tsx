import { ConnectorPage } from '../../components/connectors/connector-page.tsx';
import type { ConnectorTab } from '../../components/paths.ts';
import { connectorHistoryQuery, connectorQuery } from '../../components/queries/connectors.ts';
import { loadConnector } from '../../server/console/connectors/load-connectors.ts';
import { loadEvents } from '../../server/console/events/load-events.ts';
import { Prefetched } from '../_prefetched.tsx';

export function ConnectorRoute({ name, tab }: { readonly name: string; readonly tab: ConnectorTab }) {
  const detail = { query: connectorQuery(name), load: () => loadConnector(name) };
  const history = {
    query: connectorHistoryQuery(name),
    load: () => loadEvents({ connector: name, limit: 100 }),
  };
  return (
    <Prefetched queries={tab === 'timeline' ? [detail, history] : [detail]}>
      <ConnectorPage name={name} tab={tab} />
    </Prefetched>
  );
}
