import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openKafkaClient } from '../kafka/open-kafka-client.ts';
import type { DeliveredBatch } from '../kafka/ports/producer.ts';
import { freePort } from '../testing/apache-kafka/java.ts';
import { waitFor } from '../testing/wait.ts';
import { openSampleLog, readBack } from './log/sample-log.ts';
import { sampleDataDir } from './sample-broker.ts';
import { spawnSampleBroker } from './spawn-sample-broker.ts';

/** A broker as a process of its own, killed again and again while a producer writes as fast as it can. */

const kills = 20;
const partitions = 3;

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

it(`has every acknowledged record once and in order after ${kills} kills at any moment`, {
  timeout: 240_000,
}, async () => {
  const dataDir = sampleDataDir();
  const port = await freePort();
  let broker = await spawnSampleBroker(port, dataDir);
  const client = openKafkaClient({
    properties: {
      'bootstrap.servers': `127.0.0.1:${port}`,
      'reconnect.backoff.ms': '20',
      'reconnect.backoff.max.ms': '100',
      'retry.backoff.ms': '20',
    },
  });
  await client.admin.createTopics([
    { name: 'durable', partitions, replicationFactor: 1, configs: { 'segment.bytes': '2000000' } },
  ]);
  /** By partition, the number and offset of each record that was acknowledged. */
  const acknowledged: { readonly number: number; readonly offset: number }[][] = [[], [], []];
  const failures: Error[] = [];
  let count = 0;
  const producer = client.createProducer<number>({
    properties: { 'enable.idempotence': 'true', 'delivery.timeout.ms': '120000', 'linger.ms': '0' },
    onDelivered: ({ partition, baseOffset, tokens, error }: DeliveredBatch<number>) => {
      for (const [index, number] of tokens.entries()) {
        acknowledged[partition]?.push({ number, offset: baseOffset + index });
      }
      if (error !== null) failures.push(error);
      count += tokens.length;
    },
  });
  const sent = [0, 0, 0];
  let isOver = false;
  const writing = (async () => {
    for (let n = 0; !isOver; n++) {
      const partition = n % partitions;
      const number = sent[partition] as number;
      const value = `${number} ${'x'.repeat(number % 300)}`;
      if (producer.append({ topic: 'durable', partition, key: null, value }, number))
        sent[partition] = number + 1;
      else await producer.ready();
      if (n % 500 === 0) await new Promise((done) => setImmediate(done));
    }
    await producer.flush();
  })();
  for (let seed = 0; seed < kills; seed++) {
    const random = seeded(seed);
    const target = count + Math.floor(random() * 20_000) + 1;
    await waitFor(
      `${target} records before kill ${seed}`,
      () => count >= target || failures.length > 0,
      60_000,
    );
    await broker.kill();
    broker = await spawnSampleBroker(port, dataDir);
  }
  isOver = true;
  await writing;
  await producer.close(5000);
  await client.close();
  await broker.kill();
  expect(failures).toEqual([]);
  for (const [partition, records] of acknowledged.entries()) {
    expect(records.length).toBe(sent[partition]);
    const log = openSampleLog(join(dataDir, 'logs', `durable-${partition}`));
    const kept = readBack(log, 0, 1_000_000).map(({ offset, value }) => ({
      number: Number(value?.split(' ')[0]),
      offset,
    }));
    // All of them, each once, in the order they were sent, where the broker said they are.
    expect(kept).toEqual(records);
    expect(kept.every(({ number }, index) => number === index)).toBe(true);
  }
});
