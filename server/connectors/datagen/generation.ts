import { ConnectError } from '../../errors/connect-error.ts';
import type { Schema } from '../../records/schema.ts';
import type { Json } from './arg-json.ts';
import type { SeededRandom } from './seeded-random.ts';

/** Characters, bytes and values of one record. Limits are per field, so nesting could multiply them. */
const mostUnits = 2 * 1024 * 1024;

/** One record while it is made; used again for the next. */
export class Generation {
  readonly random: SeededRandom;
  /** Number of the record in its partition, from 0. */
  record = 0;
  #units = 0;

  constructor(random: SeededRandom) {
    this.random = random;
  }

  /** How large the record is so far. */
  get units(): number {
    return this.#units;
  }

  begin(record: number): void {
    this.record = record;
    this.#units = 0;
  }

  /** Called before something of that size is made. */
  spend(units: number): void {
    this.#units += units;
    if (this.#units > mostUnits) {
      throw new ConnectError(
        'data',
        `A record would have more than ${mostUnits} characters and values: make lengths in the schema smaller.`,
      );
    }
  }
}

export type Generate = (generation: Generation) => unknown;

/** A type ready for use. */
export interface Generator {
  readonly schema: Schema;
  readonly generate: Generate;
  /** The value that the JSON of a schema spells out: an option or a default. undefined: it does not fit the type. */
  readonly read: (json: Json) => unknown;
}
