import type { State } from '../../storage/status-store.ts';
import type { MetricGroup } from './metric-group.ts';

/** A connector or task of this worker. */
export interface MeasuredState {
  readonly connector: string;
  readonly state: State;
}

const countedStates = ['running', 'paused', 'failed', 'unassigned', 'destroyed', 'restarting'] as const;

/** How many tasks of each connector this worker has, by state. */
export function taskCountGroups(tasks: readonly MeasuredState[]): MetricGroup[] {
  const statesByConnector = Map.groupBy(tasks, ({ connector }) => connector);
  return [...statesByConnector].map(([connector, own]) => ({
    domain: 'kafka.connect',
    type: 'connect-worker-metrics',
    tags: { connector },
    attributes: {
      'connector-total-task-count': own.length,
      ...Object.fromEntries(
        countedStates.map((name) => [
          `connector-${name}-task-count`,
          own.filter(({ state }) => state.toLowerCase() === name).length,
        ]),
      ),
    },
  }));
}

/** What runs here; `startedAt` in milliseconds since the epoch. */
export function appInfoGroup(workerId: string, version: string, startedAt: number): MetricGroup {
  return {
    domain: 'kafka.connect',
    type: 'app-info',
    tags: { 'client-id': workerId },
    attributes: { version, 'start-time-ms': startedAt },
  };
}

/** One connector that this worker runs. */
export function connectorMetricGroup(
  connector: string,
  plugin: { readonly className: string; readonly type: string; readonly version: string },
  state: State,
): MetricGroup {
  return {
    domain: 'kafka.connect',
    type: 'connector-metrics',
    tags: { connector },
    attributes: {
      status: state.toLowerCase(),
      'connector-class': plugin.className,
      'connector-type': plugin.type,
      'connector-version': plugin.version,
    },
  };
}
