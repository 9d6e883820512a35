import { isUtf8 } from 'node:buffer';
import { dataError } from '../converter-error.ts';

const byteOrderMark = '\ufeff';

/** The text of a range of bytes, without a byte order mark. Throws a `data` error for bytes that are no UTF-8. */
export function utf8Text(buffer: Buffer, start: number, end: number): string {
  const text = buffer.toString('utf8', start, end);
  if (text.includes('\ufffd') && !isUtf8(buffer.subarray(start, end))) {
    throw dataError('JSON is not in UTF-8.');
  }
  return text.startsWith(byteOrderMark) ? text.slice(1) : text;
}
