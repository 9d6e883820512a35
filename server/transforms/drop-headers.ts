import { defineConfig } from '../config/define-config.ts';
import { list } from '../config/kinds.ts';
import { parseConfig } from '../config/parse-config.ts';
import { listWithoutDuplicates } from '../config/validators.ts';
import type { Settings } from '../plugin-api/source-connector.ts';
import type { Transformation } from '../plugin-api/transformation.ts';
import { ConnectHeaders } from '../records/headers.ts';
import type { ConnectRecord } from '../records/record.ts';

export const dropHeadersConfig = defineConfig({
  headers: list({
    importance: 'HIGH',
    documentation: 'Names of the headers to take away.',
    validator: listWithoutDuplicates({ emptyAllowed: false }),
  }),
});

export class DropHeaders implements Transformation {
  #names: ReadonlySet<string> = new Set();

  configure(settings: Settings): void {
    this.#names = new Set(parseConfig(dropHeadersConfig, settings).headers);
  }

  apply<R extends ConnectRecord>(record: R): R {
    if (record.headers === null) return record;
    const kept = [...record.headers].filter(({ key }) => !this.#names.has(key));
    return { ...record, headers: new ConnectHeaders(kept) };
  }
}
