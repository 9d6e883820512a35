import { dataError } from '../converter-error.ts';
import type { JsonNode } from '../json/json-node.ts';
import { JsonParser } from '../json/json-parser.ts';
import {
  type AvroEnum,
  type AvroField,
  type AvroNamed,
  type AvroProps,
  type AvroRecord,
  type AvroSchema,
  avroBranchName,
  avroNamespaceOf,
  avroPrimitive,
  avroUnion,
  isAvroName,
  isAvroPrimitive,
} from './avro-schema.ts';

type JsonObject = ReadonlyMap<string, JsonNode>;

const largestFixed = 1 << 30;
const schemaMembers = [
  'doc',
  'fields',
  'items',
  'name',
  'namespace',
  'size',
  'symbols',
  'values',
  'type',
  'aliases',
];
const reservedOfSchema: ReadonlySet<string> = new Set(schemaMembers);
const reservedOfEnum: ReadonlySet<string> = new Set([...schemaMembers, 'default']);
const reservedOfField: ReadonlySet<string> = new Set(['default', 'doc', 'name', 'order', 'type', 'aliases']);

/**
 * Reads an Avro schema. `imports` are the texts of schemas that it refers to by name, those that others need first.
 * Defaults of fields are kept as they stand, fitting or not.
 */
export function parseAvroSchema(text: string, imports: ReadonlyMap<string, string> = new Map()): AvroSchema {
  const parser = new SchemaParser();
  for (const [name, imported] of imports) parser.read(jsonOf(imported, `import ${name}`), null, '');
  return parser.read(jsonOf(text, 'text'), null, '');
}

function jsonOf(text: string, what: string): JsonNode {
  try {
    const parser = new JsonParser(text);
    const node = parser.value();
    if (parser.isAtEnd) return node;
  } catch (error) {
    throw dataError(`The ${what} of the Avro schema is not JSON.`, error);
  }
  throw dataError(`The ${what} of the Avro schema has something behind its JSON.`);
}

class SchemaParser {
  readonly #named = new Map<string, AvroNamed>();

  read(node: JsonNode, namespace: string | null, place: string): AvroSchema {
    if (typeof node === 'string') {
      return isAvroPrimitive(node) ? avroPrimitive(node) : this.#reference(node, namespace, place);
    }
    if (Array.isArray(node)) return this.#union(node, namespace, place);
    if (!(node instanceof Map)) throw wrong(place, 'a schema must be a name, an object or a list');
    const type = node.get('type');
    if (type instanceof Map || Array.isArray(type)) return this.read(type, namespace, place);
    if (typeof type !== 'string') throw wrong(place, 'no type');
    if (isAvroPrimitive(type)) return { type, props: propsOf(node, reservedOfSchema) };
    switch (type) {
      case 'record':
      case 'error':
        return this.#record(node, namespace, place, type === 'error');
      case 'enum':
        return this.#enum(node, namespace, place);
      case 'fixed':
        return this.#fixed(node, namespace, place);
      case 'array':
        return {
          type,
          items: this.read(required(node, 'items', place), namespace, `${place}[]`),
          props: propsOf(node, reservedOfSchema),
        };
      case 'map':
        return {
          type,
          values: this.read(required(node, 'values', place), namespace, `${place}{}`),
          props: propsOf(node, reservedOfSchema),
        };
      default:
        return this.#reference(type, namespace, place);
    }
  }

  #reference(name: string, namespace: string | null, place: string): AvroNamed {
    const found = this.#named.get(fullName(name, namespace)) ?? this.#named.get(name);
    if (found === undefined) {
      throw wrong(place, `type ${short(name)} is not defined before it is used, nor imported`);
    }
    return found;
  }

  #union(nodes: readonly JsonNode[], namespace: string | null, place: string): AvroSchema {
    const branches = nodes.map((node) => this.read(node, namespace, place));
    const names = new Set<string>();
    for (const branch of branches) {
      const name = avroBranchName(branch);
      if (branch.type === 'union') throw wrong(place, 'a union stands in a union');
      if (names.has(name)) throw wrong(place, `a union has ${short(name)} twice`);
      names.add(name);
    }
    return avroUnion(branches);
  }

  #record(node: JsonObject, namespace: string | null, place: string, isError: boolean): AvroRecord {
    const name = this.#newName(node, namespace, place);
    const record: AvroRecord = {
      type: 'record',
      name,
      isError,
      doc: textOf(node, 'doc'),
      aliases: aliasesOf(node, name),
      fields: [],
      props: propsOf(node, reservedOfSchema),
    };
    this.#named.set(name, record);
    const fields = required(node, 'fields', place);
    if (!Array.isArray(fields)) throw wrong(place, 'fields of a record must be a list');
    const names = new Set<string>();
    for (const each of fields) {
      if (!(each instanceof Map)) throw wrong(place, 'a field must be an object');
      const field = this.#field(each, avroNamespaceOf(name), place);
      if (names.has(field.name)) throw wrong(place, `field ${short(field.name)} is there twice`);
      names.add(field.name);
      record.fields.push(field);
    }
    return record;
  }

  #field(node: JsonObject, namespace: string | null, place: string): AvroField {
    const name = node.get('name');
    if (typeof name !== 'string') throw wrong(place, 'a field has no name');
    if (!isAvroName(name)) throw wrong(place, `${short(name)} cannot be the name of a field`);
    const path = place === '' ? name : `${place}.${name}`;
    return {
      name,
      schema: this.read(required(node, 'type', path), namespace, path),
      doc: textOf(node, 'doc'),
      default: node.get('default'),
      order: textOf(node, 'order'),
      aliases: textsOf(node, 'aliases'),
      props: propsOf(node, reservedOfField),
    };
  }

  #enum(node: JsonObject, namespace: string | null, place: string): AvroEnum {
    const name = this.#newName(node, namespace, place);
    const list = required(node, 'symbols', place);
    const symbols = Array.isArray(list) ? list.filter((each) => typeof each === 'string') : [];
    if (!Array.isArray(list) || symbols.length < list.length) throw wrong(place, 'symbols must be texts');
    if (new Set(symbols).size < symbols.length) throw wrong(place, 'an enum has a symbol twice');
    if (!symbols.every(isAvroName)) throw wrong(place, 'a symbol of an enum is not a name');
    const fallback = textOf(node, 'default');
    if (fallback !== null && !symbols.includes(fallback)) {
      throw wrong(place, 'the default of an enum is none of its symbols');
    }
    const schema: AvroEnum = {
      type: 'enum',
      name,
      symbols,
      default: fallback,
      doc: textOf(node, 'doc'),
      aliases: aliasesOf(node, name),
      props: propsOf(node, reservedOfEnum),
    };
    this.#named.set(name, schema);
    return schema;
  }

  #fixed(node: JsonObject, namespace: string | null, place: string): AvroNamed {
    const name = this.#newName(node, namespace, place);
    const size = required(node, 'size', place);
    if (typeof size !== 'bigint' || size < 0n || size > largestFixed) {
      throw wrong(place, `the size of a fixed must lie within 0 and ${largestFixed}`);
    }
    const schema: AvroNamed = {
      type: 'fixed',
      name,
      size: Number(size),
      doc: textOf(node, 'doc'),
      aliases: aliasesOf(node, name),
      props: propsOf(node, reservedOfSchema),
    };
    this.#named.set(name, schema);
    return schema;
  }

  #newName(node: JsonObject, namespace: string | null, place: string): string {
    const given = node.get('name');
    if (typeof given !== 'string') throw wrong(place, 'a record, enum or fixed has no name');
    const own = node.get('namespace');
    const name = fullName(given, typeof own === 'string' ? own : namespace);
    if (!isAvroName(name.slice(name.lastIndexOf('.') + 1))) {
      throw wrong(place, `${short(name)} cannot be the name of a type`);
    }
    if (this.#named.has(name)) throw wrong(place, `type ${short(name)} is defined twice`);
    return name;
  }
}

function fullName(name: string, namespace: string | null): string {
  if (name.startsWith('.')) return name.slice(1);
  return name.includes('.') || namespace === null || namespace === '' ? name : `${namespace}.${name}`;
}

function required(node: JsonObject, member: string, place: string): JsonNode {
  const value = node.get(member);
  if (value === undefined) throw wrong(place, `no ${member}`);
  return value;
}

function textOf(node: JsonObject, member: string): string | null {
  const value = node.get(member);
  return typeof value === 'string' ? value : null;
}

function textsOf(node: JsonObject, member: string): readonly string[] {
  const value = node.get(member);
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function aliasesOf(node: JsonObject, name: string): readonly string[] {
  return textsOf(node, 'aliases').map((alias) => fullName(alias, avroNamespaceOf(name)));
}

function propsOf(node: JsonObject, reserved: ReadonlySet<string>): AvroProps {
  const props: AvroProps = new Map();
  for (const [name, value] of node) if (!reserved.has(name)) props.set(name, value);
  return props;
}

function short(name: string): string {
  return `'${name.slice(0, 100)}'`;
}

function wrong(place: string, what: string): Error {
  return dataError(`Wrong Avro schema${place === '' ? '' : ` at ${place.slice(0, 200)}`}: ${what}.`);
}
