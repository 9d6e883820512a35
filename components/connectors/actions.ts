import type { ConnectorAction, ConnectorSummary } from '../../server/entities/console-connector.ts';
import type { HealthState } from '../../server/entities/console-health.ts';

export type ActionName = 'pause' | 'resume' | 'stop' | 'restart' | 'restart-failed';

interface ActionRule {
  readonly label: string;
  /** Says what was asked for, until the live view shows it done. */
  readonly requested: string;
  readonly body: ConnectorAction;
  /** Why it makes no sense now; null: it does. */
  readonly reason: (connector: ConnectorSummary) => string | null;
}

const stoppedReason = 'It is stopped; resume it first';

function unless(states: readonly HealthState[], reason: string) {
  return ({ health }: ConnectorSummary) => (states.includes(health.state) ? reason : null);
}

/** Which action is possible in which state: the only table of it. */
export const actionRules: Readonly<Record<ActionName, ActionRule>> = {
  pause: {
    label: 'Pause',
    requested: 'Pause requested',
    body: { action: 'pause' },
    reason: ({ health }) => {
      if (health.state === 'paused') return 'It is paused already';
      return health.state === 'stopped' ? 'It is stopped' : null;
    },
  },
  resume: {
    label: 'Resume',
    requested: 'Resume requested',
    body: { action: 'resume' },
    reason: ({ health }) =>
      health.state === 'paused' || health.state === 'stopped' ? null : 'It is neither paused nor stopped',
  },
  stop: {
    label: 'Stop',
    requested: 'Stop requested',
    body: { action: 'stop' },
    reason: unless(['stopped'], 'It is stopped already'),
  },
  restart: {
    label: 'Restart connector and tasks',
    requested: 'Restart requested',
    body: { action: 'restart', onlyFailed: false },
    reason: unless(['stopped'], stoppedReason),
  },
  'restart-failed': {
    label: 'Restart what failed',
    requested: 'Restart of what failed requested',
    body: { action: 'restart', onlyFailed: true },
    reason: ({ health, tasks }) =>
      health.reason === 'connector-failed' || tasks.some(({ state }) => state === 'failed')
        ? null
        : 'Nothing has failed',
  },
};

/** Pause and resume share one button: the one that can be used. */
export function pauseOrResume({ health }: ConnectorSummary): 'pause' | 'resume' {
  return health.state === 'paused' || health.state === 'stopped' ? 'resume' : 'pause';
}
