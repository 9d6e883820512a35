import { queryOptions } from '@tanstack/react-query';
import type {
  ConnectorAction,
  ConnectorDetail,
  ConnectorList,
  ConnectorOffsets,
  SavedConnector,
} from '../../server/entities/console-connector.ts';
import type { EventHistory } from '../../server/entities/console-event.ts';
import { apiPaths } from '../paths.ts';
import { fetchJson } from './fetch-json.ts';

export const connectorsQuery = queryOptions({
  queryKey: ['connectors'],
  queryFn: ({ signal }) => fetchJson<ConnectorList>(apiPaths.connectors, { signal }),
});

export function connectorQuery(name: string) {
  return queryOptions({
    queryKey: ['connector', name, 'detail'],
    queryFn: ({ signal }) => fetchJson<ConnectorDetail>(apiPaths.connector(name), { signal }),
  });
}

export function connectorOffsetsQuery(name: string) {
  return queryOptions({
    queryKey: ['offsets', name],
    queryFn: ({ signal }) => fetchJson<ConnectorOffsets>(apiPaths.connectorOffsets(name), { signal }),
  });
}

export function connectorHistoryQuery(name: string) {
  return queryOptions({
    queryKey: ['connector', name, 'history'],
    queryFn: ({ signal }) => fetchJson<EventHistory>(apiPaths.connectorHistory(name), { signal }),
  });
}

export function actOnConnector(name: string, action: ConnectorAction): Promise<void> {
  return fetchJson<void>(apiPaths.connectorActions(name), { method: 'POST', body: action });
}

export function deleteConnector(name: string): Promise<void> {
  return fetchJson<void>(apiPaths.connector(name), { method: 'DELETE' });
}

export function createConnector(config: Readonly<Record<string, string>>): Promise<SavedConnector> {
  return fetchJson<SavedConnector>(apiPaths.connectors, { method: 'POST', body: { config } });
}

export function updateConnector(
  name: string,
  config: Readonly<Record<string, string>>,
): Promise<SavedConnector> {
  return fetchJson<SavedConnector>(apiPaths.connectorConfig(name), { method: 'PUT', body: { config } });
}
