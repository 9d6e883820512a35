import { ConnectError } from '../../errors/connect-error.ts';

const initialBytes = 1_024;
const mostBytes = 1 << 30;

/** A growing buffer that one converter reuses for each value it writes. */
export class ByteWriter {
  buffer: Buffer = Buffer.allocUnsafeSlow(initialBytes);
  /** Bytes written so far; whoever writes moves it on after `reserve`. */
  length = 0;

  /** Makes room for `bytes` more; `buffer` may be another one afterwards. */
  reserve(bytes: number): void {
    const needed = this.length + bytes;
    if (needed <= this.buffer.length) return;
    if (needed > mostBytes) {
      throw new ConnectError('data', `A value of more than ${mostBytes} bytes cannot be written`);
    }
    const grown = Buffer.allocUnsafeSlow(Math.min(mostBytes, Math.max(needed, this.buffer.length * 2)));
    this.buffer.copy(grown, 0, 0, this.length);
    this.buffer = grown;
  }

  /** The bytes written so far, valid until the next write. */
  view(): Buffer {
    return this.buffer.subarray(0, this.length);
  }
}
