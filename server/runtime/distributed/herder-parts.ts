import type { KafkaClient } from '../../kafka/ports/kafka-client.ts';
import type { Log } from '../../plugin-api/source-connector.ts';
import type { ConfigStore } from '../../storage/config-store.ts';
import type { OffsetStore } from '../../storage/offset-store.ts';
import type { StatusStore } from '../../storage/status-store.ts';
import type { ConnectorQueries } from '../connector-queries.ts';
import type { HerderEventLog } from '../herder-event-log.ts';
import type { SendInternalRequest } from '../internal-request.ts';
import type { PluginLookup } from '../plugin-lookup.ts';
import type { StatusRecorder } from '../status-recorder.ts';
import type { ConnectorValidator } from '../validate-connector.ts';
import type { Worker, WorkerListener } from '../worker.ts';
import type { DistributedWorkerConfig } from '../worker-config.ts';
import type { AgreedConfigs } from './agreed-configs.ts';
import type { AssignedWork } from './assigned-work.ts';
import type { Bell } from './bell.ts';
import type { ConfigChanges } from './config-changes.ts';
import type { HerderStage } from './herder-stage.ts';
import type { LeaderRequests } from './leader-requests.ts';
import type { RequestQueue } from './request-queue.ts';
import type { TaskConfigPublisher } from './task-config-publisher.ts';
import type { WorkerGroup } from './worker-group.ts';
import type { ZombieFencing } from './zombie-fencing.ts';

/** What a distributed herder is given. It starts and stops the stores and the worker. */
export interface DistributedHerderOptions {
  readonly config: DistributedWorkerConfig;
  /** `host:port` of this worker's REST, and its whole advertised URL. */
  readonly workerId: string;
  readonly url: string;
  /** Of this product, for `workers()`. */
  readonly version: string;
  readonly kafka: Pick<KafkaClient, 'createGroupMember'> & {
    readonly admin: Pick<KafkaClient['admin'], 'describeCluster'>;
  };
  readonly configStore: ConfigStore;
  readonly statusStore: StatusStore;
  readonly offsetStore: OffsetStore;
  readonly createWorker: (listener: WorkerListener) => Worker;
  readonly plugins: PluginLookup;
  readonly validator: ConnectorValidator;
  readonly events: HerderEventLog;
  readonly log: Log;
  readonly sendInternalRequest: SendInternalRequest;
  /** A log level for the whole cluster was set. */
  readonly onLoggerLevel?: (namespace: string, level: string) => void;
  readonly now?: () => number;
}

/** The pieces of one distributed herder, as its loop and its requests share them. */
export interface HerderParts {
  readonly options: DistributedHerderOptions;
  readonly now: () => number;
  readonly bell: Bell;
  readonly stage: HerderStage;
  readonly queue: RequestQueue;
  readonly changes: ConfigChanges;
  readonly agreed: AgreedConfigs;
  readonly recorder: StatusRecorder;
  readonly queries: ConnectorQueries;
  readonly worker: Worker;
  readonly group: WorkerGroup;
  readonly work: AssignedWork;
  readonly publisher: TaskConfigPublisher;
  readonly fencing: ZombieFencing;
  readonly leader: LeaderRequests;
}
