import type { Schema, SchemaType } from '../../records/schema.ts';
import { dataError } from '../converter-error.ts';
import { jsonText } from './json-text.ts';
import type { JsonValueWriters } from './json-value-writers.ts';

const typeNames: Readonly<Record<SchemaType, string>> = {
  INT8: 'int8',
  INT16: 'int16',
  INT32: 'int32',
  INT64: 'int64',
  FLOAT32: 'float',
  FLOAT64: 'double',
  BOOLEAN: 'boolean',
  STRING: 'string',
  BYTES: 'bytes',
  ARRAY: 'array',
  MAP: 'map',
  STRUCT: 'struct',
};

/** The schema as JSON, members in the order of the Java converter. `field`: its name inside a struct. */
export function jsonOfSchema(schema: Schema, writers: JsonValueWriters, field?: string): string {
  return jsonOf(schema, { writers, around: [] }, field);
}

interface Surroundings {
  readonly writers: JsonValueWriters;
  /** The structs that the schema is inside of. */
  readonly around: readonly Schema[];
}

function jsonOf(schema: Schema, place: Surroundings, field?: string): string {
  const { writers, around } = place;
  const members = [`"type":${jsonText(typeNames[schema.type])}`];
  if (schema.type === 'ARRAY') members.push(`"items":${jsonOfPart(schema.valueSchema, place)}`);
  if (schema.type === 'MAP') {
    members.push(`"keys":${jsonOfPart(schema.keySchema, place)}`);
    members.push(`"values":${jsonOfPart(schema.valueSchema, place)}`);
  }
  if (schema.type === 'STRUCT') {
    if (around.includes(schema)) {
      throw dataError(
        `Schema ${schema.name ?? 'STRUCT'} contains itself, which JSON with schemas cannot say; set schemas.enable=false`,
      );
    }
    const inside = { writers, around: [...around, schema] };
    const fields = schema.fields.map((each) => jsonOf(each.schema, inside, each.name));
    members.push(`"fields":[${fields.join(',')}]`);
  }
  members.push(`"optional":${schema.optional}`);
  if (schema.name !== null) members.push(`"name":${jsonText(schema.name)}`);
  if (schema.version !== null) members.push(`"version":${schema.version}`);
  if (schema.doc !== null) members.push(`"doc":${jsonText(schema.doc)}`);
  if (schema.parameters !== null) {
    const parameters = Object.entries(schema.parameters).map(
      ([name, value]) => `${jsonText(name)}:${jsonText(value)}`,
    );
    members.push(`"parameters":{${parameters.join(',')}}`);
  }
  if (schema.default !== undefined) members.push(`"default":${writers.of(schema)(schema.default)}`);
  if (field !== undefined) members.push(`"field":${jsonText(field)}`);
  return `{${members.join(',')}}`;
}

function jsonOfPart(schema: Schema | null, place: Surroundings): string {
  return schema === null ? 'null' : jsonOf(schema, place);
}
