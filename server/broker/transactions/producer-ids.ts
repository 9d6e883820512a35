import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../log/file-io.ts';

const blockSize = 1000;

/** Gives out producer ids, each once in the life of the data folder. */
export class ProducerIds {
  readonly #file: string;
  #next: number;
  #blockEnd: number;

  constructor(dataDir: string) {
    this.#file = join(dataDir, 'next-producer-id');
    const reserved = existsSync(this.#file) ? Number(readFileSync(this.#file, 'utf8')) : 0;
    this.#next = Number.isSafeInteger(reserved) && reserved >= 0 ? reserved : Date.now();
    this.#blockEnd = this.#next;
  }

  next(): bigint {
    if (this.#next === this.#blockEnd) {
      // On disk before the first of them is used, so that no crash gives one out again.
      replaceFile(this.#file, `${this.#blockEnd + blockSize}\n`);
      this.#blockEnd += blockSize;
    }
    return BigInt(this.#next++);
  }
}
