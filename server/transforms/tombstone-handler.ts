import { defineConfig } from '../config/define-config.ts';
import { string } from '../config/kinds.ts';
import { parseConfig } from '../config/parse-config.ts';
import { oneOfIgnoringCase, validator } from '../config/validators.ts';
import type { Settings } from '../plugin-api/source-connector.ts';
import type { Transformation } from '../plugin-api/transformation.ts';
import type { ConnectRecord } from '../records/record.ts';
import { dataError } from './fields/record-data.ts';

const aivens = oneOfIgnoringCase('drop_silent', 'drop_warn', 'fail');

export const aivenTombstoneHandlerConfig = defineConfig({
  behavior: string({
    importance: 'MEDIUM',
    validator: validator(aivens.description, (key, value) => {
      if (value !== null) aivens.ensureValid(key, value);
    }),
    documentation: 'What becomes of a tombstone: drop_silent and drop_warn drop it, fail fails.',
  }),
});

export const confluentTombstoneHandlerConfig = defineConfig({
  behavior: string({
    importance: 'MEDIUM',
    default: 'warn',
    validator: oneOfIgnoringCase('ignore', 'warn', 'fail'),
    documentation: 'What becomes of a tombstone: ignore and warn drop it, fail fails.',
  }),
});

/** Drops or refuses records whose value is null, with a schema or without. */
export class TombstoneHandler implements Transformation {
  readonly #config: typeof aivenTombstoneHandlerConfig | typeof confluentTombstoneHandlerConfig;
  #fails = false;

  constructor(config: typeof aivenTombstoneHandlerConfig | typeof confluentTombstoneHandlerConfig) {
    this.#config = config;
  }

  configure(settings: Settings): void {
    this.#fails = parseConfig(this.#config, settings).behavior.toLowerCase() === 'fail';
  }

  apply<R extends ConnectRecord>(record: R): R | null {
    if (record.value !== null && record.value !== undefined) return record;
    if (this.#fails)
      throw dataError("Tombstone record encountered, failing due to configured 'fail' behavior");
    return null;
  }
}
