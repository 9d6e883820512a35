import { EditConnectorPage } from '../../components/connectors/edit-connector-page.tsx';
import { connectorQuery } from '../../components/queries/connectors.ts';
import { loadConnector } from '../../server/console/connectors/load-connectors.ts';
import { Prefetched } from '../_prefetched.tsx';

export function EditRoute({ name }: { readonly name: string }) {
  return (
    <Prefetched queries={[{ query: connectorQuery(name), load: () => loadConnector(name) }]}>
      <EditConnectorPage name={name} />
    </Prefetched>
  );
}
