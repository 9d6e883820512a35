import type { Schema } from '../../records/schema.ts';
import type { ScalarType } from './proto-model.ts';
import {
  enumParameter,
  generalEnumParameter,
  precisionParameter,
  typeParameter,
} from './protobuf-options.ts';

const integers32: readonly string[] = ['int32', 'sint32', 'sfixed32'];
const integers64: readonly string[] = [
  'int64',
  'uint64',
  'sint64',
  'fixed64',
  'sfixed64',
  'uint32',
  'fixed32',
];

/** The scalar of a plain schema; null: it is none. */
export function scalarOf(schema: Schema): ScalarType | null {
  switch (schema.type) {
    case 'INT8':
    case 'INT16':
      return 'int32';
    case 'INT32':
      return chosen(schema, integers32, 'int32');
    case 'INT64':
      return chosen(schema, integers64, 'int64');
    case 'FLOAT32':
      return 'float';
    case 'FLOAT64':
      return 'double';
    case 'BOOLEAN':
      return 'bool';
    case 'STRING':
      return 'string';
    case 'BYTES':
      return 'bytes';
    default:
      return null;
  }
}

/** The scalar inside a wrapper, of which there is one for each kind of value. */
export function wrappableOf(scalar: ScalarType): ScalarType {
  if (scalar === 'uint32' || scalar === 'fixed32') return 'uint32';
  if (scalar === 'uint64' || scalar === 'fixed64') return 'uint64';
  if (scalar === 'sint32' || scalar === 'sfixed32') return 'int32';
  return scalar === 'sint64' || scalar === 'sfixed64' ? 'int64' : scalar;
}

/** The parameter that says a schema is of an enum; null: it is not. */
export function enumParameterIn({ type, parameters }: Schema): string | null {
  if ((type !== 'STRING' && type !== 'INT32') || parameters === null) return null;
  return [generalEnumParameter, enumParameter].find((name) => Object.hasOwn(parameters, name)) ?? null;
}

/** What Protobuf has no type for, as `[(confluent.field_meta) = {…}]`; empty: nothing. */
export function metaOption(schema: Schema, isDecimal: boolean, indent: string): string {
  const params: (readonly [string, string])[] = [];
  if (schema.type === 'INT8') params.push(['connect.type', 'int8']);
  if (schema.type === 'INT16') params.push(['connect.type', 'int16']);
  if (isDecimal) {
    const precision = schema.parameters?.[precisionParameter];
    const scale = schema.parameters?.scale;
    if (precision !== undefined && isInteger(precision)) params.push(['precision', precision]);
    if (scale !== undefined && isInteger(scale)) params.push(['scale', scale]);
  }
  if (params.length === 0) return '';
  const entries = params.map(
    ([key, value]) =>
      `${indent}    {\n${indent}      key: "${key}",\n${indent}      value: "${value}"\n${indent}    }`,
  );
  return ` [(confluent.field_meta) = {\n${indent}  params: [\n${entries.join(',\n')}\n${indent}  ]\n${indent}}]`;
}

function chosen<T extends ScalarType>(schema: Schema, allowed: readonly string[], otherwise: T): ScalarType {
  const text = schema.parameters?.[typeParameter];
  return text !== undefined && allowed.includes(text) && isScalar(text) ? text : otherwise;
}

function isScalar(text: string): text is ScalarType {
  return integers32.includes(text) || integers64.includes(text);
}

function isInteger(text: string): boolean {
  return /^-?\d{1,9}$/.test(text);
}
