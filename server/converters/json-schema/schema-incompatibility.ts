import type { Schema } from '../../records/schema.ts';
import { logicalNames } from '../../records/validate-value.ts';
import { enumParameterOf, isUnion } from './union-names.ts';

const wholeBits: Readonly<Partial<Record<Schema['type'], number>>> = {
  INT8: 8,
  INT16: 16,
  INT32: 32,
  INT64: 64,
};

/** A schema in the registry, read in two ways. */
export interface WantedSchema {
  /** Optional is what may be null. null: it allows anything. */
  readonly schema: Schema | null;
  /** Optional is what may be null or missing. */
  readonly loose: Schema | null;
  /** Decimals are written as numbers, so that a double may stand for them. */
  readonly isDecimalNumeric: boolean;
}

/**
 * Why readers of a schema in the registry would refuse data of schema `own`, with the place in front; null: they would
 * not. Properties that the one in the registry does not have do no harm.
 */
export function incompatibilityOf(own: Schema | null, wanted: WantedSchema, place = ''): string | null {
  const { schema } = wanted;
  if (own === null || schema === null) return null;
  const problem = (text: string) => (place === '' ? text : `${place}: ${text}`);
  if (own.optional && own.default === undefined && !schema.optional && schema.default === undefined) {
    return problem('it may be null, which is not allowed');
  }
  if (isUnion(own)) {
    return firstOf(own.fields.map((field) => incompatibilityOf(required(field.schema), wanted, place)));
  }
  if (isUnion(schema)) {
    const fits = schema.fields.some(
      ({ name }) =>
        incompatibilityOf(
          required(own),
          partOf(wanted, (each) => each.field(name)?.schema),
        ) === null,
    );
    return fits ? null : problem(`none of the types of the union is ${own.type}`);
  }
  if (own.type === 'STRUCT' && schema.type === 'STRUCT') return structConflict(own, schema, wanted, place);
  const values = partOf(wanted, (each) => each.valueSchema);
  if (own.type === 'ARRAY' && schema.type === 'ARRAY') {
    return incompatibilityOf(own.valueSchema, values, `${place}[]`);
  }
  if (own.type === 'MAP' && schema.type === 'MAP') {
    const keys = partOf(wanted, (each) => each.keySchema);
    return (
      incompatibilityOf(own.keySchema, keys, inside(place, 'key')) ??
      incompatibilityOf(own.valueSchema, values, inside(place, 'value'))
    );
  }
  return fitsPlain(own, schema, wanted.isDecimalNumeric)
    ? null
    : problem(`${nameOf(own)} is not ${nameOf(schema)}`);
}

function structConflict(own: Schema, schema: Schema, wanted: WantedSchema, place: string): string | null {
  return firstOf(
    schema.fields.map(({ name }) => {
      const field = own.field(name);
      const at = inside(place, name);
      const part = partOf(wanted, (each) => each.field(name)?.schema);
      if (field !== undefined) return incompatibilityOf(field.schema, part, at);
      return part.loose?.optional || part.loose?.default !== undefined
        ? null
        : `${at}: it is required and missing`;
    }),
  );
}

function partOf(wanted: WantedSchema, part: (of: Schema) => Schema | null | undefined): WantedSchema {
  const partOrNull = (of: Schema | null) => (of === null ? null : (part(of) ?? null));
  return { ...wanted, schema: partOrNull(wanted.schema), loose: partOrNull(wanted.loose) };
}

function fitsPlain(own: Schema, wanted: Schema, isDecimalNumeric: boolean): boolean {
  if (wanted.name === logicalNames.decimal) {
    return own.name === logicalNames.decimal || wholeBits[own.type] !== undefined;
  }
  if (own.name === logicalNames.decimal) return isDecimalNumeric && wanted.type === 'FLOAT64';
  const ownBits = wholeBits[own.type];
  const wantedBits = wholeBits[wanted.type];
  if (ownBits !== undefined && wantedBits !== undefined) return ownBits <= wantedBits;
  if (wanted.type === 'FLOAT64') return ownBits !== undefined || own.type.startsWith('FLOAT');
  return own.type === wanted.type && hasSymbolsOf(own, wanted);
}

function hasSymbolsOf(own: Schema, wanted: Schema): boolean {
  const wantedParameter = enumParameterOf(wanted);
  if (wantedParameter === null) return true;
  const parameter = enumParameterOf(own);
  const symbols = Object.keys(own.parameters ?? {}).filter((name) => name.startsWith(`${parameter}.`));
  return (
    parameter !== null &&
    symbols.every(
      (name) => wanted.parameters?.[`${wantedParameter}${name.slice(parameter.length)}`] !== undefined,
    )
  );
}

function required(schema: Schema): Schema {
  return schema.optional
    ? { ...schema, optional: false, fields: schema.fields, field: (name) => schema.field(name) }
    : schema;
}

function nameOf(schema: Schema): string {
  if (schema.name === logicalNames.decimal) return 'a decimal';
  return enumParameterOf(schema) === null ? schema.type : 'an enum with all these symbols';
}

function inside(place: string, name: string): string {
  return place === '' ? name : `${place}.${name}`;
}

function firstOf(problems: readonly (string | null)[]): string | null {
  return problems.find((problem) => problem !== null) ?? null;
}
