import { defineConfig } from '../../config/define-config.ts';
import { list, string } from '../../config/kinds.ts';
import { parseConfig } from '../../config/parse-config.ts';
import { listWithoutDuplicates } from '../../config/validators.ts';
import { ConnectError } from '../../errors/connect-error.ts';
import { LinearRegex } from '../../plugin-api/linear-regex.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import type { ConnectRecord } from '../../records/record.ts';
import type { Schema } from '../../records/schema.ts';
import { schemaOf } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { copiedValue, dataError } from '../fields/record-data.ts';
import type { RecordSide } from '../fields/record-side.ts';
import { SchemaCache } from '../fields/schema-cache.ts';
import { schemalessValue } from '../fields/schemaless-value.ts';
import { unsupportedType } from './unsupported-type.ts';

const flagLetters: Readonly<Record<string, string>> = {
  CASE_INSENSITIVE: 'i',
  UNICODE_CASE: '',
  MULTILINE: 'm',
  DOTALL: 's',
  LITERAL: '',
};
/** Flags of Java that change what a linear engine can do. */
const refusedFlags = ['UNICODE_CHARACTER_CLASS', 'CANON_EQ', 'COMMENTS', 'UNIX_LINES'];

export const patternRenameConfig = defineConfig(
  {
    'field.pattern': string({
      importance: 'HIGH',
      documentation: 'Regular expression in the syntax of Java that is to be found in names of fields.',
    }),
    'field.pattern.flags': list({
      importance: 'LOW',
      default: ['CASE_INSENSITIVE'],
      validator: listWithoutDuplicates({ allowed: [...Object.keys(flagLetters), ...refusedFlags] }),
      documentation:
        'Flags of the expression: CASE_INSENSITIVE, UNICODE_CASE, MULTILINE, DOTALL, LITERAL. Others of Java are refused.',
    }),
    'field.replacement': string({
      importance: 'HIGH',
      documentation: `What takes the place of each match; $1 and \${name} are groups of the expression.`,
    }),
  },
  [
    (parsed, addError) => {
      const flags = parsed['field.pattern.flags'];
      const pattern = parsed['field.pattern'];
      if (flags === null || pattern === null) return;
      try {
        regexOf(pattern, flags);
      } catch (error) {
        addError('field.pattern', error instanceof Error ? error.message : String(error));
      }
    },
  ],
);

interface Names {
  readonly of: (name: string) => string;
}

/** Other names for fields, by a pattern. */
export class PatternRename implements Transformation {
  readonly #side: RecordSide;
  #names: Names = { of: (name) => name };
  readonly #schemas = new SchemaCache((schema) =>
    schemaOf({
      type: 'STRUCT',
      name: schema.name,
      doc: schema.doc,
      parameters: schema.parameters,
      optional: schema.optional,
      fields: schema.fields.map((field) => ({ name: this.#names.of(field.name), schema: field.schema })),
    }),
  );

  constructor(side: RecordSide) {
    this.#side = side;
  }

  configure(settings: Settings): void {
    const config = parseConfig(patternRenameConfig, settings);
    const regex = regexOf(config['field.pattern'], config['field.pattern.flags']);
    const replacement = config['field.replacement'];
    this.#names = { of: (name) => regex.replaceAll(name, replacement) };
  }

  apply<R extends ConnectRecord>(record: R): R {
    const value = this.#side.valueOf(record);
    const schema = this.#side.schemaOf(record);
    if (value === null && schema === null) return record;
    if (value instanceof Map) return this.#side.replace(record, null, this.#map(value, schema));
    if (!(value instanceof Struct)) throw unsupportedType(schema, value);
    const changed = new Struct(this.#schemas.of(value.schema));
    for (const field of value.schema.fields) changed.values[field.index] = copiedValue(value, field, true);
    return this.#side.replace(record, changed.schema, changed);
  }

  #map(map: ReadonlyMap<unknown, unknown>, schema: Schema | null): ReadonlyMap<string, unknown> {
    const renamed = new Map<string, unknown>();
    for (const [name, item] of map) {
      if (typeof name !== 'string') throw dataError('Names of fields must be texts to be renamed.');
      renamed.set(this.#names.of(name), schemalessValue(schema?.valueSchema ?? null, item));
    }
    return renamed;
  }
}

function regexOf(pattern: string, flags: readonly string[]): LinearRegex {
  const refused = flags.find((flag) => refusedFlags.includes(flag));
  if (refused !== undefined) {
    throw new ConnectError(
      'config',
      `Flag ${refused} of field.pattern.flags is not supported by the linear-time engine.`,
    );
  }
  const letters = flags.map((flag) => flagLetters[flag] ?? '').join('');
  const text = flags.includes('LITERAL') ? pattern.replace(/[^A-Za-z0-9\s]/g, '\\$&') : pattern;
  return new LinearRegex(letters === '' ? text : `(?${letters})${text}`);
}
