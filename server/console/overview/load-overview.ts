import type { ClusterState } from '../../entities/console-cluster.ts';
import type { ConnectorSummary } from '../../entities/console-connector.ts';
import { type HealthState, needsAttention } from '../../entities/console-health.ts';
import type { Overview } from '../../entities/console-overview.ts';
import { loadCluster, loadWorkers } from '../cluster/load-cluster.ts';
import { loadConnectors } from '../connectors/load-connectors.ts';
import { getConsoleHandle } from '../console-handle.ts';
import { loadEvents } from '../events/load-events.ts';

const attentionLimit = 20;
const eventLimit = 12;

/** Rejects only when the worker is ready and fails to answer. */
export async function loadOverview(): Promise<Overview> {
  const [cluster, history] = await Promise.all([loadCluster(), loadEvents({ limit: eventLimit })]);
  const connectors = await readable(cluster, loadConnectors);
  const throughput = [...(getConsoleHandle()?.throughput.samples() ?? [])];
  if (connectors === null) {
    return { cluster, counts: null, attention: [], throughput, events: history.events };
  }
  const workers = await readable(cluster, loadWorkers);
  const all = connectors.connectors;
  return {
    cluster,
    counts: {
      connectors: all.length,
      sources: all.filter(({ type }) => type === 'source').length,
      sinks: all.filter(({ type }) => type === 'sink').length,
      tasks: all.reduce((sum, { tasks }) => sum + tasks.length, 0),
      failedTasks: all.reduce(
        (sum, { tasks }) => sum + tasks.filter(({ state }) => state === 'failed').length,
        0,
      ),
      workers: workers?.workers.length ?? 0,
      states: countStates(all),
      sourceRecordsPerSecond: rateOf(all, 'source'),
      sinkRecordsPerSecond: rateOf(all, 'sink'),
    },
    attention: all
      .filter(({ health, since }) => needsAttention(health.state, since, Date.now()))
      .slice(0, attentionLimit),
    throughput,
    events: history.events,
  };
}

/** While the worker is starting or without Kafka, its reads fail: that is a state of the page, not an error. */
async function readable<T>(cluster: ClusterState, load: () => Promise<T>): Promise<T | null> {
  try {
    return await load();
  } catch (error) {
    if (cluster.status === 'ready') throw error;
    return null;
  }
}

function countStates(connectors: readonly ConnectorSummary[]): Partial<Record<HealthState, number>> {
  const counts: Partial<Record<HealthState, number>> = {};
  for (const { health } of connectors) counts[health.state] = (counts[health.state] ?? 0) + 1;
  return counts;
}

function rateOf(connectors: readonly ConnectorSummary[], type: 'source' | 'sink'): number {
  return connectors.reduce(
    (sum, connector) => sum + (connector.type === type ? (connector.metrics?.recordsPerSecond ?? 0) : 0),
    0,
  );
}
