import { defineConfig } from '../config/define-config.ts';
import type { Predicate } from '../plugin-api/transformation.ts';
import type { ConnectRecord } from '../records/record.ts';

export const recordIsTombstoneConfig = defineConfig({});

/** True for records without a value, whatever their schema is. */
export class RecordIsTombstone implements Predicate {
  configure(): void {}

  test({ value }: ConnectRecord): boolean {
    return value === null || value === undefined;
  }
}
