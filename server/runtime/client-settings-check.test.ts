import { describe, expect, it } from 'vitest';
import { isConnectError, messageOf } from '../errors/connect-error.ts';
import { overrideProblems } from './client-settings-check.ts';
import { parseDistributedWorker, parseStandaloneWorker, unknownWorkerKeys } from './worker-config.ts';

const common = {
  'bootstrap.servers': 'one:9092',
  'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
};
const standalone = { ...common, 'offset.storage.file.filename': 'offsets' };
const distributed = {
  ...common,
  'group.id': 'workers',
  'offset.storage.topic': 'connect-offsets',
  'config.storage.topic': 'connect-configs',
  'status.storage.topic': 'connect-status',
};

const reference = (to: string): string => `$\{${to}}`;

function failureOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (isConnectError(error) && error.code === 'config') return messageOf(error);
    throw error;
  }
  return '';
}

describe('client settings of a worker', () => {
  it('are checked at start, each by its full key', () => {
    const raw = {
      ...standalone,
      'retry.backoff.ms': '-1',
      'producer.linger.ms': 'soon',
      'consumer.isolation.level': 'serializable',
      'admin.retries': '99999999999',
    };
    expect(failureOf(() => parseStandaloneWorker(raw)).split('\n')).toEqual([
      'Invalid value -1 for configuration retry.backoff.ms: Value must be at least 0',
      'Invalid value soon for configuration producer.linger.ms: Not a number of type LONG',
      'Invalid value serializable for configuration consumer.isolation.level: String must be one of: read_committed, read_uncommitted',
      'Invalid value 99999999999 for configuration admin.retries: Not a number of type INT',
    ]);
  });

  it('are told together with what else is wrong', () => {
    const raw = { ...distributed, 'request.timeout.ms': 'x', 'connect.protocol': 'y' };
    const lines = failureOf(() => parseDistributedWorker(raw)).split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch('connect.protocol');
    expect(lines[1]).toBe('Invalid value x for configuration request.timeout.ms: Not a number of type INT');
  });

  it('keep the rules between them, in view of what Connect sets by itself', () => {
    const inFlight = { ...standalone, 'producer.max.in.flight.requests.per.connection': '6' };
    expect(parseStandaloneWorker(inFlight).config).toBeDefined();
    const both = { ...inFlight, 'producer.enable.idempotence': 'true' };
    expect(failureOf(() => parseStandaloneWorker(both))).toBe(
      'producer.max.in.flight.requests.per.connection: To use the idempotent producer, max.in.flight.requests.per.connection must be set to at most 5. Current value is 6.',
    );
    const heartbeat = { ...standalone, 'consumer.session.timeout.ms': '3000' };
    expect(failureOf(() => parseStandaloneWorker(heartbeat))).toMatch(
      /^consumer\.heartbeat\.interval\.ms: Heartbeat must be set lower/,
    );
    const servers = { ...standalone, 'producer.bootstrap.servers': 'nowhere' };
    expect(failureOf(() => parseStandaloneWorker(servers))).toBe(
      'producer.bootstrap.servers: Invalid url in bootstrap.servers: nowhere',
    );
  });

  it('refuse what cannot be honoured', () => {
    const raw = {
      ...standalone,
      'bootstrap.controllers': 'c:9093',
      'producer.transaction.two.phase.commit.enable': 'true',
    };
    expect(failureOf(() => parseStandaloneWorker(raw)).split('\n')).toEqual([
      'bootstrap.controllers cannot be honoured, because controllers are not talked to directly; use bootstrap.servers; leave it out',
      'producer.transaction.two.phase.commit.enable cannot be honoured, because there is no outer transaction coordinator; leave it out',
    ]);
  });

  it('may be references, whose values are not known yet', () => {
    const raw = {
      ...standalone,
      'request.timeout.ms': reference('file:/run/secrets:timeout'),
      'producer.acks': reference('env:ACKS'),
      'producer.enable.idempotence': 'true',
    };
    const { config } = parseStandaloneWorker(raw);
    expect(config['bootstrap.servers']).toEqual(['one:9092']);
  });

  it('are known, also those that only standalone workers pass on; misspelled ones are not', () => {
    const raw = {
      ...standalone,
      'security.protocol': 'PLAINTEXT',
      'metadata.recovery.strategy': 'none',
      'producer.linger.ms': '1',
      'producer.lingre.ms': '1',
      'consumer.linger.ms': '1',
    };
    expect(unknownWorkerKeys('standalone', raw)).toEqual(['producer.lingre.ms', 'consumer.linger.ms']);
  });
});

describe('client settings that a connector overrides', () => {
  it('are wrong by themselves or together with the settings of the worker', () => {
    const worker = { ...standalone, 'producer.enable.idempotence': 'true' };
    expect(
      overrideProblems('producer.override.', worker, { 'producer.override.acks': 'some' }),
    ).toMatchObject([{ key: 'producer.override.acks' }]);
    expect(overrideProblems('producer.override.', worker, { 'producer.override.acks': '1' })).toEqual([
      {
        key: 'producer.override.acks',
        message:
          'producer.override.acks: Must set acks to all in order to use the idempotent producer. Otherwise we cannot guarantee idempotence.',
      },
    ]);
    expect(overrideProblems('producer.override.', standalone, { 'producer.override.acks': '1' })).toEqual([]);
  });

  it('are not looked at when there are none', () => {
    expect(overrideProblems('consumer.override.', standalone, {})).toEqual([]);
  });
});
