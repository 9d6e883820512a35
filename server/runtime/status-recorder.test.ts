import { describe, expect, it } from 'vitest';
import { MemoryStatusStore } from '../storage/memory-status-store.ts';
import { HerderEventLog } from './herder-event-log.ts';
import { StatusRecorder } from './status-recorder.ts';
import { TaskGauges } from './task/task-gauges.ts';

const id = { connector: 'c', task: 0 };

function record(isTopicTracked = true) {
  const statusStore = new MemoryStatusStore();
  const events = new HerderEventLog();
  const asked: string[] = [];
  const recorder = new StatusRecorder({
    statusStore,
    events,
    workerId: 'w:1',
    generation: () => 4,
    isTopicTracked,
    onReconfigurationRequested: (connector) => void asked.push(connector),
    onReloadDue: (connector) => void asked.push(`reload ${connector}`),
    now: () => 1_000,
  });
  const told = () =>
    (events.since(0) ?? []).map(({ event }) =>
      'state' in event ? `${event.kind} ${event.state}` : event.kind,
    );
  return { statusStore, events, recorder, asked, told };
}

describe('the recorder of statuses', () => {
  it('writes what a worker reports, with worker, generation, version and trace', () => {
    const { recorder, statusStore, told } = record();
    recorder.onConnectorState('c', 'RUNNING', null, '1.0');
    recorder.onTaskState(id, 'FAILED', 'trace', null);
    expect(statusStore.connector('c')).toEqual({
      state: 'RUNNING',
      trace: null,
      workerId: 'w:1',
      generation: 4,
      version: '1.0',
    });
    expect(statusStore.tasks('c')).toMatchObject([{ id: 0, state: 'FAILED', trace: 'trace' }]);
    expect(told()).toEqual(['connector-state RUNNING', 'task-state FAILED']);
  });

  it('does not let UNASSIGNED and FAILED overwrite what a later generation has said', () => {
    const { recorder, statusStore } = record();
    const later = {
      state: 'RUNNING',
      trace: null,
      workerId: 'other:1',
      generation: 9,
      version: null,
    } as const;
    statusStore.putTask('c', 0, later);
    recorder.onTaskState(id, 'UNASSIGNED', null, null);
    recorder.onTaskState(id, 'FAILED', 'x', null);
    expect(statusStore.tasks('c')).toMatchObject([{ workerId: 'other:1', state: 'RUNNING' }]);
    recorder.onTaskState(id, 'RUNNING', null, null);
    expect(statusStore.tasks('c')).toMatchObject([{ workerId: 'w:1' }]);
  });

  it('tells the event log once of what the store tells twice', () => {
    const { recorder, told } = record();
    recorder.onTaskState(id, 'RUNNING', null, null);
    recorder.onTaskState(id, 'RUNNING', null, null);
    recorder.onTaskState(id, 'PAUSED', null, null);
    recorder.onTaskState(id, 'RUNNING', null, null);
    expect(told()).toEqual(['task-state RUNNING', 'task-state PAUSED', 'task-state RUNNING']);
  });

  it('tells of what other workers write, too', () => {
    const { statusStore, events } = record();
    const theirs = {
      state: 'RUNNING',
      trace: null,
      workerId: 'other:1',
      generation: 9,
      version: null,
    } as const;
    statusStore.putConnector('c', theirs);
    expect(events.since(0)?.[0]?.event).toMatchObject({ connector: 'c', workerId: 'other:1' });
  });

  it('keeps each topic once, and none when tracking is off', () => {
    const { recorder, statusStore } = record();
    recorder.onTaskTopic(id, 't');
    recorder.onTaskTopic({ connector: 'c', task: 1 }, 't');
    expect(statusStore.topics('c')).toEqual([
      { topic: 't', connector: 'c', task: 0, discoverTimestamp: 1_000 },
    ]);
    const off = record(false);
    off.recorder.onTaskTopic(id, 't');
    expect(off.statusStore.topics('c')).toEqual([]);
  });

  it('forgets a deleted connector, and tasks beyond the new count', () => {
    const { recorder, statusStore, told } = record();
    recorder.onConnectorState('c', 'RUNNING', null, null);
    for (const task of [0, 1, 2]) recorder.onTaskState({ connector: 'c', task }, 'RUNNING', null, null);
    recorder.onTaskTopic(id, 't');
    recorder.onTaskCount('c', 1);
    expect(statusStore.tasks('c').map((status) => status.id)).toEqual([0]);
    recorder.onConnectorDeleted('c');
    expect(statusStore.connector('c')).toBeNull();
    expect(statusStore.tasks('c')).toEqual([]);
    expect(statusStore.topics('c')).toEqual([]);
    expect(told().filter((line) => line.endsWith('DESTROYED'))).toEqual([
      'task-state DESTROYED',
      'task-state DESTROYED',
      'task-state DESTROYED',
      'connector-state DESTROYED',
    ]);
  });

  it('hands metrics to the event log and requests to the herder', () => {
    const { recorder, events, asked } = record();
    const { errors } = new TaskGauges();
    const flow = { records: 1, recordsPerSecond: 1, lastRecordAt: 1, lag: null, callSince: null };
    recorder.onTaskMetrics(id, { ...flow, errors });
    expect(events.taskMetrics('c', 0)?.records).toBe(1);
    recorder.onReconfigurationRequested('c');
    recorder.onReloadDue('c');
    expect(asked).toEqual(['c', 'reload c']);
  });
});
