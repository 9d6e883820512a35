import type { QueryClient } from '@tanstack/react-query';
import type { ConnectorDetail, ConnectorList } from '../../server/entities/console-connector.ts';
import type { ConsoleEvent, MetricsFrame } from '../../server/entities/console-event.ts';
import { type FlowMetrics, sumFlowMetrics } from '../../server/entities/flow-metrics.ts';

const gatherMs = 150;

/** Turns events into reads of what they make stale; a burst of events is one read. */
export function makeInvalidator(client: QueryClient): (event: ConsoleEvent) => void {
  let stale = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | null = null;

  function flush(): void {
    timer = null;
    const keys = stale;
    stale = new Set();
    for (const key of keys) void client.invalidateQueries({ queryKey: JSON.parse(key) });
  }

  return (event) => {
    for (const key of staleKeys(event)) stale.add(JSON.stringify(key));
    if (timer === null) timer = setTimeout(flush, gatherMs);
  };
}

/** Which queries an event makes stale. */
export function staleKeys(event: ConsoleEvent): string[][] {
  switch (event.kind) {
    case 'worker':
      return [['cluster'], ['overview'], ['workers'], ['connectors'], ['connector'], ['plugins']];
    case 'rebalance':
      return [['overview'], ['workers'], ['connectors'], ['connector']];
    default:
      return [
        ['overview'],
        ['connectors'],
        ['workers'],
        event.connector === null ? ['connector'] : ['connector', event.connector],
      ];
  }
}

/** Puts new figures into what is on the page, without a request. */
export function applyMetrics(client: QueryClient, { connectors }: MetricsFrame): void {
  client.setQueryData<ConnectorList>(['connectors'], (list) =>
    list === undefined
      ? undefined
      : { connectors: list.connectors.map((one) => withMetrics(one, connectors[one.name])) },
  );
  for (const [name, tasks] of Object.entries(connectors)) {
    client.setQueryData<ConnectorDetail>(['connector', name, 'detail'], (detail) =>
      detail === undefined ? undefined : withMetrics(detail, tasks),
    );
  }
}

function withMetrics<T extends ConnectorList['connectors'][number]>(
  connector: T,
  news: Readonly<Record<string, FlowMetrics>> | undefined,
): T {
  if (news === undefined) return connector;
  const tasks = connector.tasks.map((task) => ({ ...task, metrics: news[task.id] ?? task.metrics }));
  return { ...connector, tasks, metrics: sumFlowMetrics(tasks.flatMap((task) => task.metrics ?? [])) };
}
