import { lastOffsetAt, producerIdAt } from './batch-layout.ts';
import { markerTypeAt } from './control-record.ts';

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
    const producerId = producerIdAt(buffer, at);
    if (!isControl) return this.#open.has(producerId);
    if (markerTypeAt(buffer, at) === 'abort') this.#open.delete(producerId);
    return false;
  }
}
