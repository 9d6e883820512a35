import type { ConnectError } from '../../errors/connect-error.ts';
import type { Schema } from '../../records/schema.ts';
import { kindOf } from '../../records/validate-value.ts';
import { dataError } from '../fields/record-data.ts';

export function unsupportedType(schema: Schema | null, value: unknown): ConnectError {
  return dataError(`${schema?.name ?? schema?.type ?? kindOf(value)} is not a supported type.`);
}
