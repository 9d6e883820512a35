import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from './file-io.ts';

interface Pass {
  /** Keys below this offset were made unique. */
  readonly upTo: number;
  readonly at: number;
}

/** More passes than this within `delete.retention.ms` only let tombstones live a little longer. */
const keptPasses = 100;
const fileName = 'compaction.json';

/** How far a log is compacted, and since when; kept beside its segments. */
export class CompactionState {
  readonly #folder: string;
  #passes: Pass[];

  private constructor(folder: string, passes: Pass[]) {
    this.#folder = folder;
    this.#passes = passes;
  }

  static read(folder: string): CompactionState {
    const path = join(folder, fileName);
    if (!existsSync(path)) return new CompactionState(folder, []);
    try {
      const passes: unknown = JSON.parse(readFileSync(path, 'utf8'));
      if (Array.isArray(passes) && passes.every(isPass)) return new CompactionState(folder, passes);
    } catch {
      // Without it the next pass merely begins at the start of the log.
    }
    return new CompactionState(folder, []);
  }

  get cleanedUpTo(): number {
    return this.#passes.at(-1)?.upTo ?? 0;
  }

  /**
   * Tombstones below this offset may go: a pass longer than `deleteRetentionMs` ago already removed what they delete,
   * so every reader had that time to meet them.
   */
  tombstoneHorizon(deleteRetentionMs: number, now: number): number {
    return this.#passes.findLast(({ at }) => at + deleteRetentionMs <= now)?.upTo ?? 0;
  }

  notePass(upTo: number, at: number): void {
    this.#passes = [...this.#passes, { upTo, at }].slice(-keptPasses);
    replaceFile(join(this.#folder, fileName), `${JSON.stringify(this.#passes)}\n`);
  }
}

function isPass(value: unknown): value is Pass {
  if (typeof value !== 'object' || value === null) return false;
  const { upTo, at } = value as Partial<Pass>;
  return Number.isSafeInteger(upTo) && Number.isSafeInteger(at);
}
