import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openKafkaClient } from '../kafka/open-kafka-client.ts';
import type { KafkaClient } from '../kafka/ports/kafka-client.ts';
import { bundledPlugins } from '../plugins/bundled-plugins.ts';
import { PluginCatalogue } from '../plugins/plugin-catalogue.ts';
import { MemoryOffsetStore } from '../storage/memory-offset-store.ts';
import { startJavaConnect } from '../testing/apache-kafka/connect.ts';
import { brokers } from '../testing/brokers.ts';
import { type ReadRecord, readTopic } from './testing/read-topic.ts';
import { ThreadedWorker } from './threaded-worker.ts';
import { overridePolicyOf } from './validation/override-policy.ts';
import { parseStandaloneWorker } from './worker-config.ts';

const [kafka] = (await brokers()).filter(({ name }) => name === 'Apache Kafka');

const json = 'org.apache.kafka.connect.json.JsonConverter';
const envelope = '{"schema":{"type":"string"},"payload":"fine"}';
const records: readonly { key: string | null; value: string | null }[] = [
  { key: envelope, value: envelope },
  { key: null, value: 'not json' },
  { key: 'not json', value: envelope },
  { key: null, value: '{"no":"envelope"}' },
  { key: envelope, value: '{"schema":{"type":"nothing"},"payload":1}' },
];
const failing = records.length - 1;

async function produce(client: KafkaClient, topic: string): Promise<void> {
  await client.admin.createTopics([{ name: topic, partitions: 1, replicationFactor: 1 }]);
  const producer = client.createProducer<null>({ properties: {}, onDelivered: () => {} });
  for (const [index, { key, value }] of records.entries()) {
    const headers = [{ key: 'own', value: Buffer.from(`header ${index}`) }];
    const record = { topic, key, value, timestamp: 1_700_000_000_000 + index, headers };
    while (!producer.append(record, null)) await producer.ready();
  }
  await producer.flush();
  await producer.close(5_000);
}

/** Traces and names of connectors differ, as they must. */
function comparable(letters: readonly ReadRecord[]) {
  const headersOf = ({ headers }: ReadRecord) =>
    headers.map(([key, value]) => [
      key,
      /stacktrace|connector\.name$|exception\.message/.test(key) ? value !== '' && value !== null : value,
    ]);
  return letters.map((letter) => ({ ...letter, headers: headersOf(letter) }));
}

test.runIf(kafka !== undefined)(
  'dead letters are those of a Java worker, header by header',
  { timeout: 240_000 },
  async () => {
    const bootstrap = kafka?.bootstrap ?? '';
    const id = randomUUID();
    const folder = await mkdtemp(join(tmpdir(), 'millrace-dead-letters-'));
    const topic = `in-${id}`;
    const client = openKafkaClient({ properties: { 'bootstrap.servers': bootstrap } });
    const configOf = (name: string) => ({
      name,
      'connector.class': 'FileStreamSink',
      topics: topic,
      file: join(folder, name),
      'key.converter': json,
      'value.converter': json,
      'errors.tolerance': 'all',
      'errors.deadletterqueue.topic.name': `dead-${name}`,
      'errors.deadletterqueue.topic.replication.factor': '1',
      'errors.deadletterqueue.context.headers.enable': 'true',
    });
    const worker = new ThreadedWorker({
      settings: parseStandaloneWorker({
        'bootstrap.servers': bootstrap,
        'key.converter': json,
        'value.converter': json,
        'offset.storage.file.filename': 'unused',
      }),
      plugins: new PluginCatalogue(bundledPlugins),
      policy: overridePolicyOf('All', []),
      offsetStore: new MemoryOffsetStore(),
      openKafkaClient: (properties) => openKafkaClient({ properties }),
      log: () => {},
      listener: {
        onConnectorState: () => {},
        onTaskState: () => {},
        onTaskTopic: () => {},
        onTaskMetrics: () => {},
        onReconfigurationRequested: () => {},
        onReloadDue: () => {},
      },
    });
    const java = await startJavaConnect(bootstrap, {
      'group.id': `group-${id}`,
      'config.storage.topic': `configs-${id}`,
      'offset.storage.topic': `offsets-${id}`,
      'status.storage.topic': `statuses-${id}`,
    });
    try {
      await produce(client, topic);
      const theirs = `java-${id}`;
      const answer = await fetch(`${java.restUrl}/connectors/${theirs}/config`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(configOf(theirs)),
      });
      expect(answer.status).toBe(201);
      const ours = `ours-${id}`;
      const config = configOf(ours);
      await worker.startTask({ connector: ours, task: 0 }, config, { file: config.file }, 'STARTED');
      const expected = await readTopic(client, `dead-${theirs}`, failing);
      const seen = await readTopic(client, `dead-${ours}`, failing);
      expect(comparable(seen)).toEqual(comparable(expected));
      const [javas] = await client.admin.describeTopics([`dead-${theirs}`]);
      const [our] = await client.admin.describeTopics([`dead-${ours}`]);
      expect(our?.partitions.length).toBe(javas?.partitions.length);
    } finally {
      await worker.stop();
      await java.stop();
      await client.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
);
