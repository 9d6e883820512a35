import type { Writable } from 'node:stream';
import { parseConfig } from '../../config/parse-config.ts';
import type { SinkTask } from '../../plugin-api/sink-connector.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import { javaText } from '../../records/java-text.ts';
import type { SinkRecord } from '../../records/record.ts';
import { AppendedFile } from './appended-file.ts';
import { fileStreamSinkConfig } from './sink-config.ts';

/**
 * Writes one line a record. When `put` ends the operating system has the lines, so `flush` has nothing left to do for
 * a file; it does not force them to the disk.
 */
export class FileStreamSinkTask implements SinkTask {
  readonly #stdout: Writable;
  #file: AppendedFile | null = null;
  #failure: Error | null = null;
  readonly #onError = (error: Error) => {
    this.#failure = error;
  };

  constructor(stdout: Writable = process.stdout) {
    this.#stdout = stdout;
  }

  start(settings: Settings): void {
    const path = parseConfig(fileStreamSinkConfig, settings).file;
    if (path === null || path === '') this.#stdout.on('error', this.#onError);
    else this.#file = new AppendedFile(path);
  }

  put(records: readonly SinkRecord[]): Promise<void> | void {
    if (records.length === 0) return;
    const lines = records.map(lineOf);
    if (this.#file === null) return this.#print(`${lines.join('\n')}\n`);
    this.#file.append(lines);
  }

  stop(): void {
    this.#file?.close();
    this.#file = null;
    this.#stdout.off('error', this.#onError);
  }

  #print(text: string): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#stdout.write(text, (error) => (error ? reject(error) : resolve()));
    });
  }
}

function lineOf({ value, valueSchema }: SinkRecord): string {
  return typeof value === 'string' ? value : javaText(valueSchema, value);
}
