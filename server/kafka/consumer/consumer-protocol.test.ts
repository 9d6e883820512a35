import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeOf } from '../../errors/connect-error.ts';
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from './consumer-protocol.ts';

const owned = [
  { topic: 'log', partition: 1 },
  { topic: 'orders', partition: 0 },
  { topic: 'orders', partition: 2 },
];

/** Printed by Java's `ConsumerProtocol`. */
const java = {
  subscription:
    '00030000000200036c6f6700066f726465727300000004000000070000000200036c6f67000000010000000100066f72646572730000000200000000000000020000000700067261636b2d31',
  plainSubscription: '00030000000100066f7264657273ffffffff00000000ffffffffffff',
  oldestSubscription: '00000000000100066f7264657273ffffffff',
  assignment: '00030000000200066f726465727300000002000000000000000200036c6f670000000100000001ffffffff',
  emptyAssignment: '000300000000ffffffff',
};

describe('the consumer protocol', () => {
  test('writes subscriptions as Java does', () => {
    const userData = Buffer.from([0, 0, 0, 7]);
    const full = { topics: ['log', 'orders'], userData, owned, generation: 7, rack: 'rack-1' };
    expect(encodeSubscription(full).toString('hex')).toBe(java.subscription);
    const plain = { topics: ['orders'], userData: null, owned: [], generation: -1, rack: null };
    expect(encodeSubscription(plain).toString('hex')).toBe(java.plainSubscription);
  });

  test('writes assignments as Java does', () => {
    const partitions = [...owned.slice(1), ...owned.slice(0, 1)];
    expect(encodeAssignment({ partitions, userData: null }).toString('hex')).toBe(java.assignment);
    expect(encodeAssignment({ partitions: [], userData: null }).toString('hex')).toBe(java.emptyAssignment);
  });

  test('reads what Java wrote, in the oldest version too', () => {
    expect(decodeSubscription(Buffer.from(java.subscription, 'hex'))).toEqual({
      topics: ['log', 'orders'],
      userData: Buffer.from([0, 0, 0, 7]),
      owned,
      generation: 7,
      rack: 'rack-1',
    });
    expect(decodeSubscription(Buffer.from(java.oldestSubscription, 'hex'))).toMatchObject({
      topics: ['orders'],
      owned: [],
      generation: -1,
    });
    expect(decodeAssignment(Buffer.from(java.assignment, 'hex')).partitions).toHaveLength(3);
  });

  test('reads a later version by what it has in common', () => {
    const later = Buffer.concat([
      Buffer.from([0, 9]),
      Buffer.from(java.subscription, 'hex').subarray(2),
      Buffer.from('more'),
    ]);
    expect(decodeSubscription(later).topics).toEqual(['log', 'orders']);
  });

  test('takes empty assignment bytes as no partitions', () => {
    expect(decodeAssignment(Buffer.alloc(0)).partitions).toEqual([]);
  });

  test('refuses malformed bytes with a data error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        for (const decode of [decodeSubscription, decodeAssignment]) {
          try {
            decode(Buffer.from(bytes));
          } catch (error) {
            expect(codeOf(error)).toBe('data');
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
