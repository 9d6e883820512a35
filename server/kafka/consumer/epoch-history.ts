/** Elections are rare; older ones than this are forgotten. */
const maxRuns = 16;

/**
 * Which leader epoch lies before which position: for commits of positions that poll has passed. Where it is not known
 * exactly, the epoch told is the next higher one, with which a later reader sees no cut that never happened.
 */
export class EpochHistory {
  readonly #runs: { end: number; readonly epoch: number }[] = [];

  restart(position: number | null, epoch: number): void {
    this.#runs.length = 0;
    if (position !== null) this.#runs.push({ end: position, epoch });
  }

  advance(position: number, epoch: number): void {
    const last = this.#runs.at(-1);
    // The run that a seek began with stays alone: nothing is known of what is before it.
    if (last !== undefined && last.epoch === epoch && this.#runs.length > 1) last.end = position;
    else this.#runs.push({ end: position, epoch });
    if (this.#runs.length > maxRuns) this.#runs.shift();
  }

  /** -1 when it is not known. */
  epochBefore(position: number): number {
    const first = this.#runs[0];
    if (first === undefined || position < first.end) return -1;
    return this.#runs.find(({ end }) => end >= position)?.epoch ?? -1;
  }
}
