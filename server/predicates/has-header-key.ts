import { defineConfig } from '../config/define-config.ts';
import { string } from '../config/kinds.ts';
import { parseConfig } from '../config/parse-config.ts';
import { nonEmptyString } from '../config/validators.ts';
import type { Settings } from '../plugin-api/source-connector.ts';
import type { Predicate } from '../plugin-api/transformation.ts';
import type { ConnectRecord } from '../records/record.ts';

export const hasHeaderKeyConfig = defineConfig({
  name: string({
    importance: 'MEDIUM',
    documentation: 'Name of the header.',
    validator: nonEmptyString(),
  }),
});

/** True for records that have a header of this name. */
export class HasHeaderKey implements Predicate {
  #name = '';

  configure(settings: Settings): void {
    this.#name = parseConfig(hasHeaderKeyConfig, settings).name;
  }

  test({ headers }: ConnectRecord): boolean {
    return headers?.lastWithName(this.#name) !== undefined;
  }
}
