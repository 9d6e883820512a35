import { dataError } from '../converter-error.ts';
import type { JsonNode } from '../json/json-node.ts';

export type JsonType = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object';

const typeNames: ReadonlySet<string> = new Set<JsonType>([
  'null',
  'boolean',
  'integer',
  'number',
  'string',
  'array',
  'object',
]);

/** Keywords that tell the type where `type` does not; what comes first wins. */
const tellingKeywords: readonly (readonly [JsonType, readonly string[]])[] = [
  [
    'object',
    [
      'properties',
      'required',
      'additionalProperties',
      'minProperties',
      'maxProperties',
      'dependencies',
      'patternProperties',
      'propertyNames',
    ],
  ],
  ['array', ['items', 'additionalItems', 'minItems', 'maxItems', 'uniqueItems', 'contains', 'prefixItems']],
  ['number', ['minimum', 'maximum', 'multipleOf', 'exclusiveMinimum', 'exclusiveMaximum']],
  ['string', ['minLength', 'maxLength', 'pattern', 'format']],
];

export type SchemaMembers = ReadonlyMap<string, JsonNode>;

/** The types a part says it has, null apart. Throws a `data` error for a type that JSON Schema does not know. */
export function typesOf(members: SchemaMembers): { readonly types: JsonType[]; readonly hasNull: boolean } {
  const type = members.get('type');
  if (type === undefined) {
    const told = tellingKeywords.find(([, keywords]) => keywords.some((keyword) => members.has(keyword)));
    return { types: told === undefined ? [] : [told[0]], hasNull: false };
  }
  const named: JsonType[] = [];
  for (const each of Array.isArray(type) ? type : [type]) {
    if (!isTypeName(each))
      throw dataError(`"type" must name types of JSON Schema: ${[...typeNames].join(', ')}.`);
    named.push(each);
  }
  const types = named.filter((each) => each !== 'null');
  return { types, hasNull: types.length < named.length };
}

function isTypeName(node: JsonNode): node is JsonType {
  return typeof node === 'string' && typeNames.has(node);
}

/** Whether a part allows null and nothing else. */
export function isNullSchema(node: JsonNode): boolean {
  if (!(node instanceof Map)) return false;
  const type = node.get('type');
  if (type !== undefined)
    return type === 'null' || (Array.isArray(type) && type.every((each) => each === 'null'));
  const values = node.get('enum');
  return (
    node.get('const') === null ||
    (Array.isArray(values) && values.length > 0 && values.every((each) => each === null))
  );
}

export function textMember(members: SchemaMembers, name: string): string | null {
  const member = members.get(name);
  return typeof member === 'string' ? member : null;
}

export function mapMember(members: SchemaMembers, name: string): SchemaMembers {
  const member = members.get(name);
  return member instanceof Map ? member : new Map();
}

/** The parts of `oneOf`, `anyOf` or `allOf`; null where there is no such keyword. */
export function partsMember(members: SchemaMembers, name: string): readonly JsonNode[] | null {
  const member = members.get(name);
  if (member === undefined) return null;
  if (!Array.isArray(member) || member.length === 0) throw dataError(`"${name}" must be a list of schemas.`);
  return member;
}

/** A whole number that fits 32 bits; null for anything else. */
export function intMember(members: SchemaMembers, name: string): number | null {
  const member = members.get(name);
  return typeof member === 'bigint' && BigInt.asIntN(32, member) === member ? Number(member) : null;
}

/** Whether a part says nothing of what it allows. */
export function isAnything(node: JsonNode): boolean {
  if (!(node instanceof Map)) return node === true;
  const isSilent = ['$ref', 'oneOf', 'anyOf', 'allOf', 'enum', 'const', 'type'].every(
    (name) => !node.has(name),
  );
  return isSilent && typesOf(node).types.length === 0;
}
