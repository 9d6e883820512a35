import type { Schema, SchemaType } from '../../records/schema.ts';
import { type SchemaOptions, schemaOf } from '../../records/schema-of.ts';
import { dataError } from '../converter-error.ts';
import { type JsonNode, textOfNode } from './json-node.ts';
import { JsonParser } from './json-parser.ts';
import type { JsonValueReaders } from './json-value-readers.ts';

const types: ReadonlyMap<string, SchemaType> = new Map<string, SchemaType>([
  ['int8', 'INT8'],
  ['int16', 'INT16'],
  ['int32', 'INT32'],
  ['int64', 'INT64'],
  ['float', 'FLOAT32'],
  ['double', 'FLOAT64'],
  ['boolean', 'BOOLEAN'],
  ['string', 'STRING'],
  ['bytes', 'BYTES'],
  ['array', 'ARRAY'],
  ['map', 'MAP'],
  ['struct', 'STRUCT'],
]);

/** The schema that a JSON object describes; null for JSON null. Throws a `data` error that says what is missing. */
export function schemaOfJson(node: JsonNode, readers: JsonValueReaders): Schema | null {
  if (node === null) return null;
  const members = node instanceof Map ? node : new Map<string, JsonNode>();
  const typeName = members.get('type');
  if (typeof typeName !== 'string') throw dataError("Schema must contain 'type' field");
  const type = types.get(typeName);
  if (type === undefined) throw dataError(`Unknown schema type: ${typeName}`);
  const spec = { type, ...partsOf(type, members, readers), ...optionsOf(members) };
  const defaultNode = members.get('default');
  if (defaultNode === undefined) return schemaOf(spec);
  const value = readers.of(schemaOf(spec))(new JsonParser(textOfNode(defaultNode)));
  return schemaOf({ ...spec, default: value ?? undefined });
}

function partsOf(type: SchemaType, members: ReadonlyMap<string, JsonNode>, readers: JsonValueReaders) {
  if (type === 'ARRAY') {
    return { valueSchema: part(members, 'items', 'Array schema did not specify the element type', readers) };
  }
  if (type === 'MAP') {
    return {
      keySchema: part(members, 'keys', 'Map schema did not specify the key type', readers),
      valueSchema: part(members, 'values', 'Map schema did not specify the value type', readers),
    };
  }
  return type === 'STRUCT' ? { fields: fieldsOf(members.get('fields'), readers) } : {};
}

function part(
  members: ReadonlyMap<string, JsonNode>,
  name: string,
  missing: string,
  readers: JsonValueReaders,
): Schema {
  const schema = schemaOfJson(members.get(name) ?? null, readers);
  if (schema === null) throw dataError(missing);
  return schema;
}

function fieldsOf(node: JsonNode | undefined, readers: JsonValueReaders) {
  if (!Array.isArray(node)) throw dataError('Struct schema\'s "fields" argument is not an array.');
  return node.map((field) => {
    const name = field instanceof Map ? field.get('field') : undefined;
    if (typeof name !== 'string') throw dataError("Struct schema's field name not specified properly");
    const schema = schemaOfJson(field, readers);
    if (schema === null) throw dataError(`Struct schema's field ${name} has no schema.`);
    return { name, schema };
  });
}

function optionsOf(members: ReadonlyMap<string, JsonNode>): SchemaOptions {
  const name = members.get('name');
  const version = members.get('version');
  const doc = members.get('doc');
  return {
    optional: members.get('optional') === true,
    name: typeof name === 'string' ? name : null,
    version: typeof version === 'bigint' ? Number(BigInt.asIntN(32, version)) : null,
    doc: typeof doc === 'string' ? doc : null,
    parameters: parametersOf(members.get('parameters')),
  };
}

function parametersOf(node: JsonNode | undefined): Record<string, string> | null {
  if (!(node instanceof Map) || node.size === 0) return null;
  return Object.fromEntries(
    [...node].map(([name, value]) => {
      if (typeof value !== 'string') throw dataError('Schema parameters must have string values.');
      return [name, value];
    }),
  );
}
