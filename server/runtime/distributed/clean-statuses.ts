import type { ConfigSnapshot } from '../../storage/config-store.ts';
import type { StatusStore } from '../../storage/status-store.ts';
import type { StatusRecorder } from '../status-recorder.ts';

/** What the leader does after each round: statuses of connectors and tasks that are no longer configured go. */
export function cleanStatuses(
  configs: ConfigSnapshot,
  statusStore: StatusStore,
  recorder: Pick<StatusRecorder, 'onConnectorDeleted' | 'onTaskCount'>,
): void {
  const inconsistent = new Set(configs.inconsistentConnectors());
  for (const connector of statusStore.connectors()) {
    if (configs.connectorConfig(connector) === null) recorder.onConnectorDeleted(connector);
    // Its tasks are counted as none only until its task configs are complete again.
    else if (!inconsistent.has(connector)) recorder.onTaskCount(connector, configs.tasks(connector).length);
  }
}
