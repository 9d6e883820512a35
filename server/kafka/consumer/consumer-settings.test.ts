import { describe, expect, test } from 'vitest';
import { isConnectError } from '../../errors/connect-error.ts';
import { parseConsumerSettings } from './consumer-settings.ts';

describe('consumer settings', () => {
  test('have the defaults of Kafka', () => {
    expect(parseConsumerSettings({})).toMatchObject({
      groupId: null,
      sessionTimeoutMs: 45_000,
      heartbeatIntervalMs: 3000,
      assignors: ['range', 'cooperative-sticky'],
      offsetReset: 'latest',
      fetchMinBytes: 1,
      fetchMaxBytes: 52_428_800,
      fetchMaxWaitMs: 500,
      maxPartitionFetchBytes: 1_048_576,
      maxPollRecords: 500,
      maxPollIntervalMs: 300_000,
      checkCrcs: true,
      committedOnly: false,
    });
  });

  test.each([
    ['earliest', 'earliest'],
    [' latest ', 'latest'],
    ['none', 'none'],
    ['by_duration:PT1H30M', { ageMs: 5_400_000 }],
    ['by_duration:P2DT0.5S', { ageMs: 172_800_500 }],
  ])('read auto.offset.reset=%s', (text, expected) => {
    expect(parseConsumerSettings({ 'auto.offset.reset': text }).offsetReset).toEqual(expected);
  });

  test.each([
    ['auto.offset.reset', 'soon', /'earliest', 'latest', 'none' or of the format/],
    ['auto.offset.reset', 'by_duration:-PT1H', /by_duration/],
    ['auto.offset.reset', 'by_duration:P', /by_duration/],
    ['max.poll.records', '0', /at least 1/],
    ['auto.offset.reset', 'Earliest', /`Earliest`/],
    ['isolation.level', 'serializable', /read_committed, read_uncommitted/],
    ['partition.assignment.strategy', 'com.acme.Mine', /com\.acme\.Mine/],
    ['partition.assignment.strategy', '', /must not be empty/],
    ['group.remote.assignor', 'uniform', /cannot be set when group.protocol=CLASSIC/],
    ['heartbeat.interval.ms', '45000', /lower than the session timeout/],
  ])('refuse %s=%s by its key', (key, value, message) => {
    let error: unknown;
    try {
      parseConsumerSettings({ [key]: value });
    } catch (caught) {
      error = caught;
    }
    expect(isConnectError(error) && [error.code, error.details.key]).toEqual(['config', key]);
    expect(isConnectError(error) && error.message).toMatch(message);
  });

  test('take every assignor by its Java class', () => {
    const strategy = ['Range', 'RoundRobin', 'Sticky', 'CooperativeSticky']
      .map((name) => `org.apache.kafka.clients.consumer.${name}Assignor`)
      .join();
    expect(parseConsumerSettings({ 'partition.assignment.strategy': strategy }).assignors).toEqual([
      'range',
      'roundrobin',
      'sticky',
      'cooperative-sticky',
    ]);
  });

  test.each(['partition.assignment.strategy', 'heartbeat.interval.ms', 'session.timeout.ms'])(
    'refuse %s with group.protocol=consumer, where the broker decides it',
    (key) => {
      const properties = { 'group.protocol': 'Consumer', [key]: '3000' };
      const message = `${key} cannot be set when group.protocol=CONSUMER`;
      expect(() => parseConsumerSettings(properties)).toThrow(message);
    },
  );
});
