import { ConnectError } from '../../errors/connect-error.ts';
import { openBatchBody } from './batch-body.ts';
import { recordCountAt } from './batch-layout.ts';
import { RecordScanner } from './record-scanner.ts';

/**
 * Visits the records of the whole batch at `at` (`bytes` of it) until the visitor answers false. The scanner is the
 * same for all of them. Throws a `data` error that names the record which is malformed; does not check the checksum.
 */
export function visitRecords(
  buffer: Buffer,
  at: number,
  bytes: number,
  visit: (record: RecordScanner) => boolean,
): void {
  const count = recordCountAt(buffer, at);
  const body = openBatchBody(buffer, at, bytes);
  const scanner = new RecordScanner(body.buffer, body.start, body.end);
  for (let index = 0; index < count; index++) {
    if (!scanner.next()) {
      throw new ConnectError('data', `record ${index} of ${count} does not fit its length`, {
        details: { kafkaError: 'CORRUPT_MESSAGE', index },
      });
    }
    if (!visit(scanner)) return;
  }
}
