import type { Schema } from '../../records/schema.ts';

/** Parameters and names under this prefix are the converter's own and are not written as `connect.parameters`. */
export const namespace = 'io.confluent.connect.json';
export const oneOfName = `${namespace}.OneOf`;
export const enumParameter = `${namespace}.Enum`;
/** The same for all formats, with `generalized.sum.type.support`. */
export const generalizedEnumParameter = 'org.apache.kafka.connect.data.Enum';
export const generalizedUnionParameter = 'org.apache.kafka.connect.data.Union';
export const generalizedUnionPrefix = 'connect_union_';
/** Stands for null among the symbols of an enum. */
export const nullSymbol = '<NULL>';

/** Whether a struct stands for one of several types: of its fields one is set. */
export function isUnion(schema: Schema): boolean {
  return (
    schema.type === 'STRUCT' &&
    (schema.name === oneOfName || schema.parameters?.[generalizedUnionParameter] !== undefined)
  );
}

/** The parameter under which a string schema keeps its enum symbols; null: it is no enum. */
export function enumParameterOf(schema: Schema): string | null {
  if (schema.type !== 'STRING' || schema.parameters === null) return null;
  if (Object.hasOwn(schema.parameters, enumParameter)) return enumParameter;
  return Object.hasOwn(schema.parameters, generalizedEnumParameter) ? generalizedEnumParameter : null;
}
