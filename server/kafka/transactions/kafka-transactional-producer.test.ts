import { expect, test } from 'vitest';
import { isConnectError } from '../../errors/connect-error.ts';
import { openKafkaClient } from '../open-kafka-client.ts';
import type { Properties } from '../ports/properties.ts';

function open(kind: 'createProducer' | 'createTransactionalProducer', properties: Properties): string {
  const client = openKafkaClient({ properties: { 'bootstrap.servers': '127.0.0.1:1' } });
  try {
    client[kind]({ properties, onDelivered: () => undefined });
    return 'accepted';
  } catch (error) {
    return isConnectError(error) ? `${error.code} ${error.details.key}: ${error.message}` : String(error);
  }
}

test('a transactional id is for producers with transactions, and needed there', () => {
  const properties = { 'transactional.id': 'x' };
  expect(open('createTransactionalProducer', properties)).toBe('accepted');
  expect(open('createTransactionalProducer', {})).toMatch(/^config transactional.id: .*is needed/);
  expect(open('createProducer', {})).toBe('accepted');
  expect(open('createProducer', properties)).toMatch(/^config transactional.id: .*leave it out/);
});

test.each<Properties>([{ acks: '1' }, { 'enable.idempotence': 'false' }])(
  'a producer with transactions refuses %o, which it cannot do without idempotence',
  (properties) => {
    expect(open('createTransactionalProducer', { 'transactional.id': 'x', ...properties })).toMatch(
      /^config transactional.id: Cannot set a transactional.id without also enabling idempotence/,
    );
  },
);
