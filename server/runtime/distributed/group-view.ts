import type { StatusStore } from '../../storage/status-store.ts';
import type { ConnectorTaskId } from '../herder.ts';
import type { WorkerView } from '../worker-view.ts';
import type { HerderParts } from './herder-parts.ts';

/** Workers of the group: from the last assignment if this worker leads, otherwise from what statuses tell. */
export function viewGroup({ group, options }: HerderParts, upSince: number): readonly WorkerView[] {
  const { workerId, version, statusStore } = options;
  const { rss, heapUsed } = process.memoryUsage();
  const self: WorkerView = {
    workerId,
    leader: group.isLeader,
    self: true,
    ...group.allocation,
    generation: group.generation,
    memory: { rssBytes: rss, heapUsedBytes: heapUsed },
    upSince,
    version,
  };
  const leaderId = group.leaderUrl === null ? null : hostOf(group.leaderUrl);
  const others = group.members?.map(({ url, work }) => ({ workerId: hostOf(url), ...work }));
  return [
    self,
    ...(others ?? workersByStatus(statusStore, leaderId))
      .filter((other) => other.workerId !== workerId)
      .map(
        (other): WorkerView => ({
          ...other,
          leader: other.workerId === leaderId,
          self: false,
          generation: group.generation,
          memory: null,
          upSince: null,
          version: '',
        }),
      ),
  ];
}

interface SeenWorker {
  readonly workerId: string;
  readonly connectors: string[];
  readonly tasks: ConnectorTaskId[];
}

function workersByStatus(statusStore: StatusStore, leaderId: string | null): readonly SeenWorker[] {
  const seen = new Map<string, SeenWorker>();
  const worker = (workerId: string) => {
    const known = seen.get(workerId) ?? { workerId, connectors: [], tasks: [] };
    seen.set(workerId, known);
    return known;
  };
  if (leaderId !== null) worker(leaderId);
  for (const connector of statusStore.connectors()) {
    const status = statusStore.connector(connector);
    if (status !== null && status.state !== 'UNASSIGNED') worker(status.workerId).connectors.push(connector);
    for (const { id, state, workerId } of statusStore.tasks(connector)) {
      if (state !== 'UNASSIGNED') worker(workerId).tasks.push({ connector, task: id });
    }
  }
  return [...seen.values()];
}

/** `host:port` of a worker's URL, which is its worker id. */
export function hostOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
}
