import { describe, expect, it } from 'vitest';
import { isConnectError } from '../../errors/connect-error.ts';
import type { TopicPartitionOffset } from '../groups/group-offsets.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import { sampleBatch } from '../log/sample-batches.ts';
import { sampleDataDir } from '../sample-broker.ts';
import { openSampleState, type SampleState } from '../sample-state.ts';
import { InternalLog } from '../topics/internal-log.ts';
import { transactionsTopic } from '../topics/topic.ts';
import { maxEpoch } from './transaction.ts';
import type { ProducerIdentity } from './transaction-coordinator.ts';
import { encodeTransaction } from './transaction-records.ts';

const timeout = 60_000;

function open(dataDir = sampleDataDir()): SampleState & { readonly log: PartitionLog } {
  const state = openSampleState(dataDir);
  if (state.topics.get('t') === undefined) state.topics.create('t', 1, {});
  return { ...state, log: state.topics.log('t', 0) as PartitionLog };
}

function refused(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (isConnectError(error)) return error.details.kafkaError ?? error.message;
    throw error;
  }
  return 'nothing';
}

/** A write as the produce handler makes it. */
function write(
  { transactions, log }: SampleState & { log: PartitionLog },
  who: ProducerIdentity,
  sequence: number,
): string {
  const error = transactions.checkWrite('tx', who, 't', 0, true);
  if (error !== null) return error;
  const batch = sampleBatch([{}], { ...who, sequence, isTransactional: true });
  const outcome = log.append(batch, Date.now());
  return outcome.kind === 'refused' ? outcome.error : `${outcome.baseOffset}`;
}

const committed: TopicPartitionOffset = {
  topic: 't',
  partition: 0,
  offset: 42,
  leaderEpoch: 0,
  metadata: '',
  commitTimestamp: 1,
};

describe('the transaction coordinator', () => {
  it('gives each transaction of a newer client an epoch of its own', () => {
    const state = open();
    const first = state.transactions.initProducer('tx', timeout, null);
    expect(first.epoch).toBe(0);
    expect(write(state, first, 0)).toBe('0');
    expect(state.log.lastStableOffset).toBe(0);
    const second = state.transactions.end('tx', first, true, true);
    expect(second).toEqual({ producerId: first.producerId, epoch: 1 });
    expect(state.log.lastStableOffset).toBe(2);
    expect(write(state, first, 1)).toBe('INVALID_PRODUCER_EPOCH');
    expect(write(state, second, 0)).toBe('2');
    state.transactions.end('tx', second, false, true);
    expect(state.log.producers.abortedBetween(0, 10)).toMatchObject([{ firstOffset: 2, lastOffset: 3 }]);
  });

  it('answers a repeated end with the same new epoch', () => {
    const state = open();
    const first = state.transactions.initProducer('tx', timeout, null);
    write(state, first, 0);
    const ended = state.transactions.end('tx', first, true, true);
    expect(state.transactions.end('tx', first, true, true)).toEqual(ended);
    expect(refused(() => state.transactions.end('tx', first, false, true))).toBe('INVALID_TXN_STATE');
    expect(state.log.nextOffset).toBe(2);
  });

  it('lets newer clients abort nothing, and nobody commit nothing', () => {
    const { transactions } = open();
    const first = transactions.initProducer('tx', timeout, null);
    expect(refused(() => transactions.end('tx', first, true, true))).toBe('INVALID_TXN_STATE');
    expect(refused(() => transactions.end('tx', first, false, false))).toBe('INVALID_TXN_STATE');
    const second = transactions.end('tx', first, false, true);
    expect(second.epoch).toBe(1);
    expect(transactions.end('tx', second, false, true).epoch).toBe(2);
  });

  it('keeps the epoch of older clients, and lets them write only where they said', () => {
    const state = open();
    const who = state.transactions.initProducer('tx', timeout, null);
    expect(state.transactions.checkWrite('tx', who, 't', 0, false)).toBe('TRANSACTION_ABORTABLE');
    state.transactions.addPartitions('tx', who, [{ topic: 't', partition: 0 }]);
    expect(state.transactions.checkWrite('tx', who, 't', 0, false)).toBeNull();
    expect(write(state, who, 0)).toBe('0');
    expect(state.transactions.end('tx', who, true, false)).toEqual(who);
    expect(state.transactions.end('tx', who, true, false)).toEqual(who);
    expect(refused(() => state.transactions.end('tx', who, false, false))).toBe('INVALID_TXN_STATE');
    state.transactions.addPartitions('tx', who, [{ topic: 't', partition: 0 }]);
    expect(write(state, who, 1)).toBe('2');
  });

  it('ends what a former holder left open and fences it off', () => {
    const state = open();
    const first = state.transactions.initProducer('tx', timeout, null);
    write(state, first, 0);
    const second = state.transactions.initProducer('tx', timeout, null);
    expect(second).toEqual({ producerId: first.producerId, epoch: 2 });
    expect(state.log.producers.abortedBetween(0, 10)).toHaveLength(1);
    expect(write(state, first, 1)).toBe('INVALID_PRODUCER_EPOCH');
    expect(refused(() => state.transactions.end('tx', first, true, false))).toBe('PRODUCER_FENCED');
    expect(refused(() => state.transactions.initProducer('tx', timeout, first))).toBe('PRODUCER_FENCED');
    expect(state.transactions.initProducer('tx', timeout, second).epoch).toBe(3);
  });

  it('gives a new producer id when the epochs of one are used up', () => {
    const state = open();
    let who = state.transactions.initProducer('tx', timeout, null);
    const first = who.producerId;
    for (let epoch = 1; epoch <= maxEpoch; epoch++) who = state.transactions.initProducer('tx', timeout, who);
    expect(who).toEqual({ producerId: first, epoch: maxEpoch });
    expect(write(state, who, 0)).toBe('0');
    const next = state.transactions.end('tx', who, true, true);
    expect(next.epoch).toBe(0);
    expect(next.producerId).not.toBe(first);
    expect(write(state, next, 0)).toBe('2');
  });

  it('aborts what takes too long; the holder may begin anew', () => {
    const state = open();
    const who = state.transactions.initProducer('tx', 1000, null);
    write(state, who, 0);
    state.transactions.expire(Date.now());
    expect(state.log.lastStableOffset).toBe(0);
    state.transactions.expire(Date.now() + 1500);
    expect(state.log.lastStableOffset).toBe(2);
    expect(write(state, who, 1)).toBe('INVALID_PRODUCER_EPOCH');
    expect(refused(() => state.transactions.end('tx', who, true, false))).toBe('PRODUCER_FENCED');
    expect(refused(() => state.transactions.end('tx', who, true, true))).toBe('INVALID_TXN_STATE');
    const next = { ...who, epoch: 1 };
    expect(state.transactions.end('tx', who, false, true)).toEqual(next);
    expect(state.transactions.initProducer('tx', 1000, who)).toEqual(next);
    expect(write(state, next, 0)).toBe('2');
  });

  it('gives the present epoch again to who missed the answer that told it', () => {
    const state = open();
    const { transactions } = state;
    const first = transactions.initProducer('tx', timeout, null);
    const second = transactions.initProducer('tx', timeout, first);
    expect(second.epoch).toBe(1);
    expect(transactions.initProducer('tx', timeout, first)).toEqual(second);
    expect(transactions.initProducer('tx', timeout, first)).toEqual(second);
    // One's own open transaction is aborted with the one new epoch.
    write(state, second, 0);
    expect(transactions.initProducer('tx', timeout, second).epoch).toBe(2);
    expect(refused(() => transactions.initProducer('tx', timeout, first))).toBe('PRODUCER_FENCED');
  });

  it('bumps the epoch with each abort of nothing, and knows a repeated one', () => {
    const { transactions } = open();
    const who = transactions.initProducer('tx', timeout, null);
    transactions.addPartitions('tx', who, [{ topic: 't', partition: 0 }]);
    expect(transactions.end('tx', who, false, false)).toEqual(who);
    const next = transactions.end('tx', who, false, true);
    expect(next.epoch).toBe(1);
    expect(transactions.end('tx', who, false, true)).toEqual(next);
    expect(transactions.end('tx', next, false, true).epoch).toBe(2);
  });

  it('forgets ids that nobody used for a week', () => {
    const dataDir = sampleDataDir();
    const state = open(dataDir);
    state.transactions.initProducer('tx', timeout, null);
    state.transactions.expire(Date.now() + 8 * 86_400_000);
    expect(state.transactions.get('tx')).toBeUndefined();
    state.crash();
    expect(open(dataDir).transactions.all()).toEqual([]);
  });

  it('commits offsets with the transaction or not at all, also over a crash', () => {
    const dataDir = sampleDataDir();
    const state = open(dataDir);
    const first = state.transactions.initProducer('tx', timeout, null);
    state.transactions.addOffsets('tx', first);
    state.groups.commitInTransaction('g', [committed], first);
    expect(state.groups.offsetsOf('g')?.hasPending('t', 0)).toBe(true);
    expect(state.groups.offsetsOf('g')?.get('t', 0)).toBeUndefined();
    state.crash();
    const again = open(dataDir);
    expect(again.groups.offsetsOf('g')?.hasPending('t', 0)).toBe(true);
    const second = again.transactions.end('tx', first, true, true);
    expect(again.groups.offsetsOf('g')?.get('t', 0)?.offset).toBe(42);
    again.transactions.addOffsets('tx', second);
    again.groups.commitInTransaction('g', [{ ...committed, offset: 50 }], second);
    again.transactions.end('tx', second, false, true);
    expect(again.groups.offsetsOf('g')?.get('t', 0)?.offset).toBe(42);
    again.crash();
    const last = open(dataDir);
    expect(last.groups.offsetsOf('g')?.get('t', 0)?.offset).toBe(42);
    expect(last.groups.offsetsOf('g')?.hasPending('t', 0)).toBe(false);
  });

  it('goes on with an open transaction after a crash', () => {
    const dataDir = sampleDataDir();
    const state = open(dataDir);
    const who = state.transactions.initProducer('tx', timeout, null);
    write(state, who, 0);
    state.crash();
    const again = open(dataDir);
    expect(write(again, who, 1)).toBe('1');
    expect(again.log.lastStableOffset).toBe(0);
    again.transactions.end('tx', who, true, true);
    expect(again.log.lastStableOffset).toBe(3);
  });

  it('finishes at start what a crash interrupted between decision and markers', () => {
    const dataDir = sampleDataDir();
    const state = open(dataDir);
    const who = state.transactions.initProducer('tx', timeout, null);
    write(state, who, 0);
    const transaction = state.transactions.get('tx');
    if (transaction === undefined) throw new Error('no transaction');
    new InternalLog(state.topics, transactionsTopic).append([
      encodeTransaction({ ...transaction, state: 'PrepareCommit' }),
    ]);
    state.crash();
    const again = open(dataDir);
    expect(again.transactions.get('tx')?.state).toBe('CompleteCommit');
    expect(again.log.lastStableOffset).toBe(2);
    expect(again.log.producers.abortedBetween(0, 10)).toEqual([]);
  });

  it('refuses empty ids, timeouts out of bounds and strangers', () => {
    const { transactions } = open();
    expect(refused(() => transactions.initProducer('', timeout, null))).toBe('INVALID_REQUEST');
    expect(refused(() => transactions.initProducer('tx', 900_001, null))).toBe('INVALID_TRANSACTION_TIMEOUT');
    const stranger = { producerId: 99n, epoch: 0 };
    expect(refused(() => transactions.end('tx', stranger, true, true))).toBe('INVALID_PRODUCER_ID_MAPPING');
    expect(transactions.checkWrite('tx', stranger, 't', 0, true)).toBe('INVALID_PRODUCER_ID_MAPPING');
  });

  it('never gives out a producer id twice, whatever happens', () => {
    const dataDir = sampleDataDir();
    const given = new Set<bigint>();
    for (let round = 0; round < 3; round++) {
      const state = open(dataDir);
      for (let n = 0; n < 1500; n++) given.add(state.producerIds.next());
      state.crash();
    }
    expect(given.size).toBe(4500);
  });
});
