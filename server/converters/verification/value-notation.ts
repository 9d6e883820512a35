import { Decimal } from '../../records/decimal.ts';
import { doubleText, floatText } from '../../records/java-number-text.ts';
import type { Schema, SchemaType } from '../../records/schema.ts';
import { schemaOf } from '../../records/schema-of.ts';
import { Struct } from '../../records/struct.ts';
import { logicalNames } from '../../records/validate-value.ts';

/** Schemas and values written down so that Java and this code can build and compare them without loss. */
export interface SchemaNote {
  readonly type: SchemaType;
  readonly optional?: boolean;
  readonly default?: ValueNote;
  readonly name?: string;
  readonly version?: number;
  readonly doc?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly fields?: readonly (readonly [string, SchemaNote])[];
  readonly keys?: SchemaNote | null;
  readonly values?: SchemaNote | null;
}

export type ValueNote =
  | null
  | {
      readonly is: 'int8' | 'int16' | 'int32' | 'int64' | 'float' | 'double' | 'string' | 'bytes';
      readonly text: string;
    }
  | { readonly is: 'decimal' | 'date'; readonly text: string }
  | { readonly is: 'boolean'; readonly text: 'true' | 'false' }
  | { readonly is: 'list'; readonly items: readonly ValueNote[] }
  | { readonly is: 'map'; readonly entries: readonly (readonly [ValueNote, ValueNote])[] }
  | { readonly is: 'struct'; readonly schema: SchemaNote; readonly items: readonly ValueNote[] };

export function schemaFrom(note: SchemaNote): Schema {
  return schemaOf({
    type: note.type,
    optional: note.optional ?? false,
    name: note.name ?? null,
    version: note.version ?? null,
    doc: note.doc ?? null,
    parameters: note.parameters ?? null,
    fields: (note.fields ?? []).map(([name, schema]) => ({ name, schema: schemaFrom(schema) })),
    keySchema: note.keys ? schemaFrom(note.keys) : null,
    valueSchema: note.values ? schemaFrom(note.values) : null,
    ...(note.default ? { default: valueFrom(note.default) } : {}),
  });
}

export function valueFrom(note: ValueNote): unknown {
  if (note === null) return null;
  switch (note.is) {
    case 'int8':
    case 'int16':
    case 'int32':
    case 'double':
      return Number(note.text);
    case 'float':
      return Math.fround(Number(note.text));
    case 'int64':
      return BigInt(note.text);
    case 'string':
      return note.text;
    case 'bytes':
      return Buffer.from(note.text, 'base64');
    case 'decimal':
      return Decimal.parse(note.text);
    case 'date':
      return new Date(Number(note.text));
    case 'boolean':
      return note.text === 'true';
    case 'list':
      return note.items.map(valueFrom);
    case 'map':
      return new Map(note.entries.map(([key, value]) => [valueFrom(key), valueFrom(value)]));
    case 'struct': {
      const struct = new Struct(schemaFrom(note.schema));
      for (const [index, item] of note.items.entries()) struct.values[index] = valueFrom(item);
      return struct;
    }
  }
}

export function noteOfSchema(schema: Schema): SchemaNote {
  return {
    type: schema.type,
    optional: schema.optional,
    ...(schema.default === undefined ? {} : { default: noteOfValue(schema, schema.default) }),
    ...(schema.name === null ? {} : { name: schema.name }),
    ...(schema.version === null ? {} : { version: schema.version }),
    ...(schema.doc === null ? {} : { doc: schema.doc }),
    ...(schema.parameters === null ? {} : { parameters: schema.parameters }),
    ...(schema.type === 'STRUCT'
      ? { fields: schema.fields.map((field) => [field.name, noteOfSchema(field.schema)] as const) }
      : {}),
    ...(schema.type === 'MAP' ? { keys: schema.keySchema && noteOfSchema(schema.keySchema) } : {}),
    ...(schema.type === 'MAP' || schema.type === 'ARRAY'
      ? { values: schema.valueSchema && noteOfSchema(schema.valueSchema) }
      : {}),
  };
}

const numberNames = { INT8: 'int8', INT16: 'int16', INT32: 'int32', FLOAT32: 'float' } as const;

/** The schema tells the kinds of number apart; without one a number is a double. */
export function noteOfValue(schema: Schema | null, value: unknown): ValueNote {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return { is: 'int64', text: String(value) };
  if (typeof value === 'string') return { is: 'string', text: value };
  if (typeof value === 'boolean') return { is: 'boolean', text: value ? 'true' : 'false' };
  if (typeof value === 'number') {
    const type = schema?.type;
    if (type === 'INT8' || type === 'INT16' || type === 'INT32') {
      return { is: numberNames[type], text: String(value) };
    }
    return type === 'FLOAT32'
      ? { is: 'float', text: floatText(value) }
      : { is: 'double', text: doubleText(value) };
  }
  if (value instanceof Uint8Array) return { is: 'bytes', text: Buffer.from(value).toString('base64') };
  if (value instanceof Decimal) return { is: 'decimal', text: value.toString() };
  if (value instanceof Date) return { is: 'date', text: String(value.getTime()) };
  if (Array.isArray(value)) {
    return { is: 'list', items: value.map((item) => noteOfValue(schema?.valueSchema ?? null, item)) };
  }
  if (value instanceof Map) {
    const entries = [...value].map(
      ([key, item]) =>
        [
          noteOfValue(schema?.keySchema ?? null, key),
          noteOfValue(schema?.valueSchema ?? null, item),
        ] as const,
    );
    return { is: 'map', entries: entries.toSorted((left, right) => compare(textOf(left), textOf(right))) };
  }
  if (value instanceof Struct) {
    const items = value.schema.fields.map((field) => noteOfValue(field.schema, value.values[field.index]));
    return { is: 'struct', schema: noteOfSchema(value.schema), items };
  }
  throw new Error(`no notation for ${String(value)}`);
}

export const logical = logicalNames;

function textOf(note: unknown): string {
  return JSON.stringify(note);
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
