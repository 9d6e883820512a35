import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openKafkaClient } from '../kafka/open-kafka-client.ts';
import { toProperties, workerSettings } from '../testing/apache-kafka/connect.ts';
import { freePort } from '../testing/apache-kafka/java.ts';
import { brokers } from '../testing/brokers.ts';
import { spawnMillrace, waitForRest } from '../testing/millrace-process.ts';
import { waitFor } from '../testing/wait.ts';

const lines = 200_000;
const folder = mkdtempSync(join(tmpdir(), 'millrace-kill-nine-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(await brokers())('kill -9 of a worker on $name', ({ name, bootstrap }) => {
  it('loses no line when the worker dies in the middle of 200,000 lines and is started again', {
    timeout: 120_000,
  }, async () => {
    const group = `kill-nine-${name.replace(' ', '-').toLowerCase()}`;
    const file = join(folder, `${group}.txt`);
    const topic = `${group}-lines`;
    writeFileSync(file, Array.from({ length: lines }, (_, line) => `line ${line}\n`).join(''));
    const port = await freePort();
    const restUrl = `http://127.0.0.1:${port}`;
    const worker = join(folder, `${group}.properties`);
    writeFileSync(
      worker,
      toProperties({
        ...workerSettings(bootstrap, port, group),
        'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
        'offset.flush.interval.ms': '50',
        // Small requests, one after the other: slow enough to be hit in the middle.
        'producer.batch.size': '1000',
      }),
    );
    const client = openKafkaClient({ properties: { 'bootstrap.servers': bootstrap } });
    const end = async (): Promise<number> =>
      (await client.admin.listOffsets([{ topic, partition: 0 }], 'latest'))[0]?.offset ?? 0;
    let millrace = spawnMillrace(['worker', worker]);
    try {
      await client.admin.createTopics([{ name: topic, partitions: 1, replicationFactor: 1 }]);
      await waitForRest(millrace, restUrl);
      await waitFor('the connector to be taken', async () => {
        const answer = await fetch(`${restUrl}/connectors/${group}/config`, {
          method: 'PUT',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ 'connector.class': 'FileStreamSource', file, topic }),
        });
        return answer.ok;
      });
      await waitFor('a part of the lines', async () => (await end()) > 5_000);
      await millrace.kill();
      expect(await end()).toBeLessThan(lines);

      millrace = spawnMillrace(['worker', worker]);
      await waitForRest(millrace, restUrl);
      const seen = new Uint8Array(lines);
      let missing = lines;
      const consumer = client.createConsumer({ properties: { 'auto.offset.reset': 'earliest' } });
      consumer.assign([{ topic, partition: 0 }]);
      await waitFor(
        'every line',
        async () => {
          for (const batch of await consumer.poll(500)) {
            for (const record of batch.records) {
              const line = Number(record.value?.toString().slice('line '.length));
              if (seen[line] === 0) missing--;
              seen[line] = 1;
            }
          }
          return missing === 0;
        },
        60_000,
      );
      await consumer.close(5_000);
      expect(missing).toBe(0);
    } finally {
      await millrace.kill();
      await client.close();
    }
  });
});
