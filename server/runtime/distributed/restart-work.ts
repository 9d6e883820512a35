import { messageOf } from '../../errors/connect-error.ts';
import type { RestartRequest } from '../../storage/config-store.ts';
import type { HerderParts } from './herder-parts.ts';

type Needed = Pick<HerderParts, 'agreed' | 'queries' | 'work' | 'recorder' | 'stage'> & {
  readonly options: Pick<HerderParts['options'], 'log'>;
};

/** This worker's part of a restart that every worker hears of. Never rejects: failures show as FAILED. */
export async function carryOutRestart(
  { agreed, queries, work, recorder, stage, options }: Needed,
  request: RestartRequest,
): Promise<void> {
  const { connector } = request;
  if (agreed.current.connectorConfig(connector) === null) return;
  try {
    const plan = queries.restartPlan(connector, request);
    const isOwner = plan.connector && work.hasConnector(connector);
    const tasks = plan.tasks.map((task) => ({ connector, task })).filter((id) => work.hasTask(id));
    if (isOwner) {
      await stage.run(`stopping connector ${connector}`, () => work.stopConnector(connector));
      recorder.onConnectorState(connector, 'RESTARTING', null, null);
    }
    if (tasks.length > 0) {
      await stage.run(`stopping tasks of connector ${connector}`, () => work.stopTasks(tasks));
      for (const id of tasks) recorder.onTaskState(id, 'RESTARTING', null, null);
    }
    if (isOwner) void work.startConnector(connector);
    for (const id of tasks) work.startTask(id);
  } catch (error) {
    options.log('error', `connector ${connector} could not be restarted: ${messageOf(error)}`);
  }
}
