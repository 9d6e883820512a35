import { randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openKafkaClient } from '../kafka/open-kafka-client.ts';
import { startJavaConnect, toProperties, workerSettings } from '../testing/apache-kafka/connect.ts';
import { freePort } from '../testing/apache-kafka/java.ts';
import { brokers } from '../testing/brokers.ts';
import { spawnMillrace, waitForRest } from '../testing/millrace-process.ts';
import { waitFor } from '../testing/wait.ts';

/** Java workers take their time on a busy machine. */
const patienceMs = 120_000;
const [kafka] = (await brokers()).filter(({ name }) => name === 'Apache Kafka');

test.runIf(kafka !== undefined)(
  'exactly-once sources go from a Java worker to ours and back without a line lost or seen twice',
  { timeout: 900_000 },
  async () => {
    const bootstrap = kafka?.bootstrap ?? '';
    const folder = await mkdtemp(join(tmpdir(), 'millrace-exactly-once-java-'));
    const id = randomUUID();
    const [file, topic, connector] = [join(folder, 'lines'), `lines-${id}`, `source-${id}`];
    const port = await freePort();
    const shared = {
      'group.id': `group-${id}`,
      'config.storage.topic': `configs-${id}`,
      'offset.storage.topic': `offsets-${id}`,
      'status.storage.topic': `statuses-${id}`,
      'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'exactly.once.source.support': 'enabled',
      'session.timeout.ms': '6000',
      'heartbeat.interval.ms': '1000',
      'scheduled.rebalance.max.delay.ms': '0',
    };
    const worker = join(folder, 'worker.properties');
    await writeFile(worker, toProperties({ ...workerSettings(bootstrap, port, 'unused'), ...shared }));
    const client = openKafkaClient({ properties: { 'bootstrap.servers': bootstrap } });
    await client.admin.createTopics([{ name: topic, partitions: 1, replicationFactor: 1 }]);
    const consumer = client.createConsumer({
      properties: { 'auto.offset.reset': 'earliest', 'isolation.level': 'read_committed' },
    });
    consumer.assign([{ topic, partition: 0 }]);
    const seen: string[] = [];
    const written: string[] = [];
    const moveLines = async (by: string) => {
      const lines = Array.from({ length: 100 }, (_, index) => `${by} ${index}`);
      written.push(...lines);
      await appendFile(file, `${lines.join('\n')}\n`);
      await waitFor(
        `the lines of ${by}`,
        async () => {
          for (const { records } of await consumer.poll(200)) {
            for (const { value } of records) seen.push(String(value));
          }
          return seen.length >= written.length;
        },
        patienceMs,
      );
      expect(seen).toEqual(written);
    };
    await writeFile(file, '');
    let java = await startJavaConnect(bootstrap, shared);
    let ours: ReturnType<typeof spawnMillrace> | null = null;
    try {
      const created = await fetch(`${java.restUrl}/connectors/${connector}/config`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ 'connector.class': 'FileStreamSource', file, topic }),
      });
      expect(created.status).toBe(201);
      await moveLines('java');
      await java.stop();

      ours = spawnMillrace(['worker', worker]);
      await waitForRest(ours, `http://127.0.0.1:${port}`, patienceMs);
      await moveLines('ours');
      await ours.kill();

      java = await startJavaConnect(bootstrap, shared);
      await moveLines('java again');
      const { offsets } = await (await fetch(`${java.restUrl}/connectors/${connector}/offsets`)).json();
      const position = Buffer.byteLength(`${written.join('\n')}\n`);
      expect(offsets).toEqual([{ partition: { filename: file }, offset: { position } }]);
    } catch (error) {
      throw new Error(`seen ${seen.length} of ${written.length}\n${ours?.output().slice(-3_000) ?? ''}`, {
        cause: error,
      });
    } finally {
      await java.stop();
      await ours?.kill();
      await consumer.close(5_000);
      await client.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
);
