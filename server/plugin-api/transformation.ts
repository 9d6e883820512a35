import type { ConnectRecord } from '../records/record.ts';
import type { Settings } from './source-connector.ts';
import type { StructChanger } from './struct-change.ts';

export interface Transformation {
  configure(settings: Settings): void;
  /** The changed record, the same one, or null to drop it. */
  apply<R extends ConnectRecord>(record: R): R | null;
  /** The same for structs, in a form that can be joined with others; must have the effect of `apply`. */
  readonly structs?: StructChanger;
  close?(): void;
}

export interface Predicate {
  configure(settings: Settings): void;
  test(record: ConnectRecord): boolean;
  close?(): void;
}
