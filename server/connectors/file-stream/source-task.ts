import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { parseConfig } from '../../config/parse-config.ts';
import { ConnectError } from '../../errors/connect-error.ts';
import type { Settings, SourceTask, SourceTaskContext } from '../../plugin-api/source-connector.ts';
import { STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import type { SourceOffset, SourcePartition, SourceRecord } from '../../records/record.ts';
import { FollowedFile } from './followed-file.ts';
import { LineReader } from './line-reader.ts';
import { fileStreamSourceConfig } from './source-config.ts';
import { filenameField, positionField } from './source-offset.ts';
import { openStdin, StreamInput } from './stdin-input.ts';

const idleMs = 1_000;
const lookMs = 100;
const noOffset: SourceOffset = { [positionField]: null };

/** Reads lines of a file or of standard input. Positions are places in the file in bytes. */
export class FileStreamSourceTask implements SourceTask {
  readonly #stdin: () => Readable;
  #reader: LineReader | null = null;
  #signal: AbortSignal | null = null;
  #topic = '';
  #batchSize = 0;
  #partition: SourcePartition = {};
  #keepsOffsets = false;

  constructor(stdin: () => Readable = openStdin) {
    this.#stdin = stdin;
  }

  async start(settings: Settings, context: SourceTaskContext): Promise<void> {
    const config = parseConfig(fileStreamSourceConfig, settings);
    const path = config.file === '' ? null : config.file;
    this.#signal = context.signal;
    this.#topic = config.topic;
    this.#batchSize = Math.max(config['batch.size'], 1);
    this.#partition = { [filenameField]: path };
    this.#keepsOffsets = path !== null;
    if (path === null) {
      this.#reader = new LineReader(new StreamInput(this.#stdin()), 0);
      return;
    }
    const position = startPosition(await context.offsets.offset(this.#partition), path);
    this.#reader = new LineReader(new FollowedFile({ path, position, log: context.log }), position);
  }

  poll(): readonly SourceRecord[] | null | Promise<readonly SourceRecord[] | null> {
    return this.#takeRecords() ?? this.#waitForRecords();
  }

  async stop(): Promise<void> {
    const reader = this.#reader;
    this.#reader = null;
    await reader?.close();
  }

  async #waitForRecords(): Promise<readonly SourceRecord[] | null> {
    const started = performance.now();
    for (;;) {
      const reader = this.#reader;
      if (reader === null || this.#signal?.aborted) return null;
      if (await reader.fill()) {
        const records = this.#takeRecords();
        if (records !== null) return records;
        continue;
      }
      if (performance.now() - started >= idleMs) return null;
      await delay(lookMs, undefined, this.#signal === null ? {} : { signal: this.#signal }).catch(() => {});
    }
  }

  #takeRecords(): SourceRecord[] | null {
    const reader = this.#reader;
    let line = reader?.next() ?? null;
    if (reader === null || line === null) return null;
    const timestamp = Date.now();
    const records: SourceRecord[] = [];
    while (line !== null) {
      records.push({
        sourcePartition: this.#partition,
        sourceOffset: this.#keepsOffsets ? { [positionField]: reader.position } : noOffset,
        topic: this.#topic,
        kafkaPartition: null,
        keySchema: null,
        key: null,
        valueSchema: STRING_SCHEMA,
        value: line,
        timestamp,
        headers: null,
      });
      line = records.length < this.#batchSize ? reader.next() : null;
    }
    return records;
  }
}

function startPosition(offset: SourceOffset | null, path: string): number {
  const position = offset?.[positionField];
  if (position === undefined || position === null) return 0;
  const bytes = Number(position);
  if (
    (typeof position !== 'bigint' && typeof position !== 'number') ||
    !Number.isInteger(bytes) ||
    bytes < 0
  ) {
    throw new ConnectError(
      'illegal-state',
      `The stored offset of file ${path} has a ${positionField} that is no byte count. Reset the connector's offsets.`,
    );
  }
  return bytes;
}
