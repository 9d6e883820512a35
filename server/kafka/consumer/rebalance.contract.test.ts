import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeOf } from '../../errors/connect-error.ts';
import { waitFor } from '../../testing/wait.ts';
import { openKafkaClient } from '../open-kafka-client.ts';
import type { Consumer } from '../ports/consumer.ts';
import type { KafkaClient } from '../ports/kafka-client.ts';
import type { Properties } from '../ports/properties.ts';
import type { TopicPartition } from '../ports/topic-partition.ts';
import { groupGrounds } from './testing/group-grounds.ts';

const cooperative = {
  'partition.assignment.strategy': 'org.apache.kafka.clients.consumer.CooperativeStickyAssignor',
};

/** A consumer that is polled all the time, and what its listener heard. */
class Member {
  readonly consumer: Consumer;
  readonly heard: string[] = [];
  readonly #stopping = new AbortController();
  #polling: Promise<void> = Promise.resolve();
  failure: unknown = null;

  constructor(consumer: Consumer, topics: readonly string[]) {
    this.consumer = consumer;
    const note =
      (what: string) =>
      (partitions: readonly TopicPartition[]): void => {
        this.heard.push(`${what} ${partitions.map(({ partition }) => partition).toSorted((a, b) => a - b)}`);
      };
    consumer.subscribe(topics, { onAssigned: note('+'), onRevoked: note('-'), onLost: note('lost') });
  }

  start(): this {
    this.#polling = this.#poll();
    return this;
  }

  get owned(): string {
    return this.consumer
      .assignment()
      .map(({ partition }) => partition)
      .toSorted((a, b) => a - b)
      .join();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#polling;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.consumer.close(5000);
  }

  async #poll(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.consumer.poll(500, signal).catch((error: unknown) => {
        if (!signal.aborted) this.failure = error;
      });
    }
  }
}

describe.each(await groupGrounds())('a $protocol consumer group on $name', ({ bootstrap, protocol }) => {
  let client: KafkaClient;
  let members: Member[];
  let topic: string;
  let group: Properties;

  beforeEach(async () => {
    client = openKafkaClient({ properties: { 'bootstrap.servers': bootstrap } });
    members = [];
    topic = `rebalance-${randomUUID()}`;
    group =
      protocol === 'classic'
        ? { 'group.id': randomUUID(), 'heartbeat.interval.ms': '200', 'session.timeout.ms': '6000' }
        : { 'group.id': randomUUID(), 'group.protocol': 'consumer' };
    await client.admin.createTopics([{ name: topic, partitions: 4, replicationFactor: 1 }]);
  });

  afterEach(async () => {
    for (const member of members) await member.close();
    await client.close();
  });

  function join(properties: Properties = {}): Member {
    const member = new Member(client.createConsumer({ properties: { ...group, ...properties } }), [topic]);
    members.push(member);
    return member.start();
  }

  async function settled(...expected: readonly (readonly [Member, RegExp])[]): Promise<void> {
    await waitFor(`the assignment ${expected.map(([, owned]) => owned)}`, () =>
      expected.every(([member, owned]) => owned.test(member.owned)),
    );
  }

  test('shares the partitions of a topic, and gives those of a member that leaves to the others', async () => {
    const first = join();
    await settled([first, /^0,1,2,3$/]);
    const second = join();
    await settled([first, /^\d,\d$/], [second, /^\d,\d$/]);
    expect(first.owned).not.toBe(second.owned);
    const before = second.owned;
    await second.close();
    expect(second.heard.at(-1)).toBe(`- ${before}`);
    await settled([first, /^0,1,2,3$/]);
    expect(first.failure).toBeNull();
  });

  if (protocol === 'classic') {
    test('gives everything up for each rebalance of an eager group', async () => {
      const first = join();
      await settled([first, /^0,1,2,3$/]);
      const second = join();
      await settled([first, /^(0,1|2,3)$/], [second, /^(0,1|2,3)$/]);
      expect(first.heard.slice(0, 2)).toEqual(['+ 0,1,2,3', '- 0,1,2,3']);
    });
  }

  test('takes from a cooperative member only what goes to others', async () => {
    const properties = protocol === 'classic' ? cooperative : {};
    const first = join(properties);
    await settled([first, /^0,1,2,3$/]);
    const second = join(properties);
    await settled([first, /^\d,\d$/], [second, /^\d,\d$/]);
    const revoked = first.heard.filter((line) => line.startsWith('- '));
    expect(revoked).toHaveLength(1);
    expect(revoked[0]).toBe(`- ${second.owned}`);
    await second.close();
    await settled([first, /^0,1,2,3$/]);
    expect(first.heard.filter((line) => /^\+ \d/.test(line))).toEqual([
      '+ 0,1,2,3',
      `+ ${revoked[0]?.slice(2)}`,
    ]);
  });

  test('notices new partitions of its topic', async () => {
    const first = join({ 'metadata.max.age.ms': '200' });
    await settled([first, /^0,1,2,3$/]);
    await client.admin.createPartitions(topic, 6);
    await settled([first, /^0,1,2,3,4,5$/]);
  });

  test('takes up a topic that is made later, in the middle of a long poll', async () => {
    const later = `${topic}-later`;
    const properties = { ...group, 'allow.auto.create.topics': 'false' };
    const consumer = client.createConsumer({ properties });
    consumer.subscribe([later], {
      onAssigned: () => undefined,
      onRevoked: () => undefined,
      onLost: () => undefined,
    });
    const polled = consumer.poll(60_000);
    await waitFor('the membership', () => (consumer.groupMetadata()?.generation ?? -1) > 0);
    await client.admin.createTopics([{ name: later, partitions: 3, replicationFactor: 1 }]);
    await waitFor('the assignment', () => consumer.assignment().length === 3);
    consumer.wakeup();
    await polled;
    await consumer.close(5000);
  });

  test('lets a member go that does not poll within max.poll.interval.ms, and takes it back', async () => {
    const slow = join({ 'max.poll.interval.ms': '700' });
    await settled([slow, /^0,1,2,3$/]);
    await slow.stop();
    const other = join();
    await settled([other, /^0,1,2,3$/]);
    const late = slow.consumer.commit([{ topic, partition: 0, offset: 1 }]);
    expect(codeOf(await late.catch((error: unknown) => error))).toBe('conflict');
    const back = slow.consumer.poll(10_000);
    await waitFor('the loss to be told', () => slow.heard.includes('lost 0,1,2,3'));
    await waitFor('the member to be back', () => slow.owned !== '' || other.owned !== '0,1,2,3');
    slow.consumer.wakeup();
    await back;
  });

  test('gives a static member its partitions back after a restart, without a rebalance for the others', async () => {
    const fixed = join({ 'group.instance.id': 'one' });
    const other = join({ 'group.instance.id': 'two' });
    await settled([fixed, /^\d,\d$/], [other, /^\d,\d$/]);
    const { owned } = fixed;
    const heard = other.heard.length;
    await fixed.close();
    const again = join({ 'group.instance.id': 'one' });
    await settled([again, /^\d,\d$/], [other, /^\d,\d$/]);
    expect(again.owned).toBe(owned);
    expect(other.heard).toHaveLength(heard);
  });

  test('throws from poll what a listener throws', async () => {
    const consumer = client.createConsumer({ properties: group });
    consumer.subscribe([topic], {
      onAssigned: () => {
        throw new Error('the listener failed');
      },
      onRevoked: () => undefined,
      onLost: () => undefined,
    });
    const failure = await waitFor('the failure', () =>
      consumer.poll(500).then(
        () => undefined,
        (error: unknown) => error,
      ),
    );
    expect(String(failure)).toContain('the listener failed');
    await waitFor('the assignment all the same', async () => {
      await consumer.poll(100).catch(() => undefined);
      return consumer.assignment().length === 4;
    });
    await consumer.close(1000);
  });
});
