import { defineConfig } from '../../config/define-config.ts';
import { string } from '../../config/kinds.ts';
import { parseConfig } from '../../config/parse-config.ts';
import { oneOf } from '../../config/validators.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import type { ConnectRecord } from '../../records/record.ts';
import { schemaOf } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { copiedValue } from '../fields/record-data.ts';
import type { RecordSide } from '../fields/record-side.ts';
import { SchemaCache } from '../fields/schema-cache.ts';
import { caseFormats, convertCase, parseCaseFormat } from './case-format.ts';
import { unsupportedType } from './unsupported-type.ts';

const forms =
  'LOWER_HYPHEN is some-name, LOWER_UNDERSCORE some_name, LOWER_CAMEL someName, UPPER_CAMEL SomeName, UPPER_UNDERSCORE SOME_NAME.';

export const changeCaseConfig = defineConfig({
  from: string({
    importance: 'HIGH',
    validator: oneOf(...caseFormats),
    documentation: `The form that names have. ${forms}`,
  }),
  to: string({
    importance: 'HIGH',
    validator: oneOf(...caseFormats),
    documentation: `The form that names get. ${forms}`,
  }),
});

/** Names of fields in another form. */
export class ChangeCase implements Transformation {
  readonly #side: RecordSide;
  #convert: (name: string) => string = (name) => name;
  readonly #schemas = new SchemaCache((schema) =>
    schemaOf({
      type: 'STRUCT',
      name: schema.name,
      optional: schema.optional,
      fields: schema.fields.map((field) => ({ name: this.#convert(field.name), schema: field.schema })),
    }),
  );

  constructor(side: RecordSide) {
    this.#side = side;
  }

  configure(settings: Settings): void {
    this.#convert = conversionOf(settings);
  }

  apply<R extends ConnectRecord>(record: R): R {
    const value = this.#side.valueOf(record);
    const schema = this.#side.schemaOf(record);
    if (value === null && schema === null) return record;
    if (!(value instanceof Struct)) throw unsupportedType(schema, value);
    const changed = new Struct(this.#schemas.of(value.schema));
    for (const field of value.schema.fields) changed.values[field.index] = copiedValue(value, field, true);
    return this.#side.replace(record, changed.schema, changed);
  }
}

/** The topic in another form. */
export class ChangeTopicCase implements Transformation {
  #convert: (name: string) => string = (name) => name;

  configure(settings: Settings): void {
    this.#convert = conversionOf(settings);
  }

  apply<R extends ConnectRecord>(record: R): R {
    return { ...record, topic: this.#convert(record.topic) };
  }
}

function conversionOf(settings: Settings): (name: string) => string {
  const config = parseConfig(changeCaseConfig, settings);
  const [from, to] = [parseCaseFormat(config.from), parseCaseFormat(config.to)];
  return (name) => convertCase(name, from, to);
}
