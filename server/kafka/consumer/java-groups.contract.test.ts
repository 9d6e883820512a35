import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startJava } from '../../testing/apache-kafka/java.ts';
import { brokers } from '../../testing/brokers.ts';
import { waitFor } from '../../testing/wait.ts';
import { openKafkaClient } from '../open-kafka-client.ts';
import type { Consumer } from '../ports/consumer.ts';
import type { KafkaClient } from '../ports/kafka-client.ts';
import type { Properties } from '../ports/properties.ts';

interface SharedGroup {
  readonly name: string;
  readonly ours: Properties;
  readonly javas: Properties;
}

const heartbeats = { 'heartbeat.interval.ms': '300' };
const newer = { 'group.protocol': 'consumer' };

function byAssignors(name: string, ...classes: readonly string[]): SharedGroup {
  const strategy = classes.map((each) => `org.apache.kafka.clients.consumer.${each}Assignor`).join();
  const properties = { ...heartbeats, 'partition.assignment.strategy': strategy };
  return { name, ours: properties, javas: properties };
}

const classicGroups = [
  byAssignors('range', 'Range'),
  byAssignors('round robin', 'RoundRobin'),
  byAssignors('sticky', 'Sticky'),
  byAssignors('cooperative sticky', 'CooperativeSticky'),
  byAssignors('several assignors at once', 'Sticky', 'CooperativeSticky', 'Range'),
];
const newerGroup = { name: 'the newer protocol', ours: newer, javas: newer };
/** Groups that change from one protocol to the other have members of both; the embedded broker has no such. */
const mixedGroups: SharedGroup[] = [
  { name: 'the newer protocol of ours and the classic one of Java', ours: newer, javas: heartbeats },
  { name: 'the classic protocol of ours and the newer one of Java', ours: heartbeats, javas: newer },
];

interface OurMember {
  owned(): number;
  leave(): Promise<void>;
}

const grounds = (await brokers()).map(({ name, bootstrap }) => {
  const groups = [...classicGroups, newerGroup, ...(name === 'Apache Kafka' ? mixedGroups : [])];
  return { name, bootstrap, groups };
});

describe.each(grounds)('groups shared with Java consumers on $name', ({ bootstrap, groups }) => {
  const id = randomUUID();
  const first = new Map<string, OurMember>();
  const open: (() => Promise<void>)[] = [];
  const ofTest: OurMember[] = [];
  let client: KafkaClient;

  function topicOf({ name }: SharedGroup): string {
    return `${name.replaceAll(' ', '-')}-${id}`;
  }

  /** Polled from now on. */
  function join(group: SharedGroup): OurMember {
    const topic = topicOf(group);
    const consumer: Consumer = client.createConsumer({ properties: { ...group.ours, 'group.id': topic } });
    consumer.subscribe([topic], {
      onAssigned: () => undefined,
      onRevoked: () => undefined,
      onLost: () => undefined,
    });
    const stopping = new AbortController();
    const polling = (async () => {
      while (!stopping.signal.aborted) await consumer.poll(300, stopping.signal).catch(() => undefined);
    })();
    return {
      owned: () => consumer.assignment().length,
      async leave() {
        stopping.abort();
        await polling;
        await consumer.close(5000);
      },
    };
  }

  beforeAll(async () => {
    client = openKafkaClient({ properties: { 'bootstrap.servers': bootstrap } });
    open.push(() => client.close());
    const folder = await mkdtemp(joinPath(tmpdir(), 'millrace-java-members-'));
    open.push(() => rm(folder, { recursive: true, force: true }));
    const topics = groups.map((group) => ({ name: topicOf(group), partitions: 4, replicationFactor: 1 }));
    await client.admin.createTopics(topics);
    for (const group of groups) first.set(group.name, join(group));
    await waitFor('our members to have all partitions', () =>
      [...first.values()].every((m) => m.owned() === 4),
    );
    const members = groups.map((group) => {
      const topic = topicOf(group);
      const properties = { ...group.javas, 'group.id': topic, 'bootstrap.servers': bootstrap };
      return [topic, ...Object.entries(properties).map(([key, value]) => `${key}=${value}`)].join(' ');
    });
    const program = fileURLToPath(new URL('./verification/JavaMembers.java', import.meta.url));
    const log = joinPath(folder, 'members.log');
    const java = await startJava({ mainClass: program, args: members, log });
    open.push(() => java.stop());
    const share = (): boolean => [...first.values()].every((member) => member.owned() === 2);
    await waitFor('our members to share with the Java members', share, 120_000);
  }, 180_000);

  afterEach(async () => {
    for (const member of ofTest.splice(0)) await member.leave();
  });

  afterAll(async () => {
    for (const close of open.splice(0).reverse()) await close();
  }, 30_000);

  test.each(groups)(
    'share by $name, with our member in the lead and as a follower',
    { timeout: 60_000 },
    async (group) => {
      const leader = first.get(group.name);
      if (leader === undefined) throw new Error('no member joined before');
      ofTest.push(leader);
      await waitFor('our member to share with the Java member', () => leader.owned() === 2, 60_000);
      await leader.leave();
      const follower = join(group);
      ofTest.splice(0, 1, follower);
      await waitFor('the Java member to share with ours', () => follower.owned() === 2, 30_000);
      const [described] = await client.admin.describeGroups([topicOf(group)]);
      expect(described?.members).toHaveLength(2);
    },
  );
});
