import { STRING_SCHEMA } from '../../records/primitive-schemas.ts';
import type { Schema, SchemaType } from '../../records/schema.ts';
import type { SchemaSpec } from '../../records/schema-of.ts';
import { dataError } from '../converter-error.ts';
import type { JsonNode } from '../json/json-node.ts';
import { type JsonType, mapMember, type SchemaMembers, textMember } from './schema-facets.ts';

/** How `connect.type` names the types that a JSON number may be. */
const numberTypes: ReadonlyMap<string, SchemaType> = new Map<string, SchemaType>([
  ['int8', 'INT8'],
  ['int16', 'INT16'],
  ['int32', 'INT32'],
  ['int64', 'INT64'],
  ['float32', 'FLOAT32'],
  ['float64', 'FLOAT64'],
  ['bytes', 'BYTES'], // a decimal
]);

/** Reads the parts of a part; `name` is for messages. */
export interface PartReader {
  readonly part: (node: JsonNode, name: string) => Schema;
  readonly fields: () => { name: string; schema: Schema }[];
}

/** What a part of one JSON type is in Connect, without its attributes. */
export function typedSpec(type: JsonType | undefined, members: SchemaMembers, read: PartReader): SchemaSpec {
  const connectType = textMember(members, 'connect.type');
  switch (type) {
    case 'boolean':
      return { type: 'BOOLEAN' };
    case 'integer':
      return { type: connectType === null ? 'INT64' : numberType(connectType) };
    case 'number':
      return { type: connectType === null ? 'FLOAT64' : numberType(connectType) };
    case 'string':
      return { type: connectType === 'bytes' ? 'BYTES' : 'STRING' };
    case 'array':
      return arraySpec(members, connectType, read);
    case 'object':
      return connectType === 'map' ? mapSpec(members, read) : { type: 'STRUCT', fields: read.fields() };
    default:
      throw dataError('The schema allows nothing but null.');
  }
}

function numberType(connectType: string): SchemaType {
  const type = numberTypes.get(connectType);
  if (type === undefined) throw dataError(`Unsupported connect.type of a number: ${connectType}`);
  return type;
}

function arraySpec(members: SchemaMembers, connectType: string | null, read: PartReader): SchemaSpec {
  const items = members.get('items');
  if (items === undefined || Array.isArray(items)) {
    throw dataError('Array schema did not specify the items type');
  }
  const entry = items instanceof Map ? mapMember(items, 'properties') : new Map<string, JsonNode>();
  const [key, value] = [entry.get('key'), entry.get('value')];
  if (connectType === 'map' && key !== undefined && value !== undefined) {
    return { type: 'MAP', keySchema: read.part(key, 'key'), valueSchema: read.part(value, 'value') };
  }
  return { type: 'ARRAY', valueSchema: read.part(items, 'items') };
}

function mapSpec(members: SchemaMembers, read: PartReader): SchemaSpec {
  const values = members.get('additionalProperties');
  if (values === undefined) throw dataError('Map schema did not specify the type of additionalProperties');
  return { type: 'MAP', keySchema: STRING_SCHEMA, valueSchema: read.part(values, 'additionalProperties') };
}
