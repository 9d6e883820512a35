import type { Schema } from '../../../records/schema.ts';
import { enumParameter, isUnion, namespace, nullSymbol } from '../union-names.ts';

/** What the Java converter hands over to the library that writes its schemas down, for `SchemaTexts.java`. */
export interface SchemaDescription {
  readonly kind: string;
  readonly [part: string]: unknown;
}

const connectTypes: Readonly<Record<string, string>> = {
  INT8: 'int8',
  INT16: 'int16',
  INT32: 'int32',
  INT64: 'int64',
  FLOAT32: 'float32',
  FLOAT64: 'float64',
  BYTES: 'bytes',
  MAP: 'map',
};

export function describeSchema(schema: Schema, index?: number): SchemaDescription {
  const placed = index === undefined ? {} : { index };
  if (isUnion(schema)) {
    const parts = schema.fields.map((field) => describeRequired(field.schema, field.index));
    return { kind: 'oneOf', parts: schema.optional ? [{ kind: 'null' }, ...parts] : parts, ...placed };
  }
  if (!schema.optional) return describeRequired(schema, index);
  return { kind: 'oneOf', parts: [{ kind: 'null' }, describeRequired(schema)], ...placed };
}

function describeRequired(schema: Schema, index?: number): SchemaDescription {
  const type = connectTypes[schema.type];
  const parameters = Object.entries(schema.parameters ?? {}).filter(([name]) => !name.startsWith(namespace));
  return {
    ...kindOf(schema),
    ...(schema.name === null ? {} : { title: schema.name }),
    ...(schema.doc === null ? {} : { description: schema.doc }),
    ...(schema.version === null ? {} : { version: schema.version }),
    ...(type === undefined ? {} : { type }),
    ...(index === undefined ? {} : { index }),
    ...(parameters.length === 0 ? {} : { parameters }),
  };
}

function kindOf(schema: Schema): SchemaDescription {
  const { keySchema, valueSchema } = schema;
  switch (schema.type) {
    case 'BOOLEAN':
      return { kind: 'boolean' };
    case 'FLOAT32':
    case 'FLOAT64':
      return { kind: 'number' };
    case 'BYTES':
      return { kind: 'string' };
    case 'STRING':
      return enumOf(schema) ?? { kind: 'string' };
    case 'ARRAY':
      return { kind: 'array', items: describePart(valueSchema) };
    case 'MAP':
      if (keySchema?.type === 'STRING' && !keySchema.optional) {
        return { kind: 'map', values: describePart(valueSchema) };
      }
      return {
        kind: 'array',
        items: {
          kind: 'object',
          fields: [
            ['key', describePart(keySchema, 0)],
            ['value', describePart(valueSchema, 1)],
          ],
        },
      };
    case 'STRUCT':
      return {
        kind: 'object',
        fields: schema.fields.map((field) => [field.name, describeSchema(field.schema, field.index)]),
      };
    default:
      return { kind: 'integer' };
  }
}

function describePart(part: Schema | null, index?: number): SchemaDescription {
  if (part === null) throw new Error('no schema');
  return describeSchema(part, index);
}

function enumOf(schema: Schema): SchemaDescription | null {
  const names = Object.keys(schema.parameters ?? {});
  if (!names.includes(enumParameter)) return null;
  const symbols = names
    .filter((name) => name.startsWith(`${enumParameter}.`))
    .map((name) => name.slice(enumParameter.length + 1));
  return { kind: 'enum', symbols: symbols.map((symbol) => (symbol === nullSymbol ? null : symbol)) };
}
