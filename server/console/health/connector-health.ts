import type { Health, HealthState } from '../../entities/console-health.ts';
import type { ConnectorStatus, State } from '../../runtime/herder.ts';

const stateOfTask: Readonly<Record<State, HealthState>> = {
  RUNNING: 'running',
  PAUSED: 'paused',
  FAILED: 'failed',
  RESTARTING: 'restarting',
  UNASSIGNED: 'unassigned',
  STOPPED: 'stopped',
};

export function healthOfState(state: string): HealthState {
  return state in stateOfTask ? stateOfTask[state as State] : 'unknown';
}

/** The one place where states of a connector and its tasks become one health. `null`: nobody has reported yet. */
export function healthOf(status: ConnectorStatus | null): Health {
  if (status === null) {
    return {
      state: 'unassigned',
      reason: 'connector-unassigned',
      message: 'Waits to be assigned to a worker.',
    };
  }
  const { connector, tasks } = status;
  const count = (state: State): number => tasks.filter((task) => task.state === state).length;
  const failed = count('FAILED');

  if (connector.state === 'FAILED') {
    return { state: 'failed', reason: 'connector-failed', message: 'The connector itself failed.' };
  }
  if (failed > 0 && failed === tasks.length) {
    const message = failed === 1 ? 'Its task failed.' : `All ${failed} tasks failed.`;
    return { state: 'failed', reason: 'all-tasks-failed', message };
  }
  if (failed > 0) {
    const message = `${failed} of ${tasks.length} tasks failed.`;
    return { state: 'degraded', reason: 'some-tasks-failed', message };
  }
  if (connector.state === 'STOPPED') {
    return { state: 'stopped', reason: 'stopped', message: 'Stopped; its tasks are shut down.' };
  }
  if (connector.state === 'RESTARTING' || count('RESTARTING') > 0) {
    return { state: 'restarting', reason: 'restarting', message: 'Restarting.' };
  }
  if (connector.state === 'UNASSIGNED') {
    return {
      state: 'unassigned',
      reason: 'connector-unassigned',
      message: 'Waits to be assigned to a worker.',
    };
  }
  const unassigned = count('UNASSIGNED');
  if (unassigned > 0) {
    const message = `${unassigned} of ${tasks.length} ${tasks.length === 1 ? 'task waits' : 'tasks wait'} to be assigned to a worker.`;
    return { state: 'unassigned', reason: 'tasks-unassigned', message };
  }
  if (connector.state === 'PAUSED') {
    return {
      state: 'paused',
      reason: 'paused',
      message: 'Paused; it keeps its tasks and goes on when resumed.',
    };
  }
  if (connector.state !== 'RUNNING') {
    return { state: 'unknown', reason: 'status-unknown', message: `Reports the state ${connector.state}.` };
  }
  if (tasks.length === 0) {
    return { state: 'unassigned', reason: 'no-tasks', message: 'Runs, but has no tasks.' };
  }
  const running = count('RUNNING');
  if (running < tasks.length) {
    return { state: 'restarting', reason: 'restarting', message: `${running} of ${tasks.length} tasks run.` };
  }
  return {
    state: 'running',
    reason: 'all-running',
    message: tasks.length === 1 ? 'Its task runs.' : `All ${tasks.length} tasks run.`,
  };
}
