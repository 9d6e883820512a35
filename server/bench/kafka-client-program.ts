import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openKafkaClient } from '../kafka/open-kafka-client.ts';
import type { KafkaClient } from '../kafka/ports/kafka-client.ts';

/**
 * What `kafka-producer-perf-test` and `kafka-consumer-perf-test` do, with our client; prints `<records> <seconds>`.
 * `produce` sends random lines of `--payloads` until `--records` are acknowledged; `consume` reads as many.
 */

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    bootstrap: { type: 'string', default: '' },
    topic: { type: 'string', default: '' },
    records: { type: 'string', default: '0' },
    payloads: { type: 'string', default: '' },
    property: { type: 'string', multiple: true, default: [] },
  },
});
const total = Number(values.records);
const properties = Object.fromEntries(values.property.map((line) => line.split('=') as [string, string]));
const client = openKafkaClient({ properties: { 'bootstrap.servers': values.bootstrap } });
const seconds = positionals[0] === 'produce' ? await produce(client) : await consume(client);
await client.close();
console.log(`${total} ${seconds}`);

async function produce(kafka: KafkaClient): Promise<number> {
  const payloads = readFileSync(values.payloads)
    .toString('latin1')
    .split('\n')
    .map((line) => Buffer.from(line, 'latin1'));
  let failure: Error | null = null;
  const producer = kafka.createProducer<null>({
    properties,
    onDelivered: ({ error }) => {
      failure ??= error;
    },
  });
  const startedAt = performance.now();
  for (let sent = 0; sent < total; sent++) {
    const value = payloads[Math.floor(Math.random() * payloads.length)] ?? null;
    const record = { topic: values.topic, key: null, value };
    while (!producer.append(record, null)) await producer.ready();
    // Java's producer sends from a thread of its own; ours needs the loop now and then.
    if (sent % 2000 === 1999) await new Promise(setImmediate);
  }
  await producer.flush();
  const elapsed = (performance.now() - startedAt) / 1000;
  await producer.close(1000);
  if (failure !== null) throw failure;
  return elapsed;
}

async function consume(kafka: KafkaClient): Promise<number> {
  const consumer = kafka.createConsumer({
    properties: { 'group.id': `bench-${process.pid}`, 'auto.offset.reset': 'earliest', ...properties },
  });
  let startedAt = 0;
  const onAssigned = (): void => {
    startedAt = performance.now();
  };
  consumer.subscribe([values.topic], { onAssigned, onRevoked: () => undefined, onLost: () => undefined });
  let records = 0;
  let bytes = 0;
  const limit = performance.now() + 300_000;
  while (records < total) {
    if (performance.now() > limit) throw new Error(`read ${records} of ${total} records in 300 s`);
    for (const batch of await consumer.poll(1000)) {
      records += batch.records.length;
      for (const record of batch.records) bytes += record.keyLength + record.valueLength;
    }
  }
  const elapsed = (performance.now() - startedAt) / 1000;
  if (bytes < records) throw new Error('records without a value were read');
  await consumer.close(5000);
  return elapsed;
}
