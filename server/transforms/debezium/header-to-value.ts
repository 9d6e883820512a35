import { defineConfig } from '../../config/define-config.ts';
import { list, string } from '../../config/kinds.ts';
import { parseConfig } from '../../config/parse-config.ts';
import { oneOfIgnoringCase, satisfies } from '../../config/validators.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';
import type { ConnectHeader, ConnectHeaders } from '../../records/headers.ts';
import type { ConnectRecord } from '../../records/record.ts';
import type { Schema } from '../../records/schema.ts';
import { Struct } from '../../records/struct.ts';
import { dataError, fieldValue, requireStruct } from '../fields/record-data.ts';
import { type NamedSchema, structLike } from '../fields/schema-basics.ts';
import { SchemaCache } from '../fields/schema-cache.ts';

const purpose = 'Header field insertion';
const names = satisfies<readonly string[]>('names without blanks', (items) =>
  items.length === 0 || items.some((item) => item === '' || /\s/.test(item))
    ? 'Give a list of names; none may be empty or hold blanks.'
    : null,
);

export const headerToValueConfig = defineConfig(
  {
    headers: list({
      importance: 'HIGH',
      width: 'NONE',
      displayName: 'Header names list',
      validator: names,
      documentation: 'Headers whose values go into the value of the record.',
    }),
    fields: list({
      importance: 'HIGH',
      width: 'NONE',
      displayName: 'Field names list',
      validator: names,
      documentation: 'The field for each header, in the same order; a.b is a field b in the struct a.',
    }),
    operation: string({
      importance: 'HIGH',
      width: 'NONE',
      displayName: 'Operation: mover or copy',
      validator: oneOfIgnoringCase('move', 'copy'),
      documentation: 'Whether the headers are taken away (move) or stay (copy).',
    }),
  },
  [
    ({ headers, fields }, addError) => {
      if (headers !== null && fields !== null && headers.length !== fields.length) {
        addError('fields', "'fields' config must have the same number of elements as 'headers' config.");
      }
    },
  ],
);

interface Insertion {
  readonly path: readonly string[];
  readonly header: ConnectHeader & { readonly schema: Schema };
}

/** Moves or copies headers into fields of the value. */
export class HeaderToValue implements Transformation {
  #pathByHeader: readonly (readonly [string, readonly string[]])[] = [];
  #isMove = false;
  /** Equal schemas become the same one, for the converter after it. */
  readonly #schemas = new SchemaCache((schema) => schema);

  configure(settings: Settings): void {
    const config = parseConfig(headerToValueConfig, settings);
    this.#pathByHeader = config.headers.map((header, index) => [
      header,
      (config.fields[index] ?? header).split('.'),
    ]);
    this.#isMove = config.operation.toLowerCase() === 'move';
  }

  apply<R extends ConnectRecord>(record: R): R {
    if (record.value === null || record.value === undefined) return record;
    const value = requireStruct(record.value, purpose);
    const { headers } = record;
    if (headers === null) return record;
    const insertions = this.#pathByHeader.flatMap(([name, path]) => insertionOf(headers, name, path));
    if (insertions.length === 0) return record;
    const changed = inserted(value, insertions, 0);
    return {
      ...record,
      valueSchema: this.#schemas.of(changed.schema),
      value: changed,
      headers: this.#isMove ? this.#without(headers) : headers,
    };
  }

  #without(headers: ConnectHeaders): ConnectHeaders {
    const rest = headers.duplicate();
    for (const [name] of this.#pathByHeader) rest.remove(name);
    return rest;
  }
}

function insertionOf(headers: ConnectHeaders, name: string, path: readonly string[]): Insertion[] {
  const [header, ...others] = headers.allWithName(name);
  if (header === undefined) return [];
  if (others.length > 0) throw dataError(`Header ${name} occurs more than once; it cannot become one field.`);
  if (header.schema === null) throw dataError(`Header ${name} has no schema; it cannot become a field.`);
  return [{ path, header: { ...header, schema: header.schema } }];
}

/** `depth` is how many names of the paths lead to this struct. */
function inserted(struct: Struct, insertions: readonly Insertion[], depth: number): Struct {
  const here = insertions.filter(({ path }) => path.length === depth + 1);
  const fields: NamedSchema[] = [];
  const values: unknown[] = [];
  for (const field of struct.schema.fields) {
    const inside = insertions.filter(({ path }) => path.length > depth + 1 && path[depth] === field.name);
    let value = fieldValue(struct, field, true);
    if (inside.length > 0 && value !== null)
      value = inserted(requireStruct(value, purpose), inside, depth + 1);
    fields.push({ name: field.name, schema: value instanceof Struct ? value.schema : field.schema });
    values.push(value);
  }
  for (const { path, header } of here) {
    fields.push({ name: path[depth] ?? header.key, schema: header.schema });
    values.push(header.value ?? null);
  }
  const changed = new Struct(structLike(struct.schema, fields));
  for (const [index, value] of values.entries()) changed.values[index] = value;
  return changed;
}
