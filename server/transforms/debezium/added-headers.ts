import { ConnectHeaders } from '../../records/headers.ts';
import { STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import type { ConnectRecord } from '../../records/record.ts';
import type { Struct } from '../../records/struct.ts';
import type { AddedField } from './added-field.ts';

/** The record with fields of its envelope as headers; a tombstone (no envelope) gets the operation alone. */
export function withAddedHeaders<R extends ConnectRecord>(
  record: R,
  fields: readonly AddedField[],
  envelope: Struct | null,
): R {
  if (fields.length === 0) return record;
  const headers = record.headers?.duplicate() ?? new ConnectHeaders();
  for (const added of fields) {
    if (envelope === null) {
      if (added.field === 'op') headers.add(added.name, STRING_SCHEMA, 'd');
      continue;
    }
    const schema = added.schemaIn(envelope.schema);
    if (schema !== null) headers.add(added.name, schema, added.valueIn(envelope));
  }
  return { ...record, headers };
}
