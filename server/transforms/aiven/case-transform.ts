import { defineConfig } from '../../config/define-config.ts';
import { list, string } from '../../config/kinds.ts';
import { parseConfig } from '../../config/parse-config.ts';
import { oneOf } from '../../config/validators.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import { javaText } from '../../records/java-text.ts';
import type { ConnectRecord } from '../../records/record.ts';
import { Struct } from '../../records/struct.ts';
import { copiedValue, requireMap } from '../fields/record-data.ts';
import type { RecordSide } from '../fields/record-side.ts';

export const caseTransformConfig = defineConfig({
  'field.names': list({ importance: 'HIGH', documentation: 'The text fields to change.' }),
  case: string({
    importance: 'HIGH',
    validator: oneOf('lower', 'upper'),
    documentation: 'Into lower or upper case.',
  }),
});

/** Texts in lower or upper case. Fields of other types, and those that are missing, stay. */
export class CaseTransform implements Transformation {
  readonly #side: RecordSide;
  #names: readonly string[] = [];
  #isUpper = false;

  constructor(side: RecordSide) {
    this.#side = side;
  }

  configure(settings: Settings): void {
    const config = parseConfig(caseTransformConfig, settings);
    this.#names = config['field.names'];
    this.#isUpper = config.case === 'upper';
  }

  apply<R extends ConnectRecord>(record: R): R {
    const value = this.#side.valueOf(record);
    if (value instanceof Struct) return this.#side.replace(record, value.schema, this.#struct(value));
    const map = new Map(requireMap(value, 'change of case'));
    for (const name of this.#names) {
      const item = map.get(name) ?? null;
      map.set(name, item === null ? null : this.#changed(javaText(null, item)));
    }
    return this.#side.replace(record, this.#side.schemaOf(record), map);
  }

  #struct(struct: Struct): Struct {
    const changed = new Struct(struct.schema);
    for (const field of struct.schema.fields) {
      const value = copiedValue(struct, field, true);
      const isChanged = typeof value === 'string' && this.#names.includes(field.name);
      changed.values[field.index] = isChanged ? this.#changed(value) : value;
    }
    return changed;
  }

  #changed(text: string): string {
    return this.#isUpper ? text.toUpperCase() : text.toLowerCase();
  }
}
