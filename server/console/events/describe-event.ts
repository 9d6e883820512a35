import type { ConsoleEvent } from '../../entities/console-event.ts';
import type { HerderEvent, NumberedEvent } from '../../runtime/herder-events.ts';
import { healthOfState } from '../health/connector-health.ts';
import { rootCauseOf } from '../health/root-cause.ts';

const nothing = { connector: null, task: null, state: null, workerId: null, error: null };

const words: Readonly<Record<string, string>> = {
  RUNNING: 'is running',
  PAUSED: 'is paused',
  STOPPED: 'is stopped',
  FAILED: 'failed',
  RESTARTING: 'restarts',
  UNASSIGNED: 'is unassigned',
  DESTROYED: 'was removed',
};

const targets: Readonly<Record<string, string>> = {
  STARTED: 'Asked to run',
  PAUSED: 'Asked to pause',
  STOPPED: 'Asked to stop',
};

/** An event as people read it; null for those that are no news (metrics). */
export function describeEvent(epoch: string, { sequence, at, event }: NumberedEvent): ConsoleEvent | null {
  const base = { position: `${epoch}:${sequence}`, at, ...nothing };
  switch (event.kind) {
    case 'task-metrics':
      return null;
    case 'connector-state':
      return {
        ...base,
        ...stateOf(event),
        kind: event.kind,
        text: `Connector ${words[event.state] ?? event.state}`,
      };
    case 'task-state':
      return {
        ...base,
        ...stateOf(event),
        kind: event.kind,
        task: event.task,
        text: `Task ${event.task} ${words[event.state] ?? event.state}`,
      };
    case 'connector-config':
      return { ...base, kind: event.kind, connector: event.connector, text: `Config ${event.change}` };
    case 'target-state':
      return {
        ...base,
        kind: event.kind,
        connector: event.connector,
        text: targets[event.state] ?? `Asked to be ${event.state}`,
      };
    case 'rebalance':
      return {
        ...base,
        kind: event.kind,
        workerId: event.leader,
        text: `Rebalance ${event.generation} in ${event.durationMs} ms: ${event.trigger}`,
      };
    case 'worker':
      return {
        ...base,
        kind: event.kind,
        state: stateOfWorker(event.state),
        text: event.message === '' ? `Worker ${event.state}` : event.message,
      };
  }
}

function stateOf(event: Extract<HerderEvent, { kind: 'connector-state' | 'task-state' }>) {
  return {
    connector: event.connector,
    state: event.state === 'DESTROYED' ? null : healthOfState(event.state),
    workerId: event.workerId,
    error: rootCauseOf(event.trace),
  };
}

function stateOfWorker(state: Extract<HerderEvent, { kind: 'worker' }>['state']) {
  if (state === 'ready') return 'running';
  if (state === 'waiting-for-kafka') return 'unassigned';
  return state === 'stopping' ? 'stopped' : 'restarting';
}
