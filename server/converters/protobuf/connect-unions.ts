import type { Schema } from '../../records/schema.ts';
import { generalUnionParameter, unionName } from './protobuf-options.ts';

/** Whether a struct stands for a oneof: of its fields one has a value. */
export function isUnion(schema: Schema): boolean {
  if (schema.type !== 'STRUCT') return false;
  return (
    schema.name?.startsWith(unionName) === true ||
    (schema.parameters !== null && Object.hasOwn(schema.parameters, generalUnionParameter))
  );
}
