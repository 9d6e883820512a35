import { onTestFinished } from 'vitest';
import { GroupCoordinator } from './groups/group-coordinator.ts';
import { BrokerConfigs } from './topics/broker-configs.ts';
import { TopicRegistry } from './topics/topic-registry.ts';
import { ProducerIds } from './transactions/producer-ids.ts';
import { TransactionCoordinator } from './transactions/transaction-coordinator.ts';

/** What a broker keeps, without its network; for tests. */
export interface SampleState {
  readonly topics: TopicRegistry;
  readonly groups: GroupCoordinator;
  readonly transactions: TransactionCoordinator;
  readonly producerIds: ProducerIds;
  readonly logged: string[];
  /** Ends it as a crash would: nothing is written any more. */
  crash(): void;
}

export function openSampleState(dataDir: string, settings: Record<string, string> = {}): SampleState {
  const logged: string[] = [];
  const log = (_level: string, line: string): void => {
    logged.push(line);
  };
  const configs = new BrokerConfigs(settings);
  const topics = TopicRegistry.open({ dataDir, configs, log });
  const producerIds = new ProducerIds(dataDir);
  const groups = GroupCoordinator.open({ topics, configs, log });
  const transactions = TransactionCoordinator.open({ topics, groups, producerIds, configs, log });
  const crash = (): void => {
    groups.close();
    topics.close();
  };
  onTestFinished(crash);
  return { topics, groups, transactions, producerIds, logged, crash };
}
