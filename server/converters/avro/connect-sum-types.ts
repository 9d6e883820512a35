import type { Schema } from '../../records/schema.ts';
import {
  type AvroDataOptions,
  enumParameter,
  fixedSizeParameter,
  generalizedEnum,
  generalizedUnion,
  unionName,
} from './avro-data-options.ts';

/** A STRUCT that stands for a union: one field a branch, of which one is set. */
export function isUnionSchema(schema: Schema): boolean {
  return schema.name === unionName || (schema.type === 'STRUCT' && hasParameter(schema, generalizedUnion));
}

export function isEnumSchema(schema: Schema): boolean {
  return (
    schema.type === 'STRING' && (hasParameter(schema, generalizedEnum) || hasParameter(schema, enumParameter))
  );
}

export function isFixedSchema(schema: Schema): boolean {
  return schema.type === 'BYTES' && schema.name !== null && hasParameter(schema, fixedSizeParameter);
}

/** Where the full name of an enum stands; its symbols stand in parameters that begin with it and a dot. */
export function enumParameterOf(options: AvroDataOptions): string {
  return options.generalizesSumTypes ? generalizedEnum : enumParameter;
}

/** Whether strings of this schema are written as an enum. */
export function isWrittenAsEnum(schema: Schema, options: AvroDataOptions): boolean {
  return (options.generalizesSumTypes || options.keepsEnums) && isEnumSchema(schema);
}

/** Whether a MAP becomes an Avro map; all others become arrays of entries. */
export function isAvroMapSchema(schema: Schema, options: AvroDataOptions): boolean {
  return schema.keySchema?.type === 'STRING' && (!schema.keySchema.optional || options.allowsOptionalMapKeys);
}

export function parameterOf(schema: Schema, name: string): string | null {
  const parameters = schema.parameters;
  return parameters !== null && Object.hasOwn(parameters, name) ? (parameters[name] ?? null) : null;
}

function hasParameter(schema: Schema, name: string): boolean {
  return schema.parameters !== null && Object.hasOwn(schema.parameters, name);
}
