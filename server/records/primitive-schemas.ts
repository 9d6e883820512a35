import { schemaOf } from './schema-of.ts';

export const INT8_SCHEMA = schemaOf({ type: 'INT8' });
export const INT16_SCHEMA = schemaOf({ type: 'INT16' });
export const INT32_SCHEMA = schemaOf({ type: 'INT32' });
export const INT64_SCHEMA = schemaOf({ type: 'INT64' });
export const FLOAT32_SCHEMA = schemaOf({ type: 'FLOAT32' });
export const FLOAT64_SCHEMA = schemaOf({ type: 'FLOAT64' });
export const BOOLEAN_SCHEMA = schemaOf({ type: 'BOOLEAN' });
export const STRING_SCHEMA = schemaOf({ type: 'STRING' });
export const BYTES_SCHEMA = schemaOf({ type: 'BYTES' });

export const OPTIONAL_INT8_SCHEMA = schemaOf({ type: 'INT8', optional: true });
export const OPTIONAL_INT16_SCHEMA = schemaOf({ type: 'INT16', optional: true });
export const OPTIONAL_INT32_SCHEMA = schemaOf({ type: 'INT32', optional: true });
export const OPTIONAL_INT64_SCHEMA = schemaOf({ type: 'INT64', optional: true });
export const OPTIONAL_FLOAT32_SCHEMA = schemaOf({ type: 'FLOAT32', optional: true });
export const OPTIONAL_FLOAT64_SCHEMA = schemaOf({ type: 'FLOAT64', optional: true });
export const OPTIONAL_BOOLEAN_SCHEMA = schemaOf({ type: 'BOOLEAN', optional: true });
export const OPTIONAL_STRING_SCHEMA = schemaOf({ type: 'STRING', optional: true });
export const OPTIONAL_BYTES_SCHEMA = schemaOf({ type: 'BYTES', optional: true });
