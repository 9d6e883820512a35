import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isConnectError, messageOf } from '../../errors/connect-error.ts';
import { waitFor } from '../../testing/wait.ts';
import { Cluster } from '../cluster/cluster.ts';
import { openKafkaClient } from '../open-kafka-client.ts';
import type { Consumer, RebalanceListener } from '../ports/consumer.ts';
import type { KafkaClient } from '../ports/kafka-client.ts';
import type { Properties } from '../ports/properties.ts';
import type { TopicPartition } from '../ports/topic-partition.ts';
import { consumerGroupHeartbeatApi } from '../protocol/generated/consumer-group-heartbeat.js';
import { leaveGroupApi } from '../protocol/generated/leave-group.js';
import { groupGrounds } from './testing/group-grounds.ts';

function numbers(partitions: readonly TopicPartition[]): string {
  return partitions
    .map(({ partition }) => partition)
    .toSorted((a, b) => a - b)
    .join();
}

function kafkaErrorOf(error: unknown): unknown {
  return isConnectError(error) ? error.details.kafkaError : messageOf(error);
}

describe.each(await groupGrounds())('members of a $protocol group on $name', ({ bootstrap, protocol }) => {
  let client: KafkaClient;
  let topic: string;
  let groupId: string;
  let group: Properties;
  let heard: string[];
  const open: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    client = openKafkaClient({ properties: { 'bootstrap.servers': bootstrap } });
    open.push(() => client.close());
    topic = `members-${randomUUID()}`;
    groupId = randomUUID();
    const session = { 'heartbeat.interval.ms': '200', 'session.timeout.ms': '6000' };
    group = {
      'group.id': groupId,
      'auto.offset.reset': 'earliest',
      ...(protocol === 'consumer' ? { 'group.protocol': protocol } : session),
    };
    heard = [];
    await client.admin.createTopics([{ name: topic, partitions: 4, replicationFactor: 1 }]);
  });

  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
  });

  function createConsumer(properties: Properties = {}): Consumer {
    const consumer = client.createConsumer({ properties: { ...group, ...properties } });
    open.push(() => consumer.close(5000));
    return consumer;
  }

  function listener(overrides: Partial<RebalanceListener> = {}): RebalanceListener {
    return {
      onAssigned: (partitions) => void heard.push(`+ ${numbers(partitions)}`),
      onRevoked: (partitions) => void heard.push(`- ${numbers(partitions)}`),
      onLost: (partitions) => void heard.push(`lost ${numbers(partitions)}`),
      ...overrides,
    };
  }

  function subscribed(properties: Properties = {}, overrides: Partial<RebalanceListener> = {}): Consumer {
    const consumer = createConsumer(properties);
    consumer.subscribe([topic], listener(overrides));
    return consumer;
  }

  async function polledUntil(
    what: string,
    consumers: readonly Consumer[],
    isDone: () => boolean,
  ): Promise<void> {
    await waitFor(
      what,
      async () => {
        await Promise.all(consumers.map((consumer) => consumer.poll(50)));
        return isDone();
      },
      40_000,
    );
  }

  test('commit with metadata, for the next member to go on from', async () => {
    const first = subscribed();
    expect(first.groupMetadata()).toMatchObject({ groupId, generation: -1, memberId: '' });
    await polledUntil('the assignment', [first], () => first.assignment().length === 4);
    const { generation = -1, memberId = '' } = first.groupMetadata() ?? {};
    expect(generation).toBeGreaterThan(0);
    expect(memberId).not.toBe('');
    const offsets = [0, 1].map((partition) => ({
      topic,
      partition,
      offset: 0,
      metadata: `note ${partition}`,
    }));
    await first.commit(offsets);
    await first.close(5000);
    const second = createConsumer();
    expect(await second.committed(offsets)).toMatchObject(offsets);
  });

  test('may commit while partitions are being taken from them', async () => {
    const outcomes: unknown[] = [];
    const first: Consumer = subscribed(
      {},
      {
        onRevoked: async (partitions) => {
          const offsets = partitions.map((at) => ({ ...at, offset: 0, metadata: 'last words' }));
          outcomes.push(await first.commit(offsets).then(() => 'done', kafkaErrorOf));
        },
      },
    );
    await polledUntil('the assignment', [first], () => first.assignment().length === 4);
    const second = subscribed();
    await polledUntil('a share for both', [first, second], () => {
      return first.assignment().length === 2 && second.assignment().length === 2;
    });
    expect(outcomes).toEqual(['done']);
    const committed = await second.committed(second.assignment());
    expect(committed.map(({ metadata }) => metadata)).toEqual(['last words', 'last words']);
  });

  test('follow a pattern to topics made later', async () => {
    const consumer = createConsumer({ 'metadata.max.age.ms': '200' });
    consumer.subscribe(new RegExp(`${topic}.*`), listener());
    await polledUntil('the assignment', [consumer], () => consumer.assignment().length === 4);
    await client.admin.createTopics([{ name: `${topic}-more`, partitions: 2, replicationFactor: 1 }]);
    await polledUntil('the new topic', [consumer], () => consumer.assignment().length === 6);
    await client.admin.deleteTopics([`${topic}-more`]);
    await polledUntil('the topic to go', [consumer], () => consumer.assignment().length === 4);
  });

  test('are one at a time under an instance id', async () => {
    const first = subscribed({ 'group.instance.id': 'one' });
    await polledUntil('the assignment', [first], () => first.assignment().length === 4);
    const second = subscribed({ 'group.instance.id': 'one' });
    const failures: [unknown, unknown] = [null, null];
    const attempts = [first, second].map((consumer, i) => async () => {
      await consumer.poll(50).catch((error: unknown) => {
        failures[i] = kafkaErrorOf(error);
      });
    });
    await waitFor('one of them to be refused', async () => {
      await Promise.all(attempts.map((attempt) => attempt()));
      return failures.some((failure) => failure !== null);
    });
    for (let i = 0; i < 10; i++) await Promise.all(attempts.map((attempt) => attempt()));
    // A classic group gives the place to the newcomer, the newer protocol leaves it with its holder.
    const isClassic = protocol === 'classic';
    expect(failures).toEqual(isClassic ? ['FENCED_INSTANCE_ID', null] : [null, 'UNRELEASED_INSTANCE_ID']);
    expect([first, second].map((each) => each.assignment().length)).toEqual(isClassic ? [0, 4] : [4, 0]);
    if (isClassic) expect(heard).toContain('lost 0,1,2,3');
  });

  test('hear that all is lost when the group was deleted under them, and begin anew', async () => {
    const consumer = subscribed();
    await polledUntil('the assignment', [consumer], () => consumer.assignment().length === 4);
    const memberId = consumer.groupMetadata()?.memberId ?? '';
    const cluster = new Cluster({ properties: { 'bootstrap.servers': bootstrap } });
    open.push(() => cluster.close());
    const coordinator = { coordinator: 'group', key: groupId } as const;
    // Another says good-bye in its name: that is how a member looks whom the coordinator has given up.
    if (protocol === 'classic') {
      await cluster.request(coordinator, leaveGroupApi, { groupId, members: [{ memberId }] });
    } else {
      await cluster.request(coordinator, consumerGroupHeartbeatApi, { groupId, memberId, memberEpoch: -1 });
    }
    await client.admin.deleteGroups([groupId]);
    await polledUntil('the loss', [consumer], () => heard.includes('lost 0,1,2,3'));
    await polledUntil('the assignment', [consumer], () => consumer.assignment().length === 4);
    await consumer.commit([{ topic, partition: 0, offset: 0 }]);
  });

  test('lose what they hold when they are stopped for a session, and come back', {
    timeout: 90_000,
  }, async () => {
    const program = fileURLToPath(new URL('./testing/member-process.ts', import.meta.url));
    const properties = JSON.stringify({ ...group, 'bootstrap.servers': bootstrap });
    const child = spawn(process.execPath, [program, properties, topic], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    open.push(async () => {
      child.kill('SIGKILL');
      await exited;
    });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += String(chunk);
    });
    await waitFor('the other process to have all', () => said.includes('assigned 0,1,2,3'), 40_000);
    child.kill('SIGSTOP');
    const consumer = subscribed();
    await polledUntil('its partitions', [consumer], () => consumer.assignment().length === 4);
    child.kill('SIGCONT');
    await polledUntil('the other process to hear of it', [consumer], () => said.includes('lost 0,1,2,3'));
    await polledUntil('a share for both', [consumer], () => consumer.assignment().length === 2);
  });

  test('are not needed to commit for a group that nobody is in, and guard it when they are', async () => {
    const lone = createConsumer();
    lone.assign([{ topic, partition: 0 }]);
    await lone.commit([{ topic, partition: 0, offset: 0, metadata: 'alone' }]);
    expect(await lone.committed([{ topic, partition: 0 }])).toMatchObject([{ metadata: 'alone' }]);
    expect(lone.groupMetadata()).toMatchObject({ groupId, generation: -1, memberId: '' });
    const member = subscribed();
    await polledUntil('the assignment', [member], () => member.assignment().length === 4);
    const refused = lone.commit([{ topic, partition: 0, offset: 0 }]);
    await expect(refused).rejects.toMatchObject({ code: 'conflict' });
  });

  if (protocol === 'consumer') {
    test('are refused an assignor that the coordinator does not have', async () => {
      const consumer = subscribed({ 'group.remote.assignor': 'mine' });
      const error = await waitFor('the refusal', () =>
        consumer.poll(100).then(
          () => undefined,
          (reason: unknown) => reason,
        ),
      );
      expect(kafkaErrorOf(error)).toBe('UNSUPPORTED_ASSIGNOR');
      await expect(consumer.poll(100)).rejects.toBe(error);
    });
  }
});
