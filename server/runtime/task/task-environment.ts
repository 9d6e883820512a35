import type { KafkaClient, KafkaClientOptions } from '../../kafka/ports/kafka-client.ts';
import type { PluginLookup } from '../plugin-lookup.ts';

/** What a task's thread brings with it: plugins and a way to Kafka. Tests bring their own. */
export interface TaskEnvironment {
  readonly plugins: PluginLookup;
  readonly openKafkaClient: (options: KafkaClientOptions) => KafkaClient;
}

/** Shape of the module that `TaskAssignment.environmentUrl` names. */
export interface TaskEnvironmentModule {
  readonly environment: TaskEnvironment;
}
