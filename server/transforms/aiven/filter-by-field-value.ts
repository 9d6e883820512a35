import { defineConfig } from '../../config/define-config.ts';
import { boolean, string } from '../../config/kinds.ts';
import { parseConfig } from '../../config/parse-config.ts';
import { validator } from '../../config/validators.ts';
import { ConnectError } from '../../errors/connect-error.ts';
import type { HeaderConverter, SchemaAndValue } from '../../plugin-api/converter.ts';
import { LinearRegex, linearRegex } from '../../plugin-api/linear-regex.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import { Decimal } from '../../records/decimal.ts';
import { valuesEqual } from '../../records/equality.ts';
import type { ConnectRecord } from '../../records/record.ts';
import { Struct } from '../../records/struct.ts';
import { dataError, fieldValue, requireMap } from '../fields/record-data.ts';
import type { RecordSide } from '../fields/record-side.ts';

const anyRegex = linearRegex();

export const filterByFieldValueConfig = defineConfig({
  'field.name': string({
    importance: 'HIGH',
    default: null,
    documentation: 'The field to look at; none or empty: the whole.',
  }),
  'field.value': string({
    importance: 'HIGH',
    default: null,
    documentation: 'The value that is wanted; a number or boolean in it is recognised.',
  }),
  'field.value.pattern': string({
    importance: 'HIGH',
    default: null,
    validator: validator(anyRegex.description, (key, value) => {
      if (value !== null) anyRegex.ensureValid(key, value);
    }),
    documentation:
      'Regular expression in the syntax of Java that is to be found in the value; in place of field.value.',
  }),
  'field.value.matches': boolean({
    importance: 'MEDIUM',
    default: true,
    documentation: 'Whether records that match are kept (true) or dropped (false).',
  }),
});

/** Keeps or drops records by the value of a field. */
export class FilterByFieldValue implements Transformation {
  readonly #side: RecordSide;
  readonly #values: HeaderConverter;
  #field = '';
  #keepsMatches = true;
  #matches: (data: SchemaAndValue) => boolean = () => true;

  /** The converter turns values to text and back, as in headers. */
  constructor(side: RecordSide, values: HeaderConverter) {
    this.#side = side;
    this.#values = values;
  }

  configure(settings: Settings): void {
    const config = parseConfig(filterByFieldValueConfig, settings);
    const expected = config['field.value'];
    const pattern = config['field.value.pattern'] ?? '';
    if ((expected === null) === (pattern === '')) {
      throw new ConnectError(
        'config',
        'Either field.value or field.value.pattern have to be set to apply filter transform',
      );
    }
    this.#field = config['field.name'] ?? '';
    this.#keepsMatches = config['field.value.matches'];
    this.#matches = expected === null ? this.#finding(pattern) : this.#equalTo(expected);
  }

  apply<R extends ConnectRecord>(record: R): R | null {
    if (this.#side.valueOf(record) === null) return record;
    const data = this.#data(record);
    const isMatch = data.value !== null && this.#matches(data);
    return isMatch === this.#keepsMatches ? record : null;
  }

  #data(record: ConnectRecord): SchemaAndValue {
    const schema = this.#side.schemaOf(record);
    const value = this.#side.valueOf(record);
    if (this.#field === '') return { schema, value };
    if (!(value instanceof Struct)) {
      if (schema !== null) throw dataError(`Only a Struct or a Map has a field ${this.#field} to filter by.`);
      return { schema: null, value: requireMap(value, 'filtering').get(this.#field) ?? null };
    }
    const field = value.schema.field(this.#field);
    if (field === undefined) throw dataError(`Field ${this.#field} to filter by does not exist.`);
    return { schema: field.schema, value: fieldValue(value, field, true) };
  }

  #equalTo(text: string): (data: SchemaAndValue) => boolean {
    const expected = comparable(this.#values.toConnectHeader('', '', Buffer.from(text)).value);
    return ({ value }) => valuesEqual(comparable(value), expected);
  }

  #finding(pattern: string): (data: SchemaAndValue) => boolean {
    const regex = new LinearRegex(pattern);
    return ({ schema, value }) => {
      const text = this.#values.fromConnectHeader('', '', schema, value);
      if (text === null) return false;
      return regex.find(typeof text === 'string' ? text : Buffer.from(text).toString()) !== null;
    };
  }
}

/** Whole numbers are equal whatever their width is. */
function comparable(value: unknown): unknown {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  if (value instanceof Decimal && value.scale === 0) return value.unscaled;
  return value;
}
