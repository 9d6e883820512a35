import { afterEach, beforeEach, expect } from 'vitest';
import { waitFor } from '../../../testing/wait.ts';
import { Cluster } from '../../cluster/cluster.ts';
import type { ConsumedBatch } from '../../ports/consumer.ts';
import type { Properties } from '../../ports/properties.ts';
import { KafkaConsumer } from '../kafka-consumer.ts';
import { FakeFetchDesk, type HeldFetch } from './fake-fetch-desk.ts';

/** For tests: a fake desk, and a consumer that reads topic `t` from it. */
export interface FetchBench {
  readonly desk: FakeFetchDesk;
  readonly consumer: KafkaConsumer;
  /** Makes the consumer and assigns it that many partitions. */
  start(properties?: Properties, partitions?: number): void;
  /** The next fetch request; polls meanwhile, as nothing is fetched for a consumer that never began. */
  next(): Promise<HeldFetch>;
}

/** Made anew for each test of the enclosing suite. */
export function fetchBench(): FetchBench {
  let desk: FakeFetchDesk;
  let clusters: Cluster[] = [];
  let consumer: KafkaConsumer;

  beforeEach(async () => {
    desk = await FakeFetchDesk.start();
  });

  afterEach(async () => {
    await consumer.close(100);
    for (const cluster of clusters) await cluster.close();
    clusters = [];
    await desk.stop();
  });

  return {
    get desk() {
      return desk;
    },
    get consumer() {
      return consumer;
    },
    start(properties = {}, partitions = 1) {
      desk.partitions = partitions;
      const all = {
        'bootstrap.servers': desk.broker.bootstrap,
        'auto.offset.reset': 'earliest',
        'retry.backoff.ms': '5',
        'retry.backoff.max.ms': '20',
        'reconnect.backoff.ms': '5',
        ...properties,
      };
      const cluster = new Cluster({ properties: all });
      clusters.push(cluster);
      consumer = new KafkaConsumer(cluster, { properties: all });
      consumer.assign(Array.from({ length: partitions }, (_, partition) => ({ topic: 't', partition })));
    },
    async next() {
      return await waitFor('a fetch request', async () => {
        if (desk.held.length === 0) expect(await consumer.poll(0)).toEqual([]);
        return desk.held.shift();
      });
    },
  };
}

export function valuesOf(batches: readonly ConsumedBatch[]): (string | undefined)[] {
  return batches.flatMap(({ records }) => records.map(({ value }) => value?.toString()));
}
