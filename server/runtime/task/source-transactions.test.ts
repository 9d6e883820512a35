import { describe, expect, it } from 'vitest';
import { ConnectError } from '../../errors/connect-error.ts';
import type { Settings, SourceTask, TransactionContext } from '../../plugin-api/source-connector.ts';
import type { SourceRecord } from '../../records/record.ts';
import { offsetKey, offsetValue } from '../../storage/offset-records.ts';
import { waitFor } from '../../testing/wait.ts';
import { HeldTransactionalProducer } from '../testing/held-transactional-producer.ts';
import { dropMatching, textConverter, textHeaderConverter } from '../testing/text-plugins.ts';
import { RecordErrorHandler } from './record-error-handler.ts';
import { SourceLoop } from './source-loop.ts';
import type { SubmittedRun } from './submitted-records.ts';
import { TaskControl } from './task-control.ts';
import { TaskGauges } from './task-gauges.ts';
import { transactionBoundaryOf } from './transaction-boundary.ts';
import { compileTransformationChain } from './transformation-chain.ts';

const waitMs = 20_000;
const partition = { sequence: 'a' };

function record(position: number, changes: Partial<SourceRecord> = {}): SourceRecord {
  return {
    sourcePartition: partition,
    sourceOffset: { position },
    topic: 't',
    kafkaPartition: null,
    keySchema: null,
    key: null,
    valueSchema: null,
    value: `v${position}`,
    timestamp: null,
    headers: null,
    ...changes,
  };
}

interface Scene {
  /** Each is one poll; null: nothing. */
  readonly batches: readonly (readonly SourceRecord[] | Error | null)[];
  readonly settings?: Settings;
  readonly task?: Partial<SourceTask>;
  readonly paused?: boolean;
  /** Before the records of poll number `index` are returned. */
  readonly onPoll?: (index: number, context: TransactionContext | undefined) => void;
  readonly checks?: { before?: () => Promise<void>; after?: () => Promise<void> };
}

function startLoop({ batches, settings = {}, task = {}, paused = false, onPoll, checks = {} }: Scene) {
  const control = new TaskControl(paused ? 'PAUSED' : 'STARTED');
  const events: string[] = [];
  const clock = { now: 1_000 };
  const holder: { producer?: HeldTransactionalProducer<SubmittedRun | null> } = {};
  const log = (level: string, message: string) => void events.push(`${level}: ${message}`);
  const polls = { count: 0 };
  let context: TransactionContext | undefined;
  const sourceTask: SourceTask = {
    start: (_settings, given) => {
      context = given.transactions;
      events.push('start');
    },
    poll: async () => {
      const index = polls.count++;
      const next = batches[index];
      if (next instanceof Error) throw next;
      onPoll?.(index, context);
      if (next !== undefined && next !== null) return next;
      await new Promise((resolve) => setTimeout(resolve, 2));
      return null;
    },
    stop: () => void events.push('stop'),
    ...task,
  };
  const gauges = new TaskGauges();
  const converter = textConverter.createConverter();
  const header = textHeaderConverter.createHeaderConverter();
  const loop = new SourceLoop({
    task: sourceTask,
    settings,
    createProducer: () => {
      throw new Error('a producer without transactions');
    },
    exactlyOnce: {
      id: { connector: 'c', task: 0 },
      createProducer: (onDelivered) => {
        holder.producer = new HeldTransactionalProducer(onDelivered);
        return holder.producer;
      },
      offsets: {
        topic: 'offsets',
        start: async () => void events.push('offsets read'),
        records: async (entries) =>
          entries.map((entry) => ({
            key: Buffer.from(offsetKey('c', entry.partition)),
            value: offsetValue('c', entry.offset),
          })),
        committed: (entries) => void events.push(`committed ${entries.length}`),
      },
      boundary: transactionBoundaryOf(settings, 60_000),
      checks: {
        beforeTransactions: checks.before ?? (async () => void events.push('fenced')),
        afterTransactions: checks.after ?? (async () => void events.push('verified')),
      },
      now: () => clock.now,
    },
    converters: {
      key: converter,
      keyClassName: textConverter.className,
      value: converter,
      valueClassName: textConverter.className,
      header,
      headerClassName: textHeaderConverter.className,
    },
    chain: compileTransformationChain(settings, {
      createTransformation: () => dropMatching.createTransformation(),
      createPredicate: () => {
        throw new Error('none');
      },
    }),
    errors: new RecordErrorHandler({
      id: { connector: 'c', task: 0 },
      settings,
      log,
      counter: gauges,
      deadLetters: null,
      signal: control.signal,
      wait: async () => {},
    }),
    offsets: {
      offset: async () => null,
      offsets: async (partitions) => partitions.map(() => null),
      write: async () => {
        throw new Error('offsets outside a transaction');
      },
    },
    ensureTopic: null,
    control,
    reports: {
      state: (state) => void events.push(state),
      topic: (topic) => void events.push(`topic ${topic}`),
    },
    gauges,
    offsetFlushIntervalMs: 60_000,
    offsetFlushTimeoutMs: 50,
    log,
  });
  const { producer } = holder;
  if (producer === undefined) throw new Error('the loop made no producer');
  const done = loop.run().then(
    () => null,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
  const polled = (count: number) => waitFor(`${count} polls`, () => polls.count >= count, waitMs);
  return { control, events, producer, done, polled, clock };
}

const offset = (position: number) => `offsets={"position":${position}}`;

describe('a source task with transactions', () => {
  it('fences, takes its id, makes sure of itself and reads offsets before the task starts', async () => {
    const scene = startLoop({ batches: [] });
    await scene.polled(1);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.events).toEqual(['fenced', 'verified', 'offsets read', 'start', 'RUNNING', 'stop']);
    expect(scene.producer.calls).toEqual(['init', 'close']);
  });

  it.each(['before', 'after'] as const)('does not start the task when the check %s says no', async (when) => {
    const refusal = new ConnectError('conflict', 'somebody else has it');
    const scene = startLoop({ batches: [], checks: { [when]: async () => Promise.reject(refusal) } });
    expect(await scene.done).toBe(refusal);
    expect(scene.events).not.toContain('start');
    expect(scene.producer.calls.at(-1)).toBe('close');
  });

  it('neither fences nor takes its id while it is paused', async () => {
    const scene = startLoop({ batches: [], paused: true });
    await waitFor('PAUSED', () => scene.events.includes('PAUSED'), waitMs);
    expect(scene.producer.calls).toEqual([]);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.events).toEqual(['PAUSED']);
  });

  it('commits records and offsets of each poll together, and tells the task after that', async () => {
    const told: string[] = [];
    const scene = startLoop({
      batches: [[record(1), record(2)], null, [record(3)]],
      task: {
        commitRecord: (given, metadata) => void told.push(`${String(given.value)}@${metadata?.offset}`),
        commit: () => void told.push('commit'),
      },
    });
    await scene.polled(4);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.producer.committed).toEqual([
      ['t=v1', 't=v2', offset(2)],
      ['t=v3', offset(3)],
    ]);
    expect(scene.producer.calls.slice(0, 5)).toEqual(['init', 'begin', 'commit', 'begin', 'commit']);
    expect(told.slice(0, 5)).toEqual(['v1@0', 'v2@1', 'commit', 'commit', 'v3@3']);
    expect(scene.events).toContain('committed 1');
  });

  it('commits the offsets of polls whose records were all dropped', async () => {
    const told: string[] = [];
    const scene = startLoop({
      batches: [[record(1), record(2)]],
      settings: { transforms: 'd', 'transforms.d.type': dropMatching.className, 'transforms.d.regex': '^v' },
      task: { commitRecord: (_record, metadata) => void told.push(String(metadata)) },
    });
    await scene.polled(2);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.producer.committed).toEqual([[offset(2)]]);
    expect(told).toEqual(['null', 'null']);
  });

  it('commits after the interval, between two polls, and what is left at the end', async () => {
    const scene = startLoop({
      batches: [[record(1)], [record(2)], null, [record(3)]],
      settings: { 'transaction.boundary': 'INTERVAL', 'transaction.boundary.interval.ms': '500' },
      onPoll: (index) => {
        if (index === 2) scene.clock.now += 500;
      },
    });
    await scene.polled(5);
    expect(scene.producer.committed).toEqual([['t=v1', 't=v2', offset(2)]]);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.producer.committed.at(-1)).toEqual(['t=v3', offset(3)]);
  });

  it('commits what an interval has gathered before it rests', async () => {
    const scene = startLoop({ batches: [[record(1)]], settings: { 'transaction.boundary': 'interval' } });
    await scene.polled(2);
    scene.control.setTarget('PAUSED');
    await waitFor('PAUSED', () => scene.events.includes('PAUSED'), waitMs);
    expect(scene.producer.committed).toEqual([['t=v1', offset(1)]]);
    scene.control.stop();
    expect(await scene.done).toBeNull();
  });

  it('ends transactions where the task says, and commits nothing that it did not ask for', async () => {
    const [first, second, third] = [record(1), record(2), record(3)];
    const scene = startLoop({
      batches: [[first, second, third], [record(4)], [record(5)]],
      settings: { 'transaction.boundary': 'connector' },
      onPoll: (index, context) => {
        if (index === 0) context?.commitTransaction(second);
        if (index === 1) context?.commitTransaction();
      },
    });
    await scene.polled(4);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.producer.committed).toEqual([
      ['t=v1', 't=v2', offset(2)],
      ['t=v3', 't=v4', offset(4)],
    ]);
    expect(scene.producer.calls.at(-1)).toBe('close with open transaction');
  });

  it('drops what the task wants aborted, and commits the offsets behind it', async () => {
    const told: string[] = [];
    const marked = record(2);
    const scene = startLoop({
      batches: [[record(1), marked, record(3)], [record(4)], null],
      settings: { 'transaction.boundary': 'connector' },
      task: {
        commitRecord: (given, metadata) => void told.push(`${String(given.value)} ${metadata?.topic}`),
      },
      onPoll: (index, context) => {
        if (index === 0) context?.abortTransaction(marked);
        if (index === 0) context?.commitTransaction();
        if (index === 1) context?.abortTransaction();
      },
    });
    await scene.polled(4);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.producer.committed).toEqual([[offset(2)], ['t=v3', offset(3)], [offset(4)]]);
    expect(told).toEqual(['v1 undefined', 'v2 undefined', 'v3 t', 'v4 undefined']);
  });

  it('ends transactions at records that a transformation dropped', async () => {
    const marked = record(2);
    const scene = startLoop({
      batches: [[record(1, { value: 'kept' }), marked, record(3, { value: 'kept too' })]],
      settings: {
        'transaction.boundary': 'connector',
        transforms: 'd',
        'transforms.d.type': dropMatching.className,
        'transforms.d.regex': '^v',
      },
      onPoll: (_index, context) => context?.commitTransaction(marked),
    });
    await scene.polled(2);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.producer.committed).toEqual([['t=kept', offset(2)]]);
  });

  it('fails when the task wants both ends at one place', async () => {
    const scene = startLoop({
      batches: [[record(1)]],
      settings: { 'transaction.boundary': 'connector' },
      onPoll: (_index, context) => {
        context?.commitTransaction();
        context?.abortTransaction();
      },
    });
    expect((await scene.done)?.message).toContain('both commit and abort of same transaction');
    expect(scene.producer.committed).toEqual([]);
  });

  it.each(['none', 'all'])(
    'fails when a send fails, with errors.tolerance=%s, and commits nothing',
    async (tolerance) => {
      const scene = startLoop({
        batches: [[record(1), record(2)]],
        settings: { 'errors.tolerance': tolerance, 'transaction.boundary': 'interval' },
      });
      await waitFor('records', () => scene.producer.sent.length === 2, waitMs);
      scene.producer.acknowledge(1);
      scene.producer.acknowledge(1, new ConnectError('kafka', 'too large'));
      expect((await scene.done)?.message).toContain('producer send callback');
      expect(scene.producer.calls).toEqual(['init', 'begin', 'close with open transaction']);
      expect(scene.events.at(-1)).toBe('stop');
    },
  );

  it('throws the producer away after a commit whose outcome nobody knows', async () => {
    const told: string[] = [];
    const scene = startLoop({
      batches: [[record(1)]],
      task: { commitRecord: () => void told.push('committed') },
    });
    scene.producer.commitFailure = new ConnectError('timeout', 'no answer', {
      details: { isOutcomeUnknown: true },
    });
    const error = await scene.done;
    expect(error?.message).toContain('Failed to flush offsets and/or records for task c-0');
    expect(scene.producer.calls.filter((call) => call === 'commit')).toHaveLength(1);
    expect(scene.producer.closedAfterMs).not.toBeNull();
    expect(told).toEqual([]);
    expect(scene.events.some((event) => event.startsWith('committed'))).toBe(false);
  });

  it('says what to do when the transaction took too long', async () => {
    const scene = startLoop({ batches: [[record(1)]] });
    scene.producer.commitFailure = new ConnectError('kafka', 'could not commit', {
      cause: new ConnectError('kafka', 'epoch', { details: { kafkaError: 'INVALID_PRODUCER_EPOCH' } }),
    });
    expect((await scene.done)?.message).toContain('before its producer transaction expired');
  });

  it.each(['none', 'all'])(
    'refuses to write to its own offsets topic, with errors.tolerance=%s',
    async (tolerance) => {
      const scene = startLoop({
        batches: [[record(1, { topic: 'offsets' })]],
        settings: { 'errors.tolerance': tolerance },
      });
      const error = await scene.done;
      expect(error?.message).toContain('may not produce to their own offsets topics');
      expect(scene.producer.committed).toEqual([]);
    },
  );

  it('drops half of a poll when it is stopped, so that a poll is visible as a whole or not at all', async () => {
    const scene = startLoop({ batches: [[record(1), record(2), record(3)]] });
    scene.producer.capacity = 2;
    await waitFor('records', () => scene.producer.sent.length === 2, waitMs);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.producer.committed).toEqual([]);
    expect(scene.producer.calls.at(-1)).toBe('close with open transaction');
  });

  it('commits nothing after the task has failed', async () => {
    const scene = startLoop({
      batches: [[record(1)], new ConnectError('unknown', 'poll fails')],
      settings: { 'transaction.boundary': 'interval' },
    });
    expect((await scene.done)?.message).toBe('poll fails');
    expect(scene.producer.committed).toEqual([]);
  });
});
