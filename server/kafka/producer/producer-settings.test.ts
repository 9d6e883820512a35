import { describe, expect, test } from 'vitest';
import { isConnectError } from '../../errors/connect-error.ts';
import { parseProducerSettings } from './producer-settings.ts';

describe('producer settings', () => {
  test('have the defaults of Kafka', () => {
    expect(parseProducerSettings({})).toMatchObject({
      acks: -1,
      batchBytes: 16_384,
      lingerMs: 5,
      bufferBytes: 33_554_432,
      maxBlockMs: 60_000,
      maxRequestBytes: 1_048_576,
      maxInFlight: 5,
      retries: 2_147_483_647,
      deliveryTimeoutMs: 120_000,
      requestTimeoutMs: 30_000,
      isIdempotent: true,
      compression: 'none',
      partitioner: 'keys',
    });
  });

  test('take what Connect sets: no end to blocking and retrying', () => {
    const settings = parseProducerSettings({
      'max.block.ms': '9223372036854775807',
      'delivery.timeout.ms': '2147483647',
      'enable.idempotence': 'false',
      'max.in.flight.requests.per.connection': '1',
      acks: 'all',
    });
    expect(settings.maxBlockMs).toBe(Number.MAX_SAFE_INTEGER);
    expect(settings.deliveryTimeoutMs).toBe(2_147_483_647);
  });

  test.each([
    [{ acks: '1' }, false],
    [{ retries: '0' }, false],
    [{ acks: '-1' }, true],
  ])('decide by %o whether the producer is idempotent, unless told', (properties, isIdempotent) => {
    expect(parseProducerSettings(properties).isIdempotent).toBe(isIdempotent);
  });

  test.each([
    [{ acks: '2' }, 'acks', /String must be one of: all, -1, 0, 1/],
    [{ 'batch.size': '-1' }, 'batch.size', /at least 0/],
    [{ 'compression.type': 'brotli' }, 'compression.type', /none, gzip, snappy, lz4, zstd/],
    [{ 'compression.gzip.level': '0' }, 'compression.gzip.level', /between 1 and 9/],
    [{ acks: '1', 'enable.idempotence': 'true' }, 'acks', /Must set acks to all/],
    [{ retries: '0', 'enable.idempotence': 'true' }, 'retries', /non-zero/],
    [
      { 'max.in.flight.requests.per.connection': '6' },
      'max.in.flight.requests.per.connection',
      /Current value is 6/,
    ],
    [
      { 'delivery.timeout.ms': '10', 'linger.ms': '0' },
      'delivery.timeout.ms',
      /linger\.ms \+ request\.timeout\.ms/,
    ],
    [{ 'partitioner.class': 'com.acme.Mine' }, 'partitioner.class', /com\.acme\.Mine is not available/],
    [
      { 'transactional.id': 'x', acks: '1' },
      'transactional.id',
      /Cannot set a transactional.id without also enabling idempotence/,
    ],
  ])('refuse %o by its key', (properties, key, message) => {
    let error: unknown;
    try {
      parseProducerSettings(properties);
    } catch (caught) {
      error = caught;
    }
    expect(isConnectError(error) && [error.code, error.details.key]).toEqual(['config', key]);
    expect(isConnectError(error) && error.message).toMatch(message);
  });
});
