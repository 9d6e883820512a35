import { describe, expect, it } from 'vitest';
import { ConnectError } from '../../errors/connect-error.ts';
import type { ProducerRecord } from '../../kafka/ports/producer.ts';
import type { Converter } from '../../plugin-api/converter.ts';
import type { Settings, SourceTask } from '../../plugin-api/source-connector.ts';
import { ConnectHeaders } from '../../records/headers.ts';
import type { SourceRecord } from '../../records/record.ts';
import type { SourceOffsetEntry } from '../../storage/offset-store.ts';
import { waitFor } from '../../testing/wait.ts';
import { HeaderIdConverter } from '../testing/header-id-converter.ts';
import { HeldProducer } from '../testing/held-producer.ts';
import { LookupConverter } from '../testing/lookup-converter.ts';
import { dropMatching, textConverter, textHeaderConverter } from '../testing/text-plugins.ts';
import type { RecordConverters } from './record-converters.ts';
import { RecordErrorHandler } from './record-error-handler.ts';
import { SourceLoop } from './source-loop.ts';
import type { SourceLoopOptions } from './source-loop-options.ts';
import type { SubmittedRun } from './submitted-records.ts';
import { TaskControl } from './task-control.ts';
import { TaskGauges } from './task-gauges.ts';
import { compileTransformationChain } from './transformation-chain.ts';

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
  readonly batches: (readonly SourceRecord[] | Error)[];
  readonly settings?: Settings;
  readonly task?: Partial<SourceTask>;
  readonly options?: Partial<SourceLoopOptions>;
  readonly paused?: boolean;
}

/** A loop over given batches, with everything around it observable. */
function startLoop({ batches, settings = {}, task = {}, options = {}, paused = false }: Scene) {
  const control = new TaskControl(paused ? 'PAUSED' : 'STARTED');
  const committed: SourceOffsetEntry[] = [];
  const events: string[] = [];
  const holder: { producer?: HeldProducer<SubmittedRun> } = {};
  const remaining = [...batches];
  const log = (level: string, message: string) => void events.push(`${level}: ${message}`);
  const sourceTask: SourceTask = {
    start: () => void events.push('start'),
    poll: async () => {
      const next = remaining.shift();
      if (next instanceof Error) throw next;
      if (next !== undefined) return next;
      await new Promise((resolve) => setTimeout(resolve, 2));
      return null;
    },
    stop: () => void events.push('stop'),
    ...task,
  };
  const gauges = new TaskGauges();
  const loop = new SourceLoop({
    task: sourceTask,
    settings,
    createProducer: (onDelivered) => {
      holder.producer = new HeldProducer<SubmittedRun>(onDelivered);
      return holder.producer;
    },
    converters: convertersWith(textConverter.createConverter()),
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
      write: async (entries) => void committed.push(...entries),
    },
    ensureTopic: null,
    control,
    reports: {
      state: (state) => void events.push(state),
      topic: (topic) => void events.push(`topic ${topic}`),
    },
    gauges,
    offsetFlushIntervalMs: 3,
    offsetFlushTimeoutMs: 50,
    log,
    ...options,
  });
  const { producer } = holder;
  if (producer === undefined) throw new Error('the loop made no producer');
  const done = loop.run().then(
    () => null,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
  const positions = () => committed.map(({ offset }) => offset?.position);
  return { control, committed, positions, events, producer, done, gauges };
}

const sent = (count: number, producer: HeldProducer<SubmittedRun>) =>
  waitFor(`${count} records sent`, () => producer.sent.length >= count, 15_000);

describe('the source loop', () => {
  it('commits only what is acknowledged, and everything when it is stopped in order', async () => {
    const scene = startLoop({ batches: [[record(1), record(2)], [record(3)]] });
    await sent(3, scene.producer);
    expect(scene.committed).toEqual([]);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.committed).toEqual([{ partition, offset: { position: 3 } }]);
    expect(scene.events).toEqual(['start', 'RUNNING', 'topic t', 'stop']);
    expect(scene.gauges).toMatchObject({ taken: 3, records: 3, active: 0, callSince: null });
    expect(scene.gauges.stats.batchSize.maximum(Date.now())).toBe(2);
    expect(scene.producer.closedAfterMs).toBe(30_000);
  });

  it('commits from time to time while it runs', async () => {
    const scene = startLoop({ batches: [[record(1)], [record(2)]] });
    await sent(2, scene.producer);
    scene.producer.acknowledge(2);
    await waitFor('a commit', () => scene.positions().includes(2), 15_000);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.positions()).toEqual([2]);
  });

  it('never commits past a record whose acknowledgement does not come before the stop', async () => {
    const task: Partial<SourceTask> = { commitRecord: () => {} };
    const scene = startLoop({ batches: [[record(1), record(2), record(3)]], task });
    scene.producer.acknowledgesOnFlush = false;
    await sent(3, scene.producer);
    scene.producer.acknowledge(1);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.positions().at(-1)).toBe(1);
    expect(scene.events.join()).toContain('records still on their way when the task stopped come again');
  });

  it('fails when a send fails, and commits only what came before it', async () => {
    const task: Partial<SourceTask> = { commitRecord: () => {} };
    const scene = startLoop({ batches: [[record(1), record(2), record(3)]], task });
    await sent(3, scene.producer);
    scene.producer.acknowledge(1);
    scene.producer.acknowledge(1, new ConnectError('kafka', 'not authorized for t'));
    scene.producer.acknowledge(1);
    const error = await scene.done;
    expect(error?.message).toBe('Unrecoverable exception from producer send callback');
    expect(error?.cause).toMatchObject({ message: 'not authorized for t' });
    expect(scene.positions().at(-1)).toBe(1);
    expect(scene.events).toContain('stop');
  });

  it('skips a failed send when errors are tolerated, and tells the task that the record was dropped', async () => {
    const acknowledged: unknown[] = [];
    const task: Partial<SourceTask> = {
      commitRecord: (which, metadata) => void acknowledged.push([which.value, metadata?.offset ?? null]),
    };
    const settings = { 'errors.tolerance': 'all', 'errors.log.enable': 'true' };
    const scene = startLoop({ batches: [[record(1), record(2)]], task, settings });
    await sent(2, scene.producer);
    scene.producer.acknowledge(1, new ConnectError('kafka', 'refused'));
    scene.producer.acknowledge(1);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.positions().at(-1)).toBe(2);
    expect(acknowledged).toEqual([
      ['v1', null],
      ['v2', 1],
    ]);
    expect(scene.events.join()).toContain("Executing stage 'KAFKA_PRODUCE'");
  });

  it('waits without polling while the producer is full, and goes on in order', async () => {
    const scene = startLoop({ batches: [[record(1), record(2)], [record(3)]] });
    scene.producer.capacity = 1;
    await sent(1, scene.producer);
    expect(scene.producer.values).toEqual(['v1']);
    scene.producer.acknowledge(1);
    await sent(2, scene.producer);
    scene.producer.acknowledge(1);
    await sent(3, scene.producer);
    expect(scene.producer.values).toEqual(['v1', 'v2', 'v3']);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.positions().at(-1)).toBe(3);
  });

  it('ends at once when it is stopped while the producer is full, without committing what was not sent', async () => {
    const scene = startLoop({ batches: [[record(1), record(2)]] });
    scene.producer.capacity = 1;
    await sent(1, scene.producer);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.producer.values).toEqual(['v1']);
    expect(scene.positions().at(-1)).toBe(1);
  });

  it('fails at a record that cannot be converted, and commits what was sent before it', async () => {
    const scene = startLoop({ batches: [[record(1), record(2, { value: 'poison' }), record(3)]] });
    const error = await scene.done;
    expect(error?.message).toMatch(
      /^Tolerance exceeded in error handler: stage VALUE_CONVERTER, class V, where source/,
    );
    expect(error?.cause).toMatchObject({ message: 'poison cannot be converted' });
    expect(scene.producer.values).toEqual(['v1']);
    expect(scene.positions().at(-1)).toBe(1);
  });

  it('skips such a record when errors are tolerated, and commits past it', async () => {
    const scene = startLoop({
      batches: [[record(1), record(2, { value: 'poison' })]],
      settings: { 'errors.tolerance': 'all' },
    });
    await sent(1, scene.producer);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.positions().at(-1)).toBe(2);
  });

  it('drops what a transformation drops, and commits past it', async () => {
    const settings = { transforms: 'd', 'transforms.d.type': 'Drop', 'transforms.d.regex': 'v2' };
    const scene = startLoop({ batches: [[record(1), record(2)]], settings });
    await sent(1, scene.producer);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.producer.values).toEqual(['v1']);
    expect(scene.positions().at(-1)).toBe(2);
    expect(scene.gauges).toMatchObject({ taken: 2, records: 1, active: 0 });
  });

  it('takes a retriable error of poll for "nothing now", and any other for a failure', async () => {
    const scene = startLoop({
      batches: [new ConnectError('retriable', 'later'), [record(1)], new Error('broken for good')],
    });
    const error = await scene.done;
    expect(error?.message).toBe('broken for good');
    expect(scene.producer.values).toEqual(['v1']);
    expect(scene.positions().at(-1)).toBe(1);
  });

  it('fails at a record that the producer refuses for good, and tries again what it refuses for now', async () => {
    let refusals = 2;
    const scene = startLoop({ batches: [[record(1)], [record(2, { value: 'large' })]] });
    scene.producer.refuse = ({ value }: ProducerRecord) => {
      if (value === 'large') return new ConnectError('data', 'the record is too large for topic t');
      return refusals-- > 0 ? new ConnectError('retriable', 'no leader yet') : null;
    };
    const error = await scene.done;
    expect(error?.cause).toMatchObject({ message: 'the record is too large for topic t' });
    expect(scene.producer.values).toEqual(['v1']);
    expect(scene.positions().at(-1)).toBe(1);
  });

  it('refuses a negative timestamp other than -1', async () => {
    const scene = startLoop({ batches: [[record(1, { timestamp: -1 }), record(2, { timestamp: -5 })]] });
    expect((await scene.done)?.cause).toMatchObject({
      message: expect.stringContaining('Invalid record timestamp -5'),
    });
    expect(scene.producer.sent[0]?.record.timestamp).toBe(-1);
  });

  it('writes the headers that a converter adds, beside those of the record, which stays as it was', async () => {
    const headers = new ConnectHeaders().add('h', null, 5);
    const id = Buffer.from([0x80, 0xff]);
    const scene = startLoop({
      batches: [[record(1, { headers }), record(2)]],
      options: { converters: convertersWith(new HeaderIdConverter(id)) },
    });
    await sent(2, scene.producer);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.producer.sent.map(({ record: { headers: written } }) => written)).toEqual([
      [
        { key: 'h', value: Buffer.from('5') },
        { key: '__id', value: id },
      ],
      [{ key: '__id', value: id }],
    ]);
    expect(headers.size).toBe(1);
  });

  it('converts headers and passes partition, key and timestamp on', async () => {
    const headers = new ConnectHeaders().add('h', null, 5);
    const scene = startLoop({
      batches: [[record(1, { headers, kafkaPartition: 3, key: 'k', timestamp: 1_000 }), record(2)]],
    });
    await sent(2, scene.producer);
    scene.control.stop();
    await scene.done;
    const [first, second] = scene.producer.sent;
    expect(first?.record).toMatchObject({
      topic: 't',
      partition: 3,
      key: 'k',
      value: 'v1',
      timestamp: 1_000,
    });
    expect(first?.record.headers).toEqual([{ key: 'h', value: Buffer.from('5') }]);
    expect(second?.record.headers).toBeUndefined();
  });

  it('pauses without polling, and says so', async () => {
    const scene = startLoop({ batches: [[record(1)]], paused: true });
    await waitFor('PAUSED', () => scene.events.includes('PAUSED'), 15_000);
    expect(scene.events).toEqual(['PAUSED']);
    scene.control.setTarget('STARTED');
    await sent(1, scene.producer);
    scene.control.setTarget('PAUSED');
    await waitFor('PAUSED', () => scene.events.filter((event) => event === 'PAUSED').length === 2, 15_000);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.events.filter((event) => !event.startsWith('topic'))).toEqual([
      'PAUSED',
      'start',
      'RUNNING',
      'PAUSED',
      'stop',
    ]);
  });

  it('keeps offsets of a commit that failed for the next one', async () => {
    let failures = 2;
    const written: SourceOffsetEntry[] = [];
    const scene = startLoop({
      batches: [[record(1)]],
      options: {
        offsets: {
          offset: async () => null,
          offsets: async () => [],
          write: async (entries) => {
            if (failures-- > 0) throw new ConnectError('timeout', 'the offset topic is away');
            written.push(...entries);
          },
        },
      },
    });
    await sent(1, scene.producer);
    scene.producer.acknowledge(1);
    await waitFor('the third commit', () => written.length > 0, 15_000);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(written).toEqual([{ partition, offset: { position: 1 } }]);
    expect(scene.events.join()).toContain('the offset topic is away');
  });

  it('calls commit of the task after commits and never beside poll', async () => {
    let isPolling = false;
    const calls: boolean[] = [];
    let given = false;
    const scene = startLoop({
      batches: [],
      task: {
        poll: async () => {
          isPolling = true;
          await new Promise((resolve) => setTimeout(resolve, 5));
          isPolling = false;
          if (given) return null;
          given = true;
          return [record(1)];
        },
        commit: () => void calls.push(isPolling),
      },
    });
    await waitFor('calls of commit', () => calls.length >= 3, 15_000);
    scene.control.stop();
    await scene.done;
    expect(new Set(calls)).toEqual(new Set([false]));
  });

  it('makes sure of each topic once, and waits for one that cannot be created yet', async () => {
    const asked: string[] = [];
    const scene = startLoop({
      batches: [[record(1), record(2, { topic: 'u' }), record(3)]],
      options: {
        ensureTopic: async (topic) => {
          asked.push(topic);
          if (asked.length === 1) throw new ConnectError('retriable', 'not enough brokers');
        },
      },
    });
    await sent(3, scene.producer);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(asked).toEqual(['t', 't', 'u']);
    expect(scene.producer.sent.map(({ record: { topic } }) => topic)).toEqual(['t', 'u', 't']);
  });

  it('fails when a topic cannot be created', async () => {
    const scene = startLoop({
      batches: [[record(1)]],
      options: {
        ensureTopic: async () => {
          throw new ConnectError('kafka', 'not authorized');
        },
      },
    });
    expect((await scene.done)?.message).toContain('failed to create topic t');
    expect(scene.positions()).toEqual([]);
  });

  it('stops a task whose start failed', async () => {
    const scene = startLoop({
      batches: [],
      task: {
        start: () => {
          throw new Error('no such file');
        },
      },
    });
    expect((await scene.done)?.message).toBe('no such file');
    expect(scene.events).toEqual(['stop']);
  });

  it('keeps its thread free while a task answers at once with more and more records', async () => {
    let position = 0;
    const scene = startLoop({
      batches: [],
      task: { poll: () => Array.from({ length: 1_000 }, () => record(++position)) },
    });
    scene.producer.capacity = 100_000;
    let turns = 0;
    const timer = setInterval(() => {
      turns++;
      scene.producer.acknowledge(scene.producer.unacknowledged);
    }, 1);
    await waitFor('turns of the event loop', () => turns > 10, 5_000);
    clearInterval(timer);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.positions().at(-1)).toBe(scene.producer.sent.length);
  });

  it('waits for what a converter looks up, and sends every record in order', async () => {
    const converter = new LookupConverter();
    const scene = startLoop({
      batches: [
        [record(1), record(2, { value: 'schema-1' }), record(3)],
        [record(4, { value: 'schema-2' }), record(5)],
      ],
      options: { converters: convertersWith(converter) },
    });
    await waitFor('the first look-up', () => converter.asked.length === 1, 30_000);
    expect(scene.producer.values).toEqual(['v1']);
    converter.answer('schema-1');
    await waitFor('the second look-up', () => converter.asked.length === 2, 30_000);
    converter.answer('schema-2');
    await sent(5, scene.producer);
    scene.producer.acknowledge(5);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.producer.values).toEqual(['v1', 'schema-1', 'v3', 'schema-2', 'v5']);
    expect(scene.positions().at(-1)).toBe(5);
    expect(scene.gauges.errors.failures).toBe(0);
  });

  it('ends such a wait when it is asked to stop, without committing what was not sent', async () => {
    const converter = new LookupConverter();
    const scene = startLoop({
      batches: [[record(1), record(2, { value: 'schema-1' }), record(3)]],
      settings: { 'errors.tolerance': 'all' },
      options: { converters: convertersWith(converter) },
    });
    await waitFor('the look-up', () => converter.asked.length === 1, 30_000);
    scene.producer.acknowledge(1);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.producer.values).toEqual(['v1']);
    expect(scene.positions().at(-1)).toBe(1);
  });

  it('says so when it is paused and resumed during such a wait, and sends nothing while paused', async () => {
    const converter = new LookupConverter();
    const scene = startLoop({
      batches: [[record(1, { value: 'schema-1' }), record(2)]],
      options: { converters: convertersWith(converter) },
    });
    const states = () => scene.events.filter((event) => event === 'PAUSED' || event === 'RUNNING');
    await waitFor('the look-up', () => converter.asked.length === 1, 30_000);
    scene.control.setTarget('PAUSED');
    scene.control.setTarget('STARTED');
    expect(states()).toEqual(['RUNNING', 'PAUSED', 'RUNNING']);
    scene.control.setTarget('PAUSED');
    converter.answer('schema-1');
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(scene.producer.values).toEqual([]);
    scene.control.setTarget('STARTED');
    await sent(2, scene.producer);
    expect(states()).toEqual(['RUNNING', 'PAUSED', 'RUNNING', 'PAUSED', 'RUNNING']);
    scene.control.stop();
    expect(await scene.done).toBeNull();
  });

  it('takes a look-up that failed for the error of its record', async () => {
    const converter = new LookupConverter();
    const scene = startLoop({
      batches: [[record(1), record(2, { value: 'schema-1' }), record(3)]],
      settings: { 'errors.tolerance': 'all', 'errors.retry.timeout': '-1' },
      options: { converters: convertersWith(converter) },
    });
    await waitFor('the look-up', () => converter.asked.length === 1, 30_000);
    converter.fail('schema-1', new ConnectError('retriable', 'the registry is away'));
    await waitFor('the next one', () => converter.asked.length === 2, 30_000);
    converter.fail('schema-1', new ConnectError('data', 'the registry refuses the schema'));
    await sent(2, scene.producer);
    scene.producer.acknowledge(2);
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.producer.values).toEqual(['v1', 'v3']);
    expect(scene.positions().at(-1)).toBe(3);
    expect(scene.gauges.errors).toMatchObject({ failures: 2, retries: 1, errors: 1, skipped: 1 });
  });

  it('counts every record that Kafka refused, when errors are tolerated', async () => {
    const scene = startLoop({
      batches: [[record(1), record(2), record(3)]],
      settings: { 'errors.tolerance': 'all', 'errors.log.enable': 'true' },
    });
    await sent(3, scene.producer);
    scene.producer.acknowledge(1);
    scene.producer.acknowledgeTogether(2, new ConnectError('kafka', 'the record is too large'));
    scene.control.stop();
    expect(await scene.done).toBeNull();
    expect(scene.gauges.errors).toMatchObject({ failures: 2, logged: 2, skipped: 0 });
    expect(scene.gauges.records).toBe(1);
    expect(scene.positions().at(-1)).toBe(3);
  });
});

function convertersWith(value: Converter): RecordConverters {
  return {
    key: textConverter.createConverter(),
    value,
    header: textHeaderConverter.createHeaderConverter(),
    keyClassName: 'K',
    valueClassName: 'V',
    headerClassName: 'H',
  };
}
