import { ConnectError } from '../../errors/connect-error.ts';
import type { SourceOffset, SourcePartition } from '../../records/record.ts';

export const filenameField = 'filename';
export const positionField = 'position';

/** Refuses an offset that a person wants to set unless it has the shape of those this connector keeps. */
export function checkOffset(partition: SourcePartition | null, offset: SourceOffset | null): void {
  // A reset is always fine, so that leftovers of any shape can be cleaned away.
  if (offset === null) return;
  if (!Object.hasOwn(offset, positionField)) {
    throw refused(`Offset objects should either be null or contain the key '${positionField}'`);
  }
  const position = offset[positionField];
  if (typeof position !== 'bigint' && !(typeof position === 'number' && Number.isInteger(position))) {
    throw refused(`The value for the '${positionField}' key in the offset is expected to be a Long value`);
  }
  if (position < 0) {
    throw refused(`The value for the '${positionField}' key in the offset should be a non-negative value`);
  }
  if (partition === null) throw refused('Partition objects cannot be null');
  if (!Object.hasOwn(partition, filenameField)) {
    throw refused(`Partition objects should contain the key '${filenameField}'`);
  }
}

function refused(message: string): ConnectError {
  return new ConnectError('bad-request', message);
}
