import { parentPort, workerData } from 'node:worker_threads';
import { traceOf } from '../../errors/connect-error.ts';
import { runTask } from './run-task.ts';
import { TaskChannel } from './task-channel.ts';
import { TaskControl } from './task-control.ts';
import type { TaskEnvironmentModule } from './task-environment.ts';
import { TaskGauges } from './task-gauges.ts';
import type { TaskAssignment } from './task-messages.ts';

/** Entry of a task's thread: one thread, one task, from start to end. */

const heartbeatMs = 500;

async function main(): Promise<void> {
  if (parentPort === null) throw new Error('task-thread.ts runs as a worker thread only');
  const assignment: TaskAssignment = workerData;
  const control = new TaskControl(assignment.target);
  const channel = new TaskChannel(parentPort, control);
  const gauges = new TaskGauges(assignment.gauges);
  const heartbeat = setInterval(() => gauges.beat(), heartbeatMs);
  try {
    const { environment }: TaskEnvironmentModule = await import(assignment.environmentUrl);
    channel.post({ type: 'taken' });
    await runTask({ assignment, environment, control, channel, gauges });
    channel.post({ type: 'ended' });
  } catch (error) {
    channel.post({ type: 'failed', trace: traceOf(error) });
  } finally {
    clearInterval(heartbeat);
    // The main thread ends this one, whatever timers and sockets a plugin has left behind.
  }
}

void main();
