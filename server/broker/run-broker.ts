import { join } from 'node:path';
import { ConnectError, messageOf } from '../errors/connect-error.ts';
import { PlainUsers } from './api/plain-users.ts';
import { createRequestRouter } from './api/request-router.ts';
import type { Broker } from './broker.ts';
import { openDataFolder } from './data-folder.ts';
import { GroupCoordinator } from './groups/group-coordinator.ts';
import { startMaintenance } from './maintenance.ts';
import type { ConnectionOptions } from './network/broker-connection.ts';
import { listen } from './network/broker-server.ts';
import { BufferPool } from './network/buffer-pool.ts';
import { MemoryBudget } from './network/memory-budget.ts';
import type { BrokerOptions, RunningBroker } from './start-broker.ts';
import { BrokerConfigs } from './topics/broker-configs.ts';
import { TopicRegistry } from './topics/topic-registry.ts';
import { ProducerIds } from './transactions/producer-ids.ts';
import { TransactionCoordinator } from './transactions/transaction-coordinator.ts';

/** For all clients together; one answer to a fetch has at most 55 MiB. */
const answerMemoryBytes = 256 * 1024 * 1024;

/** Opens the data folder, recovers what is in it and listens; all within the calling thread. */
export async function runBroker(options: BrokerOptions): Promise<RunningBroker> {
  const log = options.log ?? (() => undefined);
  const host = options.host ?? '127.0.0.1';
  if (host === '0.0.0.0' || host === '::') {
    throw new ConnectError(
      'config',
      `clients cannot be told to connect to ${host}; name an address of this machine`,
    );
  }
  const configs = new BrokerConfigs(options.settings);
  const users = options.sasl === undefined ? null : new PlainUsers(options.sasl.users);
  const folder = openDataFolder(options.dataDir);
  const stopping = new AbortController();
  let state: ReturnType<typeof openState> | null = null;
  try {
    configs.keepIn(join(folder.path, 'broker-configs.json'));
    state = openState(folder, configs, log);
    // Nobody is let in before the router is there; it tells clients the port, which is known only afterwards.
    let open: ConnectionOptions['open'] | null = null;
    const server = await listen({
      host,
      port: options.port,
      maxConnections: configs.number('max.connections'),
      open: (connection) => (open as ConnectionOptions['open'])(connection),
      pool: new BufferPool(),
      requestMemory: new MemoryBudget(configs.number('queued.max.request.bytes'), 'of unfinished requests'),
      answerMemory: new MemoryBudget(answerMemoryBytes, 'of answers it does not take'),
      maxRequestBytes: configs.number('socket.request.max.bytes'),
      maxIdleMs: configs.number('connections.max.idle.ms'),
      log,
      signal: stopping.signal,
    });
    const broker: Broker = {
      ...state,
      nodeId: configs.number('node.id'),
      clusterId: folder.clusterId,
      host: options.advertised?.host ?? host,
      port: options.advertised?.port ?? server.port,
      configs,
      users,
      dataDir: folder.path,
      log,
    };
    open = createRequestRouter(broker);
    const maintenance = startMaintenance(broker, stopping.signal);
    let stopped: Promise<void> | null = null;
    const stop = (): Promise<void> => {
      stopped ??= (async () => {
        stopping.abort();
        await server.close();
        await maintenance;
        release(broker, folder);
      })();
      return stopped;
    };
    options.signal?.addEventListener('abort', () => void stop(), { once: true });
    if (options.signal?.aborted) await stop();
    return {
      port: server.port,
      host,
      bootstrap: `${host.includes(':') ? `[${host}]` : host}:${server.port}`,
      stop,
    };
  } catch (error) {
    state?.groups.close();
    state?.topics.close();
    folder.release();
    throw error;
  }
}

function openState(folder: ReturnType<typeof openDataFolder>, configs: BrokerConfigs, log: Broker['log']) {
  const topics = TopicRegistry.open({ dataDir: folder.path, configs, log });
  const producerIds = new ProducerIds(folder.path);
  const groups = GroupCoordinator.open({ topics, configs, log });
  const transactions = TransactionCoordinator.open({ topics, groups, producerIds, configs, log });
  return { topics, producerIds, groups, transactions };
}

function release({ groups, topics, log }: Broker, folder: ReturnType<typeof openDataFolder>): void {
  groups.close();
  try {
    topics.sync();
  } catch (error) {
    log('error', `could not hand the logs to the disk: ${messageOf(error)}`);
  }
  topics.close();
  folder.release();
}
