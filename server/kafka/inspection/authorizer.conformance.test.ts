import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApacheKafka, startApacheKafka } from '../../testing/apache-kafka/broker.ts';
import { runJava } from '../../testing/apache-kafka/java.ts';
import { waitFor } from '../../testing/wait.ts';
import { openKafkaClient } from '../open-kafka-client.ts';
import type { KafkaClient } from '../ports/kafka-client.ts';

const roles = ['manager', 'writer', 'reader'] as const;
type Role = (typeof roles)[number];
const users = ['admin', ...roles];
const passwordOf = (user: string): string => `${user}-secret`;
const loginModule = 'org.apache.kafka.common.security.plain.PlainLoginModule required';

let kafka: ApacheKafka;
const clients: KafkaClient[] = [];

/** Kafka's own authorizer; who is named by nobody's rule may do nothing. */
beforeAll(async () => {
  const accounts = users.map((user) => `user_${user}="${passwordOf(user)}"`).join(' ');
  kafka = await startApacheKafka({
    'listener.security.protocol.map': 'PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'sasl.enabled.mechanisms': 'PLAIN',
    'sasl.mechanism.inter.broker.protocol': 'PLAIN',
    'listener.name.plaintext.plain.sasl.jaas.config': `${loginModule} username="admin" password="${passwordOf('admin')}" ${accounts};`,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:admin;User:ANONYMOUS',
  });
  const { admin } = clientOf('admin');
  await admin.createTopics([
    { name: 'orders', partitions: 1, replicationFactor: 1 },
    { name: 'payroll', partitions: 1, replicationFactor: 1 },
  ]);
  await admin.alterGroupOffsets('billing', [{ topic: 'orders', partition: 0, offset: 0 }]);
  const everything = ['--operation', 'All', '--cluster', '--topic', '*', '--group', '*'];
  await addRule('manager', [...everything, '--transactional-id', '*']);
  await addRule('writer', ['--producer', '--topic', 'ord', '--resource-pattern-type', 'prefixed']);
  await addRule('writer', ['--operation', 'Write', '--operation', 'Describe', '--transactional-id', 'pay']);
  await addRule('reader', ['--consumer', '--topic', 'orders', '--group', 'billing']);
  await waitFor('the last rule', async () => (await clientOf('reader').admin.listTopics()).length === 1);
}, 240_000);

afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await kafka?.stop();
});

function propertiesOf(user: string): Record<string, string> {
  return {
    'bootstrap.servers': kafka.bootstrap,
    'security.protocol': 'SASL_PLAINTEXT',
    'sasl.mechanism': 'PLAIN',
    'sasl.jaas.config': `${loginModule} username="${user}" password="${passwordOf(user)}";`,
  };
}

function clientOf(user: string): KafkaClient {
  const client = openKafkaClient({ properties: propertiesOf(user) });
  clients.push(client);
  return client;
}

/** By Kafka's own tool, so that the rules are what administrators write. */
async function addRule(role: Role, rule: readonly string[]): Promise<void> {
  const file = join(kafka.folder, 'admin.properties');
  const properties = Object.entries(propertiesOf('admin')).map(([key, value]) => `${key}=${value}`);
  await writeFile(file, properties.join('\n'));
  await runJava('org.apache.kafka.tools.AclCommand', [
    '--bootstrap-server',
    kafka.bootstrap,
    '--command-config',
    file,
    '--add',
    '--allow-principal',
    `User:${role}`,
    ...rule,
  ]);
}

async function askFor(role: Role) {
  const allowed = await clientOf(role).inspection.authorizedOperations({
    topics: ['orders', 'payroll', 'orders-not-yet', 'not-there'],
    groups: ['billing', 'other'],
  });
  const sorted = (entries: ReadonlyMap<string, readonly string[] | null>) =>
    Object.fromEntries([...entries].map(([name, operations]) => [name, operations?.toSorted() ?? null]));
  return {
    cluster: allowed.cluster?.toSorted() ?? null,
    topics: sorted(allowed.topics),
    groups: sorted(allowed.groups),
  };
}

describe('what a broker with an authorizer says that somebody may do', () => {
  it('is everything for a manager', async () => {
    const allowed = await askFor('manager');
    const onTopics = [
      'ALTER',
      'ALTER_CONFIGS',
      'CREATE',
      'DELETE',
      'DESCRIBE',
      'DESCRIBE_CONFIGS',
      'READ',
      'WRITE',
    ];
    expect(allowed.cluster).toEqual(expect.arrayContaining(['ALTER', 'CREATE', 'DESCRIBE_CONFIGS']));
    expect(allowed.topics).toMatchObject({ orders: onTopics, payroll: onTopics });
    expect(allowed.groups.other).toEqual(expect.arrayContaining(['DELETE', 'DESCRIBE', 'READ']));
  });

  it('is writing and describing its topics for a writer, whose rule covers a prefix', async () => {
    const writing = ['CREATE', 'DESCRIBE', 'WRITE'];
    expect(await askFor('writer')).toEqual({
      cluster: [],
      // A name is rated by its rules, whether the topic is there or not.
      topics: { orders: writing, 'orders-not-yet': writing, payroll: null, 'not-there': null },
      groups: { billing: null, other: null },
    });
  });

  it('is reading its topic in its group for a reader', async () => {
    expect(await askFor('reader')).toEqual({
      cluster: [],
      topics: { orders: ['DESCRIBE', 'READ'], 'orders-not-yet': null, payroll: null, 'not-there': null },
      groups: { billing: ['DESCRIBE', 'READ'], other: null },
    });
  });
});

describe('with an authorizer', () => {
  it('the access rules can be read by those who may describe the cluster', async () => {
    const rules = await clientOf('manager').inspection.describeAcls({ principal: 'User:reader' });
    expect(rules).toContainEqual({
      resourceType: 'GROUP',
      resourceName: 'billing',
      patternType: 'LITERAL',
      principal: 'User:reader',
      host: '*',
      operation: 'READ',
      permission: 'ALLOW',
    });
    const prefixed = await clientOf('manager').inspection.describeAcls({
      resourceType: 'TOPIC',
      operation: 'WRITE',
    });
    expect(prefixed).toMatchObject([
      { principal: 'User:writer', resourceName: 'ord', patternType: 'PREFIXED' },
    ]);
    await expect(clientOf('reader').inspection.describeAcls({})).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('what is not allowed is refused as forbidden and by name', async () => {
    const { admin, inspection } = clientOf('reader');
    await expect(
      admin.createTopics([{ name: 'mine', partitions: 1, replicationFactor: 1 }]),
    ).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('create topic mine'),
    });
    await expect(admin.describeTopicConfig('payroll')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(admin.describeGroups(['other'])).rejects.toMatchObject({ code: 'forbidden' });
    await expect(inspection.describeProducers({ topic: 'payroll', partition: 0 })).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect(await admin.listTopics()).toEqual(['orders']);
    expect(await inspection.listTransactions()).toEqual([]);
  });
});
