import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isConnectError } from '../errors/connect-error.ts';
import { waitFor } from '../testing/wait.ts';
import { openKafkaClient } from './open-kafka-client.ts';
import type { KafkaClient } from './ports/kafka-client.ts';
import type { Properties } from './ports/properties.ts';
import { FakeProduceDesk } from './producer/fake-produce-desk.ts';

let desk: FakeProduceDesk;
let client: KafkaClient;
let logged: string[];

beforeEach(async () => {
  desk = await FakeProduceDesk.start();
  desk.topics.set('t', [1]);
  logged = [];
  client = openKafkaClient({
    properties: { 'bootstrap.servers': desk.broker.bootstrap, 'client.id': 'shared' },
    log: (level, message) => logged.push(`${level} ${message}`),
  });
});

afterEach(async () => {
  await client.close();
  await desk.broker.stop();
});

async function produceOne(properties: Properties): Promise<() => Promise<void>> {
  const producer = client.createProducer<null>({ properties, onDelivered: () => undefined });
  while (!producer.append({ topic: 't', key: null, value: 'a' }, null)) await producer.ready();
  const flushed = producer.flush();
  (await waitFor('a request', () => desk.held.shift())).answer();
  await flushed;
  return async () => await producer.close(100);
}

function clientIds(): Set<string | null> {
  return new Set(desk.broker.calls.map(({ header }) => header.clientId));
}

describe('the Kafka client', () => {
  test('shares metadata with producers that ask for nothing special', async () => {
    await produceOne({ 'linger.ms': '0' });
    await produceOne({ acks: '1' });
    expect(clientIds()).toEqual(new Set(['shared']));
  });

  test('has connections of their own for those whose connection settings differ, and closes them with the last', async () => {
    const close = await produceOne({ 'client.id': 'other' });
    expect(clientIds()).toEqual(new Set(['other']));
    expect(desk.broker.sockets.size).toBeGreaterThan(0);
    await close();
    await waitFor('the connections to close', () => desk.broker.sockets.size === 0);
  });

  test('refuses a bad setting by its key', () => {
    let error: unknown;
    try {
      client.createProducer({ properties: { 'linger.ms': 'soon' }, onDelivered: () => undefined });
    } catch (caught) {
      error = caught;
    }
    expect(isConnectError(error) && [error.code, error.details.key]).toEqual(['config', 'linger.ms']);
  });

  test('warns once of a setting that nothing reads, without its value, and of none that Java clients know', () => {
    const properties = {
      'batch.sise': 'secret',
      'key.serializer': 'x',
      'metrics.num.samples': '2',
      'interceptor.classes': '',
      'linger.ms': '1',
    };
    for (let i = 0; i < 2; i++) client.createProducer({ properties, onDelivered: () => undefined });
    expect(logged).toEqual([
      `warn the producer configuration 'batch.sise' was supplied but isn't a known config`,
    ]);
  });
});
