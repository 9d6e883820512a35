import { describe, expect, it, onTestFinished } from 'vitest';
import { consumerProtocolSubscription } from '../../kafka/protocol/generated/consumer-protocol-subscription.js';
import { ProtocolWriter } from '../../kafka/protocol/writer.ts';
import { Group } from './group.ts';
import { subscribedTopics } from './subscribed-topics.ts';

async function groupWith(metadata: Buffer): Promise<Group> {
  const group = new Group('g', { initialRebalanceDelayMs: 0, maxSize: 9, save: () => undefined });
  onTestFinished(() => group.close());
  const { memberId, generation } = await group.join({
    memberId: '',
    groupInstanceId: null,
    clientId: 'c',
    clientHost: '/127.0.0.1',
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 10_000,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata }],
    requiresKnownMemberId: false,
    supportsSkippingAssignment: true,
  });
  const assignments = new Map<string, Buffer>();
  await group.sync({
    memberId,
    groupInstanceId: null,
    generation,
    protocolType: null,
    protocol: null,
    assignments,
  });
  return group;
}

function subscription(version: number, topics: string[]): Buffer {
  const writer = new ProtocolWriter();
  writer.int16(version);
  const { maxVersion } = consumerProtocolSubscription;
  consumerProtocolSubscription.encode(writer, { topics, userData: null }, Math.min(version, maxVersion));
  return writer.toBuffer();
}

describe('the topics a group reads', () => {
  it('are those its members name, in any version', async () => {
    for (const version of [0, 1, 3, 9]) {
      const group = await groupWith(subscription(version, ['a', 'b']));
      expect(subscribedTopics(group)).toEqual(new Set(['a', 'b']));
    }
  });

  it('are none for a group nobody is in', () => {
    const group = new Group('g', { initialRebalanceDelayMs: 0, maxSize: 9, save: () => undefined });
    expect(subscribedTopics(group)).toEqual(new Set());
  });

  it('are not known when the members say something else', async () => {
    expect(subscribedTopics(await groupWith(Buffer.from('?')))).toBeNull();
  });
});
