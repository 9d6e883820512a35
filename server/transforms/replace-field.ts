import { defineConfig } from '../config/define-config.ts';
import { list } from '../config/kinds.ts';
import { parseConfig } from '../config/parse-config.ts';
import { listWithoutDuplicates, validator } from '../config/validators.ts';
import { ConnectError } from '../errors/connect-error.ts';
import type { Settings } from '../plugin-api/source-connector.ts';
import type { StructChanger } from '../plugin-api/struct-change.ts';
import type { Transformation } from '../plugin-api/transformation.ts';
import type { ConnectRecord } from '../records/record.ts';
import type { Field, Schema } from '../records/schema.ts';
import { Struct } from '../records/struct.ts';
import { copiedSource, copyFields, requireMap, requireStruct } from './fields/record-data.ts';
import type { RecordSide } from './fields/record-side.ts';
import { structLike } from './fields/schema-basics.ts';
import { SchemaCache } from './fields/schema-cache.ts';
import { replaceNullWithDefaultKey } from './fields/shared-keys.ts';

const purpose = 'field replacement';

export const replaceFieldConfig = defineConfig({
  exclude: list({
    importance: 'MEDIUM',
    default: [],
    documentation: 'Fields to leave out, also when they are among the fields to include.',
    validator: listWithoutDuplicates(),
  }),
  include: list({
    importance: 'MEDIUM',
    default: [],
    documentation: 'The only fields to keep; empty: all.',
    validator: listWithoutDuplicates(),
  }),
  renames: list({
    importance: 'MEDIUM',
    default: [],
    documentation: 'New names, as old:new. Fields are included and excluded under their old names.',
    validator: validator('list of colon-delimited pairs, e.g. foo:bar,abc:xyz', (_key, value) => {
      if (value !== null) parseRenames(value);
    }),
  }),
  ...replaceNullWithDefaultKey,
});

interface Plan {
  readonly schema: Schema;
  readonly sources: readonly Field[];
}

export class ReplaceField implements Transformation {
  readonly #side: RecordSide;
  #excluded: ReadonlySet<unknown> = new Set();
  #included: ReadonlySet<unknown> = new Set();
  #renames: ReadonlyMap<unknown, string> = new Map();
  #replacesNull = true;
  readonly #plans = new SchemaCache((schema) => this.#plan(schema));

  readonly structs: StructChanger;

  constructor(side: RecordSide) {
    this.#side = side;
    this.structs = {
      side: side.name,
      changeOf: (given) => {
        const { schema, sources } = this.#plans.of(given);
        return { schema, fields: sources.map((field) => copiedSource(field, this.#replacesNull)) };
      },
    };
  }

  configure(settings: Settings): void {
    const config = parseConfig(replaceFieldConfig, settings);
    this.#excluded = new Set(config.exclude);
    this.#included = new Set(config.include);
    this.#renames = parseRenames(config.renames);
    this.#replacesNull = config['replace.null.with.default'];
  }

  apply<R extends ConnectRecord>(record: R): R {
    const value = this.#side.valueOf(record);
    if (value === null) return record;
    if (this.#side.schemaOf(record) === null) {
      const changed = new Map<unknown, unknown>();
      for (const [name, item] of requireMap(value, purpose)) {
        if (this.#keeps(name)) changed.set(this.#renames.get(name) ?? name, item);
      }
      return this.#side.replace(record, null, changed);
    }
    const struct = requireStruct(value, purpose);
    const { schema, sources } = this.#plans.of(struct.schema);
    const changed = new Struct(schema);
    copyFields(struct, sources, this.#replacesNull, changed);
    return this.#side.replace(record, schema, changed);
  }

  #keeps(name: unknown): boolean {
    return !this.#excluded.has(name) && (this.#included.size === 0 || this.#included.has(name));
  }

  #plan(schema: Schema): Plan {
    const sources = schema.fields.filter(({ name }) => this.#keeps(name));
    const fields = sources.map(({ name, schema: own }) => ({
      name: this.#renames.get(name) ?? name,
      schema: own,
    }));
    return { schema: structLike(schema, fields), sources };
  }
}

function parseRenames(mappings: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    mappings.map((mapping) => {
      const [from, to, ...rest] = mapping.split(':');
      if (from === undefined || to === undefined || to === '' || rest.length > 0) {
        throw new ConnectError(
          'config',
          `Invalid value [${mappings.join(', ')}] for configuration renames: Invalid rename mapping: ${mapping}`,
        );
      }
      return [from, to] as const;
    }),
  );
}
