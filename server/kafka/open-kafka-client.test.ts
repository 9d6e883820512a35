import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isConnectError } from '../errors/connect-error.ts';
import { waitFor } from '../testing/wait.ts';
import { openKafkaClient } from './open-kafka-client.ts';
import type { KafkaClient } from './ports/kafka-client.ts';
import type { Properties } from './ports/properties.ts';
import { FakeProduceDesk } from './producer/fake-produce-desk.ts';
import { kafkaErrors } from './protocol/error-codes.ts';
import { saslHandshakeApi } from './protocol/generated/sasl-handshake.js';

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

  test('warns once of each setting that is not known or has no effect, without its value', () => {
    const properties = {
      'batch.sise': 'secret',
      'key.serializer': 'org.example.Serializer',
      'metrics.num.samples': '2',
      'interceptor.classes': '',
      'enable.metrics.push': 'false',
      'send.buffer.bytes': '65536',
      'receive.buffer.bytes': '-1',
      'linger.ms': '1',
      'retry.backoff.ms': '2000',
    };
    for (let i = 0; i < 2; i++) client.createProducer({ properties, onDelivered: () => undefined });
    expect(logged).toEqual([
      "warn the producer configuration 'key.serializer' has no effect, because converters have made bytes of them already",
      "warn the producer configuration 'send.buffer.bytes' has no effect, because the operating system sizes socket buffers by itself",
      "warn the producer configuration 'retry.backoff.ms' is above retry.backoff.max.ms, which is waited instead",
      "warn the producer configuration 'batch.sise' was supplied but isn't a known config",
    ]);
  });

  test('warns of its own settings as those of its admin, once that is asked for', async () => {
    const properties = { 'bootstrap.servers': desk.broker.bootstrap, 'linger.ms': '0', retries: '3' };
    const other = openKafkaClient({
      properties,
      log: (level, message) => logged.push(`${level} ${message}`),
    });
    other.createProducer({ properties, onDelivered: () => undefined });
    expect(logged).toEqual([]);
    for (let i = 0; i < 2; i++) expect(other.admin).toBeDefined();
    expect(logged).toEqual([
      "warn the admin configuration 'retries' has no effect, because requests are repeated until default.api.timeout.ms is over",
      "warn the admin configuration 'linger.ms' was supplied but isn't a known config",
    ]);
    await other.close();
  });

  test('tells at once that a broker refuses its login, whoever asks, and connects ever more slowly', async () => {
    let logins = 0;
    desk.broker.on(saslHandshakeApi.key, (call) => {
      logins++;
      call.answer(saslHandshakeApi, {
        errorCode: kafkaErrors.UNSUPPORTED_SASL_MECHANISM,
        mechanisms: ['OAUTHBEARER'],
      });
    });
    const module = 'org.apache.kafka.common.security.plain.PlainLoginModule';
    const refused = openKafkaClient({
      properties: {
        'bootstrap.servers': desk.broker.bootstrap,
        'security.protocol': 'SASL_PLAINTEXT',
        'sasl.mechanism': 'PLAIN',
        'sasl.jaas.config': `${module} required username="u" password="canary";`,
      },
    });
    const began = performance.now();
    const refusal = { code: 'kafka', details: { kafkaError: 'UNSUPPORTED_SASL_MECHANISM' } };
    await expect(refused.admin.describeCluster()).rejects.toMatchObject(refusal);
    const consumer = refused.createConsumer({ properties: { 'group.id': 'g' } });
    const nothing = (): void => undefined;
    consumer.subscribe(['t'], { onAssigned: nothing, onRevoked: nothing, onLost: nothing });
    await expect(consumer.poll(30_000)).rejects.toMatchObject(refusal);
    const producer = refused.createProducer<null>({ properties: {}, onDelivered: () => undefined });
    expect(producer.append({ topic: 't', key: null, value: 'a' }, null)).toBe(false);
    await expect(producer.ready()).rejects.toMatchObject(refusal);
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(logins).toBeLessThanOrEqual(4);
    await Promise.all([consumer.close(10), producer.close(10)]);
    await refused.close();
  });

  test('refuses what it cannot honour by its key', () => {
    const properties = { 'transaction.two.phase.commit.enable': 'true' };
    expect(() => client.createProducer({ properties, onDelivered: () => undefined })).toThrow(
      'transaction.two.phase.commit.enable cannot be honoured, because there is no outer transaction coordinator',
    );
  });
});
