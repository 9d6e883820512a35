import type { SinkTask, SinkTaskContext } from '../../plugin-api/sink-connector.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import { DeadLetterQueue, type DeadLetterToken } from '../task/dead-letter-queue.ts';
import { TaskErrantRecordReporter } from '../task/errant-record-reporter.ts';
import { OriginalRecords } from '../task/original-records.ts';
import type { RecordConverters } from '../task/record-converters.ts';
import { RecordErrorHandler } from '../task/record-error-handler.ts';
import { SinkLoop } from '../task/sink-loop.ts';
import { SinkRecordReader } from '../task/sink-record-reader.ts';
import { TaskControl } from '../task/task-control.ts';
import { TaskGauges } from '../task/task-gauges.ts';
import { compileTransformationChain } from '../task/transformation-chain.ts';
import { HeldProducer } from './held-producer.ts';
import { ScriptedConsumer } from './scripted-consumer.ts';
import { dropMatching, textConverter, textHeaderConverter } from './text-plugins.ts';

const zero = { topic: 't', partition: 0 };

export interface SinkScene {
  readonly task?: (context: () => SinkTaskContext) => Partial<SinkTask>;
  readonly settings?: Settings;
  readonly intervalMs?: number;
  readonly paused?: boolean;
  readonly deadLetterCapacity?: number;
  readonly converters?: Partial<RecordConverters>;
}

/** A loop over a scripted consumer that owns partition 0 of `t` from its first poll. */
export function startSinkLoop({
  task,
  settings = {},
  intervalMs = 5,
  paused = false,
  deadLetterCapacity = 100,
  converters: givenConverters = {},
}: SinkScene = {}) {
  const control = new TaskControl(paused ? 'PAUSED' : 'STARTED');
  const consumer = new ScriptedConsumer();
  const events: string[] = [];
  const values: unknown[] = [];
  let context: SinkTaskContext | undefined;
  const log = (level: string, message: string) => void events.push(`${level}: ${message}`);
  const contextOf = () => {
    if (context === undefined) throw new Error('not started');
    return context;
  };
  const name = (partitions: readonly { topic: string; partition: number }[]) =>
    partitions.map(({ topic, partition }) => `${topic}-${partition}`).join();
  const sinkTask: SinkTask = {
    start: (_settings, given) => {
      context = given;
      events.push('start');
    },
    open: (partitions) => void events.push(`open ${name(partitions)}`),
    close: (partitions) => void events.push(`close ${name(partitions)}`),
    put: (records) => void values.push(...records.map(({ value }) => value)),
    flush: (offsets) => void events.push(`flush ${offsets.map(({ offset }) => offset).join()}`),
    stop: () => void events.push('stop'),
    ...task?.(contextOf),
  };
  const gauges = new TaskGauges();
  const deadLetterProducer: { current: HeldProducer<DeadLetterToken> | null } = { current: null };
  const deadLetters = DeadLetterQueue.isWanted(settings)
    ? new DeadLetterQueue({
        id: { connector: 'c', task: 0 },
        settings,
        createProducer: (onDelivered) => {
          deadLetterProducer.current = new HeldProducer(onDelivered);
          deadLetterProducer.current.capacity = deadLetterCapacity;
          return deadLetterProducer.current;
        },
        counter: gauges,
        log,
        signal: control.signal,
        hideSecrets: (text) => text,
      })
    : null;
  const errors = new RecordErrorHandler({
    id: { connector: 'c', task: 0 },
    settings,
    log,
    counter: gauges,
    deadLetters,
    signal: control.signal,
    wait: async () => {},
  });
  const converters = {
    key: textConverter.createConverter(),
    value: textConverter.createConverter(),
    header: textHeaderConverter.createHeaderConverter(),
    keyClassName: 'K',
    valueClassName: 'V',
    headerClassName: 'H',
    ...givenConverters,
  };
  const originals = new OriginalRecords(converters);
  const loop = new SinkLoop({
    task: sinkTask,
    settings,
    topics: ['t'],
    consumer,
    reader: new SinkRecordReader({
      converters,
      originals,
      signal: control.signal,
      chain: compileTransformationChain(settings, {
        createTransformation: () => dropMatching.createTransformation(),
        createPredicate: () => {
          throw new Error('none');
        },
      }),
      errors,
    }),
    errantRecordReporter: new TaskErrantRecordReporter(errors, originals),
    whenReported: () => errors.whenReported(),
    control,
    reports: {
      state: (state) => void events.push(state),
      topic: (topic) => void events.push(`topic ${topic}`),
    },
    gauges,
    offsetFlushIntervalMs: intervalMs,
    offsetFlushTimeoutMs: 200,
    log,
  });
  consumer.assignNext(zero);
  const done = loop.run().then(
    () => null,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
  return {
    control,
    consumer,
    events,
    values,
    done,
    gauges,
    context: contextOf,
    deadLetters: deadLetterProducer,
  };
}
