import type { ServerInfo } from '../entities/server-info.ts';
import type { WorkerStatus } from '../entities/worker-status.ts';
import { codeOf, messageOf } from '../errors/connect-error.ts';
import { connectCommit, connectVersion } from './connect-version.ts';
import type { RestContext } from './rest-context.ts';
import { ok, type RestAnswer } from './route.ts';

const healthTimeoutMs = 10_000;
const statusByHealth = { healthy: 200, starting: 503, unhealthy: 500 } as const;

export function getServerInfo({ herder }: RestContext): RestAnswer {
  const info: ServerInfo = {
    version: connectVersion,
    commit: connectCommit,
    kafka_cluster_id: herder.kafkaClusterId(),
  };
  return ok(info);
}

export async function getHealth({ herder }: RestContext): Promise<RestAnswer> {
  const timeout = AbortSignal.timeout(healthTimeoutMs);
  const late = new Promise<WorkerStatus>((resolve) => {
    timeout.addEventListener('abort', () => resolve(unhealthy('Worker did not answer in time.')), {
      once: true,
    });
  });
  const asked = herder.health(timeout).catch((error: unknown): WorkerStatus => {
    const starting = codeOf(error) === 'unavailable';
    return starting ? { status: 'starting', message: messageOf(error) } : unhealthy(messageOf(error));
  });
  const { status, message } = await Promise.race([asked, late]);
  return { status: statusByHealth[status], body: { status, message } satisfies WorkerStatus };
}

function unhealthy(why: string): WorkerStatus {
  return {
    status: 'unhealthy',
    message: `Worker was unable to handle this request and may be unable to handle other requests. ${why}`,
  };
}
