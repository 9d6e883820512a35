import { defineConfig } from '../../config/define-config.ts';
import { string } from '../../config/kinds.ts';
import { parseConfig } from '../../config/parse-config.ts';
import { oneOf } from '../../config/validators.ts';
import { ConnectError } from '../../errors/connect-error.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import type { ConnectRecord } from '../../records/record.ts';
import type { Schema } from '../../records/schema.ts';
import { schemaOf } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { SimpleDateFormat } from '../date-format/simple-date-format.ts';
import {
  copiedValue,
  dataError,
  fieldValue,
  requireMap,
  requireStructOrNull,
} from '../fields/record-data.ts';
import type { RecordSide } from '../fields/record-side.ts';
import { schemaBasics } from '../fields/schema-basics.ts';
import { SchemaCache } from '../fields/schema-cache.ts';
import { replaceNullWithDefaultKey } from '../fields/shared-keys.ts';
import {
  readTimestamp,
  type TimestampForm,
  type TimestampType,
  timestampTypeOfSchema,
  timestampTypeOfValue,
  timestampTypeSchema,
  timestampTypes,
  unixPrecisions,
  writeTimestamp,
} from './timestamp-types.ts';

const purpose = 'converting timestamp formats';

export const timestampConverterConfig = defineConfig({
  field: string({
    importance: 'HIGH',
    default: '',
    documentation: 'The field that holds the timestamp; empty: the whole is one.',
  }),
  'target.type': string({
    importance: 'HIGH',
    documentation: 'What the timestamp becomes: string, unix, Date, Time or Timestamp.',
    validator: oneOf(...timestampTypes),
  }),
  format: string({
    importance: 'MEDIUM',
    default: '',
    documentation:
      "How timestamps look in text, as a pattern of Java's SimpleDateFormat, in UTC; for reading and writing strings.",
  }),
  'unix.precision': string({
    importance: 'LOW',
    default: 'milliseconds',
    documentation: 'What unix timestamps count. Below a millisecond nothing is kept.',
    validator: oneOf(...unixPrecisions),
  }),
  ...replaceNullWithDefaultKey,
});

export class TimestampConverter implements Transformation {
  readonly #side: RecordSide;
  #field = '';
  #target: TimestampType = 'Timestamp';
  #form: TimestampForm = { format: null, precision: 'milliseconds' };
  #replacesNull = true;
  readonly #structs = new SchemaCache((schema) => this.#structSchema(schema));

  constructor(side: RecordSide) {
    this.#side = side;
  }

  configure(settings: Settings): void {
    const config = parseConfig(timestampConverterConfig, settings);
    this.#field = config.field;
    this.#target = oneOfThese(timestampTypes, config['target.type']);
    this.#replacesNull = config['replace.null.with.default'];
    const pattern = config.format;
    if (this.#target === 'string' && pattern === '') {
      throw new ConnectError(
        'config',
        'TimestampConverter requires format option to be specified when using string timestamps',
      );
    }
    this.#form = {
      format: pattern === '' ? null : new SimpleDateFormat(pattern),
      precision: oneOfThese(unixPrecisions, config['unix.precision']),
    };
  }

  apply<R extends ConnectRecord>(record: R): R {
    const schema = this.#side.schemaOf(record);
    const value = this.#side.valueOf(record);
    if (schema === null) return this.#side.replace(record, null, this.#withoutSchema(value));
    if (this.#field === '') {
      const target = timestampTypeSchema(this.#target, schema.optional);
      return this.#side.replace(record, target, this.#convert(value, timestampTypeOfSchema(schema)));
    }
    const struct = requireStructOrNull(value, purpose);
    if (schema.type !== 'STRUCT') throw dataError(`Only a struct has a field ${this.#field}`);
    const updated = this.#structs.of(schema);
    return this.#side.replace(record, updated, struct === null ? null : this.#changed(struct, updated));
  }

  #withoutSchema(value: unknown): unknown {
    if (value === null) return null;
    if (this.#field === '') return this.#convert(value, timestampTypeOfValue(value));
    const map = new Map(requireMap(value, purpose));
    const item = map.get(this.#field) ?? null;
    return map.set(this.#field, item === null ? null : this.#convert(item, timestampTypeOfValue(item)));
  }

  #convert(value: unknown, type: TimestampType): unknown {
    return value === null
      ? null
      : writeTimestamp(readTimestamp(value, type, this.#form), this.#target, this.#form);
  }

  #changed(struct: Struct, schema: Schema): Struct {
    const changed = new Struct(schema);
    for (const field of struct.schema.fields) {
      changed.values[field.index] =
        field.name === this.#field
          ? this.#convert(fieldValue(struct, field, this.#replacesNull), timestampTypeOfSchema(field.schema))
          : copiedValue(struct, field, this.#replacesNull);
    }
    return changed;
  }

  #structSchema(schema: Schema): Schema {
    const fields = schema.fields.map(({ name, schema: own }) => ({
      name,
      schema: name === this.#field ? timestampTypeSchema(this.#target, own.optional) : own,
    }));
    const spec = { ...schemaBasics(schema, 'STRUCT'), fields, optional: schema.optional };
    if (!(schema.default instanceof Struct)) return schemaOf(spec);
    return schemaOf({ ...spec, default: this.#changed(schema.default, schemaOf(spec)) });
  }
}

function oneOfThese<T extends string>(these: readonly T[], text: string): T {
  const found = these.find((each) => each === text);
  if (found === undefined) throw new ConnectError('config', `${text} is none of ${these.join(', ')}.`);
  return found;
}
