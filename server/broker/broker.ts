import type { PlainUsers } from './api/plain-users.ts';
import type { BrokerLog } from './broker-log.ts';
import type { GroupCoordinator } from './groups/group-coordinator.ts';
import type { BrokerConfigs } from './topics/broker-configs.ts';
import type { TopicRegistry } from './topics/topic-registry.ts';
import type { ProducerIds } from './transactions/producer-ids.ts';
import type { TransactionCoordinator } from './transactions/transaction-coordinator.ts';

/** What the handlers of requests work on. */
export interface Broker {
  readonly nodeId: number;
  readonly clusterId: string;
  /** Where clients are told to connect. */
  readonly host: string;
  readonly port: number;
  readonly configs: BrokerConfigs;
  readonly topics: TopicRegistry;
  readonly groups: GroupCoordinator;
  readonly producerIds: ProducerIds;
  readonly transactions: TransactionCoordinator;
  /** Who may connect; null for everybody. */
  readonly users: PlainUsers | null;
  readonly dataDir: string;
  readonly log: BrokerLog;
}
