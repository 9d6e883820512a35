import { defineConfig } from '../config/define-config.ts';
import { string } from '../config/kinds.ts';
import { parseConfig } from '../config/parse-config.ts';
import type { Settings } from '../plugin-api/source-connector.ts';
import type { Transformation } from '../plugin-api/transformation.ts';
import type { ConnectRecord } from '../records/record.ts';
import { FieldPath } from './fields/field-path.ts';
import { dataError, requireMapOrNull, requireStructOrNull } from './fields/record-data.ts';
import type { RecordSide } from './fields/record-side.ts';
import { fieldSyntaxKey, fieldSyntaxOf, replaceNullWithDefaultKey } from './fields/shared-keys.ts';

const purpose = 'field extraction';

export const extractFieldConfig = defineConfig({
  field: string({ importance: 'MEDIUM', documentation: 'The field that takes the place of the whole.' }),
  ...replaceNullWithDefaultKey,
  ...fieldSyntaxKey,
});

export class ExtractField implements Transformation {
  readonly #side: RecordSide;
  #path = new FieldPath('', 'V1');
  #replacesNull = true;

  constructor(side: RecordSide) {
    this.#side = side;
  }

  configure(settings: Settings): void {
    const config = parseConfig(extractFieldConfig, settings);
    this.#path = new FieldPath(config.field, fieldSyntaxOf(config['field.syntax.version']));
    this.#replacesNull = config['replace.null.with.default'];
  }

  apply<R extends ConnectRecord>(record: R): R {
    const schema = this.#side.schemaOf(record);
    const value = this.#side.valueOf(record);
    if (schema === null) {
      return this.#side.replace(record, null, this.#path.inMap(requireMapOrNull(value, purpose)));
    }
    const struct = requireStructOrNull(value, purpose);
    const field = this.#path.inSchema(schema);
    if (field === undefined) throw dataError(`Unknown field: ${this.#path}`);
    const extracted = struct === null ? null : this.#path.inStruct(struct, this.#replacesNull);
    return this.#side.replace(record, field.schema, extracted);
  }
}
