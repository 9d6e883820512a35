import type { ConsumedRecord } from '../../kafka/ports/consumer.ts';
import type { RecordHeader } from '../../kafka/ports/record.ts';
import type { Converter, HeaderConverter } from '../../plugin-api/converter.ts';
import type { SinkRecord } from '../../records/record.ts';
import { OriginalRecords } from '../../runtime/task/original-records.ts';
import type { RecordConverters } from '../../runtime/task/record-converters.ts';
import { RecordErrorHandler } from '../../runtime/task/record-error-handler.ts';
import { SinkRecordReader } from '../../runtime/task/sink-record-reader.ts';
import { StringConverter } from '../string-converter.ts';

/** A record in Kafka, as bytes. */
export interface Message {
  readonly key?: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: readonly RecordHeader[];
}

export interface Plugins {
  readonly key?: Converter;
  readonly value: Converter;
  readonly header: HeaderConverter;
}

export interface Outcome {
  readonly records: readonly SinkRecord[];
  /** What ended the task; null: nothing. */
  readonly error: unknown;
  readonly log: readonly string[];
  readonly skipped: number;
}

/** Reads messages of partition 3 of topic `input`, offsets from 40 on, as a sink task with this tolerance does. */
export async function readAsSink(
  plugins: Plugins,
  tolerance: 'none' | 'all',
  messages: readonly Message[],
): Promise<Outcome> {
  const converters: RecordConverters = {
    key: plugins.key ?? new StringConverter(),
    value: plugins.value,
    header: plugins.header,
    keyClassName: 'KeyConverter',
    valueClassName: 'ValueConverter',
    headerClassName: 'HeaderConverter',
  };
  const log: string[] = [];
  let skipped = 0;
  const signal = new AbortController().signal;
  const errors = new RecordErrorHandler({
    id: { connector: 'sink', task: 0 },
    settings: {
      'errors.tolerance': tolerance,
      'errors.log.enable': 'true',
      'errors.log.include.messages': 'true',
    },
    log: (_level, message) => void log.push(message),
    counter: {
      count: (kind) => {
        if (kind === 'skipped') skipped++;
      },
      failedAt: () => {},
    },
    deadLetters: null,
    signal,
  });
  const originals = new OriginalRecords(converters);
  const reader = new SinkRecordReader({ converters, chain: null, errors, originals, signal });
  const batch = {
    topic: 'input',
    partition: 3,
    records: messages.map(consumed),
    nextOffset: 0,
    highWatermark: 0,
  };
  try {
    const records = await reader.read([batch], () => {});
    return { records: records ?? [], error: null, log, skipped };
  } catch (error) {
    return { records: [], error, log, skipped };
  }
}

/** In a buffer with other bytes before and behind, as in a fetch response. */
function consumed({ key = null, value, headers = [] }: Message, index: number): ConsumedRecord {
  const before = Buffer.from('}"');
  const parts = [before, key ?? Buffer.alloc(0), value ?? Buffer.alloc(0), Buffer.from('"}]')];
  const buffer = Buffer.concat(parts);
  const keyStart = before.length;
  const valueStart = keyStart + (key?.length ?? 0);
  return {
    offset: 40 + index,
    timestamp: 0,
    timestampType: 'CreateTime',
    buffer,
    keyStart,
    keyLength: key?.length ?? -1,
    valueStart,
    valueLength: value?.length ?? -1,
    key,
    value,
    headers,
  };
}
