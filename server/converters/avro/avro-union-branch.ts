import type { Field, Schema } from '../../records/schema.ts';
import { logicalNames } from '../../records/validate-value.ts';
import type { AvroDataOptions } from './avro-data-options.ts';
import { type AvroSchema, type AvroUnion, avroBranchName, isAvroNamed } from './avro-schema.ts';
import {
  enumParameterOf,
  isAvroMapSchema,
  isFixedSchema,
  isWrittenAsEnum,
  parameterOf,
} from './connect-sum-types.ts';
import { scrubFullName } from './scrub-name.ts';

/** The branch of a union for values of a Connect schema; -1: none fits. */
export function branchOfSchema(schema: Schema, union: AvroUnion, options: AvroDataOptions): number {
  const name = nameFor(schema, options);
  const types = typesFor(schema, options);
  const named = union.branches.findIndex(
    (branch) => types.includes(branch.type) && branchName(branch) === name,
  );
  if (named >= 0) return named;
  for (const type of types) {
    const found = union.branches.flatMap((branch, index) => (branch.type === type ? [index] : []));
    // Of several named types none is the one unless it has the name.
    if (found.length === 1) return found[0] ?? -1;
  }
  return -1;
}

/** The same for a field of a struct that stands for a union: where names do not tell, its position does. */
export function branchOfField(field: Field, union: AvroUnion, options: AvroDataOptions): number {
  const name = nameFor(field.schema, options);
  const types = typesFor(field.schema, options);
  const offset = union.branches.findIndex((branch) => branch.type === 'null') === 0 ? 1 : 0;
  const inPlace = union.branches[field.index + offset];
  const named = union.branches.findIndex(
    (branch) => types.includes(branch.type) && branchName(branch) === name,
  );
  if (name !== null && named >= 0) return named;
  if (inPlace !== undefined && inPlace.type === types[0]) return field.index + offset;
  return branchOfSchema(field.schema, union, options);
}

function branchName(branch: AvroSchema): string | null {
  return isAvroNamed(branch) ? avroBranchName(branch) : null;
}

function nameFor(schema: Schema, options: AvroDataOptions): string | null {
  if (schema.type === 'STRING') return parameterOf(schema, enumParameterOf(options));
  return schema.name === null ? null : scrubFullName(schema.name, options);
}

/** Avro types that hold the values, the best first. */
function typesFor(schema: Schema, options: AvroDataOptions): readonly AvroSchema['type'][] {
  switch (schema.type) {
    case 'INT8':
    case 'INT16':
    case 'INT32':
      return schema.name === logicalNames.date || schema.name === logicalNames.time
        ? ['int', 'long']
        : ['int', 'long', 'double', 'float'];
    case 'INT64':
      return schema.name === logicalNames.timestamp ? ['long'] : ['long', 'double', 'float'];
    case 'FLOAT32':
      return ['float', 'double'];
    case 'FLOAT64':
      return ['double'];
    case 'BOOLEAN':
      return ['boolean'];
    case 'STRING':
      return isWrittenAsEnum(schema, options) ? ['enum', 'string'] : ['string', 'enum'];
    case 'BYTES':
      return isFixedSchema(schema) ? ['fixed', 'bytes'] : ['bytes', 'fixed'];
    case 'ARRAY':
      return ['array'];
    case 'MAP':
      return isAvroMapSchema(schema, options) ? ['map', 'array'] : ['array'];
    case 'STRUCT':
      return ['record'];
  }
}
