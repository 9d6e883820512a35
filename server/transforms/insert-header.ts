import { invalidValue } from '../config/config-error.ts';
import { defineConfig } from '../config/define-config.ts';
import { string } from '../config/kinds.ts';
import { parseConfig } from '../config/parse-config.ts';
import { validator } from '../config/validators.ts';
import type { HeaderConverter, SchemaAndValue } from '../plugin-api/converter.ts';
import type { Settings } from '../plugin-api/source-connector.ts';
import type { Transformation } from '../plugin-api/transformation.ts';
import { ConnectHeaders } from '../records/headers.ts';
import type { ConnectRecord } from '../records/record.ts';

const nonNull = validator<string>('non-null string', (key, value) => {
  if (value === null) throw invalidValue(key, value, 'entry must be non null');
});

export const insertHeaderConfig = defineConfig({
  header: string({ importance: 'HIGH', documentation: 'Name of the header.', validator: nonNull }),
  'value.literal': string({
    importance: 'HIGH',
    documentation: 'Its value on every record, as text; a number, list or map in it is recognised.',
    validator: nonNull,
  }),
});

export class InsertHeader implements Transformation {
  readonly #converter: HeaderConverter;
  #name = '';
  #value: SchemaAndValue = { schema: null, value: null };

  /** The converter reads the literal: it is to find the same types in it as in a header from Kafka. */
  constructor(converter: HeaderConverter) {
    this.#converter = converter;
  }

  configure(settings: Settings): void {
    const config = parseConfig(insertHeaderConfig, settings);
    this.#name = config.header;
    this.#value = this.#converter.toConnectHeader('', this.#name, Buffer.from(config['value.literal']));
  }

  apply<R extends ConnectRecord>(record: R): R {
    const headers = record.headers?.duplicate() ?? new ConnectHeaders();
    return { ...record, headers: headers.add(this.#name, this.#value.schema, this.#value.value) };
  }
}
