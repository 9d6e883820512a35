import { ConnectError } from '../../errors/connect-error.ts';
import type { OffsetValue, SourceOffset, SourcePartition } from '../../records/record.ts';

export const taskIdField = 'task.id';
export const generationField = 'task.generation';
export const iterationField = 'current.iteration';
export const seedField = 'random.seed';

/** Where a task goes on: all of it belongs to the record that comes next. */
export interface DatagenState {
  /** How often the task was started with an offset. */
  readonly generation: number;
  readonly iteration: number;
  readonly seed: number | bigint;
}

/** Throws `illegal-state` for an offset that no task of this connector kept. */
export function stateOf(offset: SourceOffset): DatagenState {
  const why = refusalOf(offset);
  if (why !== null) {
    throw new ConnectError(
      'illegal-state',
      `The stored offset does not fit: ${why} Reset the connector's offsets.`,
    );
  }
  const seed = offset[seedField];
  return {
    generation: Number(offset[generationField]),
    iteration: Number(offset[iterationField]),
    seed: typeof seed === 'bigint' ? seed : Number(seed),
  };
}

/** Refuses an offset that a person wants to set unless it has the shape of those this connector keeps. */
export function checkOffset(partition: SourcePartition | null, offset: SourceOffset | null): void {
  // A reset is always fine, so that leftovers of any shape can be cleaned away.
  if (offset === null) return;
  const why = isWhole(partition?.[taskIdField])
    ? refusalOf(offset)
    : `A partition needs a whole number ${taskIdField}.`;
  if (why !== null) throw new ConnectError('bad-request', why);
}

function refusalOf(offset: SourceOffset): string | null {
  for (const field of [generationField, iterationField]) {
    const value = offset[field];
    if (!isWhole(value) || value < 0 || value > Number.MAX_SAFE_INTEGER) {
      return `An offset needs a whole number ${field}, not negative.`;
    }
  }
  return isWhole(offset[seedField]) ? null : `An offset needs a whole number ${seedField}.`;
}

function isWhole(value: OffsetValue | undefined): value is number | bigint {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));
}
