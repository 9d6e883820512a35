import { messageOf } from '../../errors/connect-error.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import { ConnectorQueries } from '../connector-queries.ts';
import { elsewhere } from '../elsewhere.ts';
import type { ConnectorTaskId } from '../herder.ts';
import { StatusRecorder } from '../status-recorder.ts';
import { AgreedConfigs } from './agreed-configs.ts';
import { AssignedWork } from './assigned-work.ts';
import { Bell } from './bell.ts';
import { ConfigChanges } from './config-changes.ts';
import type { DistributedHerderOptions, HerderParts } from './herder-parts.ts';
import { HerderStage } from './herder-stage.ts';
import { LeaderRequests } from './leader-requests.ts';
import { RequestQueue } from './request-queue.ts';
import { areTaskConfigsChanged, TaskConfigPublisher } from './task-config-publisher.ts';
import { taskTransactionChecks } from './task-transaction-checks.ts';
import { WorkerGroup, type WorkerGroupOptions } from './worker-group.ts';
import { ZombieFencing } from './zombie-fencing.ts';

const publishTimeoutMs = 60_000;

/** Makes the pieces of a herder and joins them; starts nothing. */
export function createHerderParts(options: DistributedHerderOptions): HerderParts {
  const { config, configStore, statusStore, plugins, events, log, workerId, kafka, url } = options;
  const { now = Date.now, onLoggerLevel = () => undefined } = options;
  const latest = () => configStore.snapshot();
  const bell = new Bell();
  const stage = new HerderStage(now);
  const queue = new RequestQueue(stage, () => bell.ring());
  const agreed = new AgreedConfigs(latest);
  const changes = new ConfigChanges({
    snapshot: latest,
    onChange: () => bell.ring(),
    onEvent: (event) => events.append(event),
    onLoggerLevel,
  });
  const recorder = new StatusRecorder({
    statusStore,
    events,
    workerId,
    generation: () => group.generation,
    isTopicTracked: config['topic.tracking.enable'],
    onReconfigurationRequested: (connector) => publisher.request(connector),
    onReloadDue: (connector) => void reload(connector),
    now,
  });
  const worker = options.createWorker(recorder);
  // By the time it has its turn, the connector may have moved to a worker that looks up its settings itself.
  const reload = async (connector: string) => {
    try {
      const restart = async () => {
        if (work.hasConnector(connector)) await work.startConnector(connector, { isRestart: true });
      };
      await queue.submit(restart, { signal: AbortSignal.timeout(publishTimeoutMs), afterRebalance: true });
    } catch (error) {
      log('error', `connector ${connector} was not restarted for its expired settings: ${messageOf(error)}`);
    }
  };
  const publish = async (connector: string, configs: readonly Settings[], cancelled: AbortSignal) => {
    const signal = AbortSignal.any([cancelled, AbortSignal.timeout(publishTimeoutMs)]);
    const write = async () => {
      const snapshot = latest();
      if (snapshot.targetState(connector) !== 'STARTED') return 'done';
      if (!areTaskConfigsChanged(snapshot, connector, configs)) return 'done';
      if (!group.isLeader) return 'ask the leader';
      await stage.run(`writing task configs for connector ${connector} to the config topic`, () =>
        configStore.putTaskConfigs(connector, configs),
      );
      return 'done';
    };
    if ((await queue.submit(write, { signal })) === 'done') return;
    // Not between the work of the loop: without it this worker would be lost to the group while the leader is slow.
    await leader.putTaskConfigs(connector, configs, signal);
    // Otherwise the next question would find the old ones and send the new ones again.
    await configStore.refresh(signal);
  };
  const publisher: TaskConfigPublisher = new TaskConfigPublisher({ worker, snapshot: latest, publish, log });
  const fencing = new ZombieFencing({
    configStore,
    plugins,
    queue,
    stage,
    worker,
    requireLeader: (what) => {
      if (!group.isLeader) throw elsewhere(what, group.leaderUrl);
    },
  });
  const fence = (connector: string, signal: AbortSignal) =>
    group.isLeader ? fencing.fence(connector) : leader.fenceZombies(connector, signal);
  const transactionChecks = (id: ConnectorTaskId, generation: number) =>
    taskTransactionChecks(id, generation, {
      configStore,
      queue,
      stage,
      fence,
      hasTask: (task) => work.hasTask(task),
      log,
    });
  const work: AssignedWork = new AssignedWork({
    worker,
    snapshot: () => agreed.current,
    listener: recorder,
    onConnectorRunning: (connector) => publisher.request(connector),
    onConnectorStopping: (connector) => publisher.cancel(connector),
    ...(config['exactly.once.source.support'] === 'enabled' && { transactionChecks }),
    log,
  });
  const group: WorkerGroup = new WorkerGroup({
    kafka,
    membership: {
      groupId: config['group.id'],
      sessionTimeoutMs: config['session.timeout.ms'],
      rebalanceTimeoutMs: config['rebalance.timeout.ms'],
      heartbeatIntervalMs: config['heartbeat.interval.ms'],
      clientId: config['client.id'] || `connect-${workerId}`,
    },
    url,
    protocol: protocolOf(config['connect.protocol']),
    maxDelayMs: config['scheduled.rebalance.max.delay.ms'],
    snapshot: () => agreed.renew(),
    stopWork: async (reason) => {
      log('warn', `stopping all work: ${reason}`);
      await work.stopAll();
    },
    log,
    now,
  });
  const leader = new LeaderRequests({
    group,
    sessionKey: () => latest().sessionKey,
    algorithm: config['inter.worker.signature.algorithm'],
    send: options.sendInternalRequest,
  });
  const queries = new ConnectorQueries({
    snapshot: latest,
    statusStore,
    plugins,
    isTopicTracked: config['topic.tracking.enable'],
    isTopicResetAllowed: config['topic.tracking.allow.reset'],
  });
  return {
    options,
    now,
    bell,
    stage,
    queue,
    changes,
    agreed,
    recorder,
    queries,
    worker,
    group,
    work,
    publisher,
    fencing,
    leader,
  };
}

function protocolOf(text: string): WorkerGroupOptions['protocol'] {
  const name = text.toLowerCase();
  return name === 'eager' || name === 'compatible' ? name : 'sessioned';
}
