import { describe, expect, it } from 'vitest';
import { adminProperties, consumerProperties, producerProperties, sinkGroupId } from './client-properties.ts';
import { parseDistributedWorker, parseStandaloneWorker, unknownWorkerKeys } from './worker-config.ts';

const common = {
  'bootstrap.servers': 'one:9092, two:9092',
  'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
};
const standalone = { ...common, 'offset.storage.file.filename': '/tmp/connect.offsets' };
const distributed = {
  ...common,
  'group.id': 'connect-cluster',
  'offset.storage.topic': 'connect-offsets',
  'config.storage.topic': 'connect-configs',
  'status.storage.topic': 'connect-status',
};
const id = { connector: 'lines', task: 3 };

describe('worker settings', () => {
  it("has Apache's defaults where a sample file says nothing", () => {
    const { config } = parseDistributedWorker(distributed);
    expect(config['bootstrap.servers']).toEqual(['one:9092', 'two:9092']);
    expect(config['offset.flush.interval.ms']).toBe(60_000);
    expect(config['offset.storage.partitions']).toBe(25);
    expect(config['status.storage.partitions']).toBe(5);
    expect(config['connect.protocol']).toBe('sessioned');
    expect(config.listeners).toEqual(['http://:8083']);
    expect(config['admin.listeners']).toBeNull();
    expect(parseStandaloneWorker(standalone).config['header.converter']).toBe(
      'org.apache.kafka.connect.storage.SimpleHeaderConverter',
    );
  });

  it('names every missing key of a distributed worker at once', () => {
    for (const key of ['group.id', 'offset.storage.topic', 'config.storage.topic', 'status.storage.topic']) {
      expect(() => parseDistributedWorker(common)).toThrow(
        `Missing required configuration "${key}" which has no default value.`,
      );
    }
  });

  it('refuses partitions of zero, and a signature that nobody would verify', () => {
    expect(() => parseDistributedWorker({ ...distributed, 'status.storage.partitions': '0' })).toThrow(
      'Number of partitions must be a positive number, or -1',
    );
    expect(() =>
      parseDistributedWorker({ ...distributed, 'inter.worker.signature.algorithm': 'HmacSHA512' }),
    ).toThrow('inter.worker.verification.algorithms must contain HmacSHA512');
  });

  it('refuses one topic for two internal purposes', () => {
    expect(() =>
      parseDistributedWorker({ ...distributed, 'status.storage.topic': 'connect-configs' }),
    ).toThrow('names the same topic as another internal topic');
  });

  it('misses the class of a config provider that is named', () => {
    expect(() => parseStandaloneWorker({ ...standalone, 'config.providers': 'file' })).toThrow(
      '"config.providers.file.class"',
    );
  });

  it('knows which keys nothing reads', () => {
    const raw = {
      ...standalone,
      'producer.linger.ms': '5',
      'key.converter.schemas.enable': 'false',
      typo: 'x',
    };
    expect(unknownWorkerKeys('standalone', raw)).toEqual(['typo']);
  });
});

describe('properties of connector clients', () => {
  it('lets overrides win over worker prefixes, and those over the defaults of Connect', () => {
    const worker = { ...common, 'producer.acks': '1', 'producer.linger.ms': '5', 'producer.batch.size': '1' };
    const connector = { 'producer.override.batch.size': '262144' };
    expect(producerProperties(worker, connector, 'connector-producer-lines-3')).toMatchObject({
      'bootstrap.servers': 'one:9092, two:9092',
      acks: '1',
      'linger.ms': '5',
      'batch.size': '262144',
      'enable.idempotence': 'false',
      'max.in.flight.requests.per.connection': '1',
      'client.id': 'connector-producer-lines-3',
    });
  });

  it('puts all tasks of a sink in one group, which the connector may rename', () => {
    expect(consumerProperties(common, {}, id)).toMatchObject({
      'group.id': 'connect-lines',
      'auto.offset.reset': 'earliest',
    });
    expect(sinkGroupId(common, { 'consumer.override.group.id': 'mine' }, 'lines')).toBe('mine');
  });

  it('gives security settings of the worker to admin clients, but not to producers', () => {
    const worker = { ...common, 'security.protocol': 'SSL', 'ssl.client.auth': 'none', 'group.id': 'g' };
    expect(adminProperties(worker, {}, 'me')).toEqual({
      'bootstrap.servers': 'one:9092, two:9092',
      'security.protocol': 'SSL',
      'client.id': 'me',
    });
    expect(producerProperties(worker, {}, 'me')).not.toHaveProperty('security.protocol');
  });
});
