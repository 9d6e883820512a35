import { defineConfig } from '../../config/define-config.ts';
import { string } from '../../config/kinds.ts';
import { parseConfig } from '../../config/parse-config.ts';
import { oneOfIgnoringCase, satisfies } from '../../config/validators.ts';
import { messageOf } from '../../errors/connect-error.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import type { ConnectRecord } from '../../records/record.ts';
import { dataError } from '../fields/record-data.ts';
import type { RecordSide } from '../fields/record-side.ts';
import { JsonPath } from '../json-path/json-path.ts';

const jsonPath = satisfies<string>('JSON path', (text) => {
  try {
    new JsonPath(text);
    return null;
  } catch (error) {
    return messageOf(error);
  }
});

export const filterConfig = defineConfig({
  'filter.condition': string({
    importance: 'HIGH',
    validator: jsonPath,
    documentation:
      "A JSON path; a record matches where it leads to something, such as $[?(@.state == 'open' && @.total > 10)].",
  }),
  'filter.type': string({
    importance: 'HIGH',
    validator: oneOfIgnoringCase('include', 'exclude'),
    documentation: 'Whether records that match are kept (include) or dropped (exclude).',
  }),
  'missing.or.null.behavior': string({
    importance: 'MEDIUM',
    default: 'fail',
    validator: oneOfIgnoringCase('fail', 'include', 'exclude'),
    documentation:
      'What becomes of records without a field on the way to the condition, or with a null in its place: fail, include keeps and exclude drops them.',
  }),
});

/** Keeps or drops records by a condition on the key or value. */
export class ConditionFilter implements Transformation {
  readonly #side: RecordSide;
  #condition = new JsonPath('$');
  #keepsMatches = true;
  #onMissing = 'fail';

  constructor(side: RecordSide) {
    this.#side = side;
  }

  configure(settings: Settings): void {
    const config = parseConfig(filterConfig, settings);
    this.#condition = new JsonPath(config['filter.condition']);
    this.#keepsMatches = config['filter.type'].toLowerCase() === 'include';
    this.#onMissing = config['missing.or.null.behavior'].toLowerCase();
  }

  apply<R extends ConnectRecord>(record: R): R | null {
    const data = this.#side.valueOf(record);
    const found = data === null ? null : this.#condition.read(data);
    const isMissing = found === null || (this.#condition.isDefinite && (found[0] ?? null) === null);
    if (!isMissing) return found.length > 0 === this.#keepsMatches ? record : null;
    if (this.#onMissing === 'fail') {
      throw dataError('A field of filter.condition is missing or null (missing.or.null.behavior is fail).');
    }
    return this.#onMissing === 'include' ? record : null;
  }
}
