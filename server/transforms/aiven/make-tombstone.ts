import { defineConfig } from '../../config/define-config.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import type { ConnectRecord } from '../../records/record.ts';

export const makeTombstoneConfig = defineConfig({});

/** Takes the value and its schema away. */
export class MakeTombstone implements Transformation {
  configure(): void {}

  apply<R extends ConnectRecord>(record: R): R {
    return { ...record, valueSchema: null, value: null };
  }
}
