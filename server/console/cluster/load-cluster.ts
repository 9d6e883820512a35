import type { ClusterState, ClusterStatus, WorkerList } from '../../entities/console-cluster.ts';
import { messageOf } from '../../errors/connect-error.ts';
import type { WorkerHandle } from '../../runtime/worker-handle.ts';
import { boundedBy, findWorker, requireHerder } from '../worker-access.ts';
import { consoleVersion } from './console-version.ts';

const healthTimeoutMs = 2000;

/** Never rejects: an unreachable worker is a state with a reason. */
export async function loadCluster(): Promise<ClusterState> {
  const worker = findWorker();
  if (worker === null) {
    return {
      status: 'absent',
      message: 'This console was started without a worker.',
      mode: null,
      workerId: null,
      kafka: null,
      restUrl: null,
      startedAt: null,
      version: consoleVersion,
    };
  }
  const { status, message } = await statusOf(worker);
  return {
    status,
    message,
    mode: worker.mode,
    workerId: worker.herder.workerId,
    kafka: { ...worker.kafka, clusterId: worker.herder.kafkaClusterId() },
    restUrl: worker.restUrl,
    startedAt: worker.startedAt,
    version: consoleVersion,
  };
}

async function statusOf(worker: WorkerHandle): Promise<{ status: ClusterStatus; message: string }> {
  if (worker.startError !== null) return { status: 'failed', message: worker.startError };
  const last = worker.herder.events.since(0)?.findLast(({ event }) => event.kind === 'worker')?.event;
  if (last?.kind === 'worker' && (last.state === 'waiting-for-kafka' || last.state === 'stopping')) {
    return { status: last.state, message: last.message };
  }
  try {
    const health = await worker.herder.health(boundedBy(undefined, healthTimeoutMs));
    if (health.status === 'healthy') return { status: 'ready', message: health.message };
    return { status: health.status === 'starting' ? 'starting' : 'unhealthy', message: health.message };
  } catch (error) {
    return { status: 'unhealthy', message: messageOf(error) };
  }
}

export async function loadWorkers(): Promise<WorkerList> {
  const workers = await requireHerder().workers();
  return {
    workers: workers.map((worker) => ({
      workerId: worker.workerId,
      leader: worker.leader,
      self: worker.self,
      version: worker.version,
      generation: worker.generation,
      upSince: worker.upSince,
      memory: worker.memory,
      connectors: [...worker.connectors],
      tasks: [...worker.tasks],
    })),
  };
}
