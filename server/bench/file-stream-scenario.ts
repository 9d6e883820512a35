import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Admin } from '../kafka/ports/admin.ts';
import { type Measurement, measureConnector } from './measured-connector.ts';
import type { WorkerUnderTest } from './worker-under-test.ts';

export interface Payload {
  readonly name: '100 B' | '1 KiB';
  readonly bytes: number;
  readonly records: number;
}

export type ConverterName = 'String' | 'JSON with schema';

const converterClasses: Record<ConverterName, string> = {
  String: 'org.apache.kafka.connect.storage.StringConverter',
  'JSON with schema': 'org.apache.kafka.connect.json.JsonConverter',
};

/** A file of distinct lines, each `bytes` long with its line end. */
export function writeLines(file: string, payload: Payload): void {
  const descriptor = openSync(file, 'w');
  const filler = 'abcdefghijklmnopqrstuvwxyz0123456789 '.repeat(40).slice(0, payload.bytes - 12);
  let chunk = '';
  for (let line = 0; line < payload.records; line++) {
    chunk += `${String(line).padStart(10, '0')} ${filler}\n`;
    if (chunk.length > 4 * 1024 * 1024 || line === payload.records - 1) {
      writeSync(descriptor, chunk);
      chunk = '';
    }
  }
  closeSync(descriptor);
}

/** Moves the whole file into `topic` and measures from the first record in the topic to the last. */
export async function measureSource(
  worker: WorkerUnderTest,
  admin: Admin,
  options: {
    readonly file: string;
    readonly topic: string;
    readonly payload: Payload;
    readonly converter: ConverterName;
  },
): Promise<Measurement> {
  const end = async (): Promise<number> =>
    (await admin.listOffsets([{ topic: options.topic, partition: 0 }], 'latest'))[0]?.offset ?? 0;
  await admin.createTopics([{ name: options.topic, partitions: 1, replicationFactor: 1 }]);
  return await measureConnector(worker, options.payload.records, end, options.topic, {
    'connector.class': 'org.apache.kafka.connect.file.FileStreamSourceConnector',
    'tasks.max': '1',
    file: options.file,
    topic: options.topic,
    'value.converter': converterClasses[options.converter],
  });
}

/** Moves the whole topic into a file and measures from the first byte in the file to the last. */
export async function measureSink(
  worker: WorkerUnderTest,
  options: {
    readonly file: string;
    readonly topic: string;
    readonly name: string;
    readonly payload: Payload;
    readonly converter: ConverterName;
  },
): Promise<Measurement> {
  const written = async (): Promise<number> =>
    (statSync(options.file, { throwIfNoEntry: false })?.size ?? 0) / options.payload.bytes;
  await rm(options.file, { force: true });
  return await measureConnector(worker, options.payload.records, written, options.name, {
    'connector.class': 'org.apache.kafka.connect.file.FileStreamSinkConnector',
    'tasks.max': '1',
    file: options.file,
    topics: options.topic,
    'value.converter': converterClasses[options.converter],
  });
}
