import type { ConnectorAction } from '../../entities/console-connector.ts';
import { requireHerder } from '../worker-access.ts';

/** Hands one action to the herder. Whether it has taken effect shows in the live view, not here. */
export async function actOnConnector(
  name: string,
  action: ConnectorAction,
  signal: AbortSignal,
): Promise<void> {
  const herder = requireHerder();
  switch (action.action) {
    case 'pause':
      return herder.pauseConnector(name);
    case 'resume':
      return herder.resumeConnector(name);
    case 'stop':
      return herder.stopConnector(name, signal);
    case 'restart':
      await herder.restartConnectorAndTasks(name, {
        onlyFailed: action.onlyFailed,
        includeTasks: true,
        signal,
      });
      return;
    case 'restart-task':
      return herder.restartTask({ connector: name, task: action.task }, signal);
  }
}

export async function deleteConnector(name: string, signal: AbortSignal): Promise<void> {
  await requireHerder().deleteConnector(name, signal);
}
