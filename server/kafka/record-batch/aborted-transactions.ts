import { ConnectError } from '../../errors/connect-error.ts';
import { batchFields, batchHeaderBytes, lastOffsetAt } from './batch-layout.ts';
import { VarintReader } from './varint.ts';

export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: number;
}

/** Which batches of a fetch belong to aborted transactions. Ask for every transactional batch, in order. */
export class AbortedTransactions {
  readonly #upcoming: AbortedTransaction[];
  readonly #open = new Set<bigint>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#upcoming = [...aborted].sort((a, b) => b.firstOffset - a.firstOffset);
  }

  isAborted(buffer: Buffer, at: number, isControl: boolean): boolean {
    const last = lastOffsetAt(buffer, at);
    for (let next = this.#upcoming.at(-1); next !== undefined && next.firstOffset <= last; ) {
      this.#open.add(next.producerId);
      this.#upcoming.pop();
      next = this.#upcoming.at(-1);
    }
    if (this.#open.size === 0) return false;
    const producerId = buffer.readBigInt64BE(at + batchFields.producerId);
    if (!isControl) return this.#open.has(producerId);
    if (isAbortMarker(buffer, at)) this.#open.delete(producerId);
    return false;
  }
}

/** The key of a control record is a version and a type, both 16 bits: 0 is abort, 1 is commit. */
function isAbortMarker(buffer: Buffer, at: number): boolean {
  const reader = new VarintReader(buffer, at + batchHeaderBytes, buffer.length);
  reader.varint();
  reader.position++;
  reader.varlong();
  reader.varint();
  const keyLength = reader.varint();
  if (reader.failed || keyLength < 4 || reader.position + 4 > buffer.length) {
    throw new ConnectError('data', 'a transaction marker cannot be read', {
      details: { kafkaError: 'CORRUPT_MESSAGE' },
    });
  }
  return buffer.readInt16BE(reader.position + 2) === 0;
}
