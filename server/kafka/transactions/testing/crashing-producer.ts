/**
 * For tests, as a process of its own: opens a transaction with some records in it, says so, and waits to be killed.
 * Arguments: bootstrap server, topic, transactional id.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { openKafkaClient } from '../../open-kafka-client.ts';

const [bootstrap = '', topic = '', transactionalId = ''] = process.argv.slice(2);
const client = openKafkaClient({ properties: { 'bootstrap.servers': bootstrap } });
const producer = client.createTransactionalProducer<null>({
  properties: { 'transactional.id': transactionalId },
  onDelivered: () => undefined,
});
await producer.initTransactions();
producer.beginTransaction();
for (let i = 0; i < 10; i++) {
  const record = { topic, partition: 0, key: null, value: `crashed ${i}` };
  while (!producer.append(record, null)) await producer.ready();
}
await producer.flush();
process.stdout.write('open\n');
await sleep(60_000);
