import { consumerProtocolSubscription } from '../../kafka/protocol/generated/consumer-protocol-subscription.js';
import { ProtocolReader } from '../../kafka/protocol/reader.ts';
import type { Group } from './group.ts';

/** Topics that members of a consumer group read; null when what they say cannot be understood. */
export function subscribedTopics(group: Group): ReadonlySet<string> | null {
  const topics = new Set<string>();
  if (group.isIdle) return topics;
  if (group.protocolType !== 'consumer' || group.state !== 'Stable') return null;
  try {
    for (const member of group.members) {
      const reader = new ProtocolReader(member.metadataFor(group.protocol));
      const version = Math.min(reader.int16(), consumerProtocolSubscription.maxVersion);
      for (const topic of consumerProtocolSubscription.decode(reader, version).topics) topics.add(topic);
    }
    return topics;
  } catch {
    return null;
  }
}
