import { schemasEqual } from '../../records/equality.ts';
import type { Schema } from '../../records/schema.ts';

/** Whether two structs have the same fields, whatever else their schemas say. */
export function hasSameFields(left: Schema, right: Schema): boolean {
  return (
    left.fields.length === right.fields.length &&
    left.fields.every((field, index) => {
      const other = right.fields[index];
      return field.name === other?.name && schemasEqual(field.schema, other.schema);
    })
  );
}
