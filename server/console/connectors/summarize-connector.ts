import type { ConnectorSummary, TaskSummary } from '../../entities/console-connector.ts';
import { sumFlowMetrics } from '../../entities/flow-metrics.ts';
import { codeOf } from '../../errors/connect-error.ts';
import type { ConnectorInfo, ConnectorStateInfo, Herder } from '../../runtime/herder.ts';
import { healthOf, healthOfState } from '../health/connector-health.ts';
import { rootCauseOf } from '../health/root-cause.ts';
import { pluginTitle } from '../plugins/load-plugins.ts';

export interface ReadConnector {
  readonly info: ConnectorInfo;
  /** null: it was created and no worker has reported about it yet. */
  readonly status: ConnectorStateInfo | null;
  readonly summary: ConnectorSummary;
}

/** null: there is no such connector. All reads come from the herder's memory. */
export async function readConnector(herder: Herder, name: string): Promise<ReadConnector | null> {
  const info = await orNull(herder.connectorInfo(name));
  if (info === null) return null;
  const [status, topics] = await Promise.all([
    orNull(herder.connectorStatus(name)),
    herder.connectorTopics(name).catch(() => []),
  ]);
  return { info, status, summary: summarize(herder, info, status, topics) };
}

function summarize(
  herder: Herder,
  info: ConnectorInfo,
  status: ConnectorStateInfo | null,
  topics: readonly string[],
): ConnectorSummary {
  const { name } = info;
  const className = info.config['connector.class'] ?? '';
  const tasks = (status?.tasks ?? []).map(
    (task): TaskSummary => ({
      id: task.id,
      state: healthOfState(task.state),
      since: herder.events.stateSince(name, task.id),
      workerId: task.workerId,
      rootCause: rootCauseOf(task.trace),
      metrics: herder.events.taskMetrics(name, task.id),
    }),
  );
  const health = healthOf(status);
  const connectorSince = herder.events.stateSince(name, null);
  return {
    name,
    type: info.type,
    className,
    pluginTitle: pluginTitle(className),
    health,
    since: sinceOf(health.reason, connectorSince, tasks),
    workerId: status?.connector.workerId ?? null,
    rootCause:
      rootCauseOf(status?.connector.trace ?? null) ??
      tasks.find((task) => task.state === 'failed')?.rootCause ??
      null,
    tasks,
    topics: [...topics].sort(),
    metrics: sumFlowMetrics(tasks.flatMap((task) => task.metrics ?? [])),
  };
}

/** A state that tasks cause lasts since the first of them came into it. */
function sinceOf(
  reason: string,
  connectorSince: number | null,
  tasks: readonly TaskSummary[],
): number | null {
  if (!reason.includes('tasks') || reason === 'no-tasks') return connectorSince;
  const state = reason === 'tasks-unassigned' ? 'unassigned' : 'failed';
  const times = tasks.flatMap((task) => (task.state === state && task.since !== null ? [task.since] : []));
  return times.length === 0 ? connectorSince : Math.min(...times);
}

async function orNull<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise;
  } catch (error) {
    if (codeOf(error) === 'not-found') return null;
    throw error;
  }
}
