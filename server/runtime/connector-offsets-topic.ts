import type { Settings } from '../plugin-api/source-connector.ts';
import type { InternalTopic } from '../storage/internal-topic.ts';

/** What a distributed worker says about the offsets of its source connectors. */
export interface OffsetsGroup {
  /** Of the workers. */
  readonly id: string;
  readonly isExactlyOnceEnabled: boolean;
  /** `offset.storage.topic`, and how topics like it are created. */
  readonly offsetsTopic: InternalTopic;
}

/** Where a source connector keeps its offsets when it reads and writes them with clients of its own. */
export interface ConnectorOffsetsTopic {
  readonly topic: InternalTopic;
  /** It is not the worker's topic, in which there may be older offsets. */
  readonly isOwn: boolean;
}

/** null: in the worker's store and nowhere else. `group` null: standalone, where no connector has a topic for it. */
export function connectorOffsetsTopic(
  connector: Settings,
  group: OffsetsGroup | null,
): ConnectorOffsetsTopic | null {
  if (group === null) return null;
  const { offsetsTopic, isExactlyOnceEnabled } = group;
  const name = connector['offsets.storage.topic'];
  if (name !== undefined && name !== offsetsTopic.name) {
    return { topic: { ...offsetsTopic, name, configKey: 'offsets.storage.topic' }, isOwn: true };
  }
  return isExactlyOnceEnabled ? { topic: offsetsTopic, isOwn: false } : null;
}
