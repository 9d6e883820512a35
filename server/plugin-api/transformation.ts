import type { ConnectRecord } from '../records/record.ts';
import type { Settings } from './source-connector.ts';

export interface Transformation {
  configure(settings: Settings): void;
  /** The changed record, the same one, or null to drop it. */
  apply<R extends ConnectRecord>(record: R): R | null;
  close?(): void;
}

export interface Predicate {
  configure(settings: Settings): void;
  test(record: ConnectRecord): boolean;
  close?(): void;
}
