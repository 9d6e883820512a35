import { invalidValue } from '../config/config-error.ts';
import { defineConfig } from '../config/define-config.ts';
import { list, string } from '../config/kinds.ts';
import { parseConfig } from '../config/parse-config.ts';
import { oneOf, validator } from '../config/validators.ts';
import { ConnectError } from '../errors/connect-error.ts';
import type { Settings } from '../plugin-api/source-connector.ts';
import type { Transformation } from '../plugin-api/transformation.ts';
import { ConnectHeaders } from '../records/headers.ts';
import type { ConnectRecord } from '../records/record.ts';
import type { Field, Schema } from '../records/schema.ts';
import { Struct } from '../records/struct.ts';
import { copiedValue, dataError, fieldValue, requireMap, requireStruct } from './fields/record-data.ts';
import type { RecordSide } from './fields/record-side.ts';
import { structLike } from './fields/schema-basics.ts';
import { SchemaCache } from './fields/schema-cache.ts';
import { replaceNullWithDefaultKey } from './fields/shared-keys.ts';

const nonEmptyList = validator<readonly string[]>('non-empty list', (key, value) => {
  if (value === null || value.length === 0) throw invalidValue(key, value, 'Empty list');
});

export const headerFromConfig = defineConfig({
  fields: list({
    importance: 'HIGH',
    documentation: 'Fields whose values become headers.',
    validator: nonEmptyList,
  }),
  headers: list({
    importance: 'HIGH',
    documentation: 'Names of the headers, in the order of the fields.',
    validator: nonEmptyList,
  }),
  operation: string({
    importance: 'HIGH',
    documentation: 'move: the fields are taken out of the data. copy: they stay in it.',
    validator: oneOf('move', 'copy'),
  }),
  ...replaceNullWithDefaultKey,
});

interface Plan {
  /** null: the data stays as it is. */
  readonly schema: Schema | null;
  readonly kept: readonly Field[];
  readonly moved: readonly Field[];
}

export class HeaderFrom implements Transformation {
  readonly #side: RecordSide;
  #fields: readonly string[] = [];
  #headers: readonly string[] = [];
  #isMove = false;
  #replacesNull = true;
  readonly #plans = new SchemaCache((schema) => this.#plan(schema));

  constructor(side: RecordSide) {
    this.#side = side;
  }

  configure(settings: Settings): void {
    const config = parseConfig(headerFromConfig, settings);
    if (config.fields.length !== config.headers.length) {
      throw new ConnectError('config', "'fields' must have the same number of elements as 'headers'.");
    }
    this.#fields = config.fields;
    this.#headers = config.headers;
    this.#isMove = config.operation === 'move';
    this.#replacesNull = config['replace.null.with.default'];
  }

  apply<R extends ConnectRecord>(record: R): R {
    const headers = record.headers?.duplicate() ?? new ConnectHeaders();
    const changed =
      this.#side.schemaOf(record) === null
        ? this.#fromMap(record, headers)
        : this.#fromStruct(record, headers);
    return { ...changed, headers };
  }

  #fromMap<R extends ConnectRecord>(record: R, headers: ConnectHeaders): R {
    const value = requireMap(this.#side.valueOf(record), this.#purpose());
    const map = new Map(value);
    for (const [index, name] of this.#fields.entries()) {
      headers.add(this.#headers[index] ?? '', null, value.get(name) ?? null);
      if (this.#isMove) map.delete(name);
    }
    return this.#side.replace(record, null, this.#isMove ? map : value);
  }

  #fromStruct<R extends ConnectRecord>(record: R, headers: ConnectHeaders): R {
    const value = requireStruct(this.#side.valueOf(record), this.#purpose());
    const { schema, kept, moved } = this.#plans.of(value.schema);
    for (const [index, field] of moved.entries()) {
      headers.add(this.#headers[index] ?? '', field.schema, fieldValue(value, field, this.#replacesNull));
    }
    if (schema === null) return record;
    const rest = new Struct(schema);
    for (const [index, field] of kept.entries()) {
      rest.values[index] = copiedValue(value, field, this.#replacesNull);
    }
    return this.#side.replace(record, schema, rest);
  }

  #plan(schema: Schema): Plan {
    const moved = this.#fields.map((name) => {
      const field = schema.field(name);
      if (field === undefined) throw dataError(`Field does not exist: ${name}`);
      return field;
    });
    const kept = schema.fields.filter(({ name }) => !this.#fields.includes(name));
    return { schema: this.#isMove ? structLike(schema, kept) : null, kept, moved };
  }

  #purpose(): string {
    return `header ${this.#isMove ? 'move' : 'copy'}`;
  }
}
