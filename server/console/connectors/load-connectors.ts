import type { ConnectorDetail, ConnectorList, ConnectorOffsets } from '../../entities/console-connector.ts';
import { healthRank } from '../../entities/console-health.ts';
import { ConnectError } from '../../errors/connect-error.ts';
import type { Offsets } from '../../runtime/herder.ts';
import { requireHerder } from '../worker-access.ts';
import { hiddenKeysOf, maskConfig } from './secrets.ts';
import { readConnector } from './summarize-connector.ts';

/** All connectors, worst first, then by name. */
export async function loadConnectors(): Promise<ConnectorList> {
  const herder = requireHerder();
  const names = await herder.connectors();
  const read = await Promise.all(names.map((name) => readConnector(herder, name)));
  const connectors = read.flatMap((one) => (one === null ? [] : [one.summary]));
  connectors.sort(
    (a, b) => healthRank(a.health.state) - healthRank(b.health.state) || (a.name < b.name ? -1 : 1),
  );
  return { connectors };
}

export async function loadConnector(name: string): Promise<ConnectorDetail> {
  const herder = requireHerder();
  const read = await readConnector(herder, name);
  if (read === null) throw new ConnectError('not-found', `Connector ${name} not found.`);
  const { info, status, summary } = read;
  const hiddenKeys = await hiddenKeysOf(herder, info.config);
  return {
    ...summary,
    version: status?.connector.version ?? null,
    connectorState: status?.connector.state ?? 'UNASSIGNED',
    trace: status?.connector.trace ?? null,
    traces: Object.fromEntries(
      (status?.tasks ?? []).flatMap((task) => (task.trace === null ? [] : [[String(task.id), task.trace]])),
    ),
    config: maskConfig(info.config, hiddenKeys),
    hiddenKeys,
  };
}

/** Read-only view; connectors name their partitions and offsets as they like, so both are shown as JSON. */
export async function loadConnectorOffsets(name: string, signal: AbortSignal): Promise<ConnectorOffsets> {
  const offsets = await requireHerder().connectorOffsets(name, signal);
  return {
    offsets: offsets.map(({ partition, offset }) => ({
      partition: asText(partition),
      offset: offset === null ? null : asText(offset),
    })),
  };
}

function asText(values: Offsets[number]['partition']): string {
  const parts = Object.entries(values).map(([key, value]) => {
    const text =
      typeof value === 'bigint'
        ? value.toString()
        : value instanceof Uint8Array
          ? JSON.stringify(Buffer.from(value).toString('base64'))
          : JSON.stringify(value);
    return `${JSON.stringify(key)}: ${text}`;
  });
  return `{ ${parts.join(', ')} }`;
}
