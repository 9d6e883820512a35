import type { Schema } from '../../records/schema.ts';
import { type SchemaSpec, schemaOf } from '../../records/schema-of.ts';
import { dataError } from '../converter-error.ts';
import { type JsonNode, textOfNode } from '../json/json-node.ts';
import { JsonParser } from '../json/json-parser.ts';
import type { JsonSchemaDataSettings } from './data-settings.ts';
import { atPlace } from './place-error.ts';
import { entered, type LocatedSchema, type SchemaDocuments, type SchemaScope } from './schema-documents.ts';
import {
  intMember,
  isAnything,
  isNullSchema,
  type JsonType,
  mapMember,
  partsMember,
  type SchemaMembers,
  textMember,
  typesOf,
} from './schema-facets.ts';
import { typedSpec } from './typed-schema.ts';
import {
  enumParameter,
  generalizedEnumParameter,
  generalizedUnionParameter,
  generalizedUnionPrefix,
  nullSymbol,
  oneOfName,
} from './union-names.ts';
import { valueReaderOf } from './value-reader.ts';

/** Parts counted each time a reference leads to them: without a bound a few lines could stand for billions of parts. */
const mostParts = 100_000;
const deepestNesting = 200;

interface Property {
  readonly located: LocatedSchema;
  readonly isRequired: boolean;
}

/** What the parts around a part say about it. */
interface Surroundings {
  readonly isOptional: boolean;
  /** The version in the registry; for the outermost part only. */
  readonly version: number | null;
}

const required: Surroundings = { isOptional: false, version: null };
const optional: Surroundings = { isOptional: true, version: null };

/** Makes a Connect schema of a JSON Schema, once for each. */
export class ConnectSchemaReader {
  readonly #documents: SchemaDocuments;
  readonly #settings: JsonSchemaDataSettings;
  /** Keywords beside a `$ref` count since 2019-09. */
  readonly #isModern: boolean;
  /** Parts that are being read, outermost first. */
  readonly #open = new Set<JsonNode>();
  #parts = 0;
  #unions = 0;

  constructor(documents: SchemaDocuments, settings: JsonSchemaDataSettings, isModern: boolean) {
    this.#documents = documents;
    this.#settings = settings;
    this.#isModern = isModern;
  }

  /** null for a schema that allows anything. Throws a `data` error that names the part that is no Connect schema. */
  read(version: number | null): Schema | null {
    const { root } = this.#documents;
    return isAnything(root.node) ? null : this.#schemaOf(root, { isOptional: false, version });
  }

  #schemaOf(located: LocatedSchema, around: Surroundings): Schema {
    const { node, scope } = located;
    if (isAnything(node)) throw dataError('The schema says no type, so no Connect schema stands for it.');
    if (!(node instanceof Map)) throw dataError('The schema allows no value, or is no schema.');
    if (this.#open.has(node)) {
      throw dataError('The schema refers to itself, which no Connect schema can.');
    }
    if (++this.#parts > mostParts) throw dataError(`The schema has more than ${mostParts} parts.`);
    if (this.#open.size >= deepestNesting) {
      throw dataError(`The schema is nested deeper than ${deepestNesting} levels.`);
    }
    this.#open.add(node);
    try {
      return this.#read(node, scope, around);
    } finally {
      this.#open.delete(node);
    }
  }

  #read(members: SchemaMembers, scope: SchemaScope, around: Surroundings): Schema {
    const reference = textMember(members, '$ref');
    if (reference !== null && !(this.#isModern && hasFacets(members))) {
      return this.#schemaOf(this.#documents.resolve(reference, scope), around);
    }
    const union = partsMember(members, 'oneOf') ?? partsMember(members, 'anyOf');
    const isMerged = reference !== null || members.has('allOf');
    const { types, hasNull } = typesOf(members);
    const nullable = { ...around, isOptional: around.isOptional || hasNull };
    if (isMerged || union !== null) {
      const properties = new Map<string, Property>();
      this.#collect(members, scope, properties, new Set());
      if (properties.size > 0) {
        return this.#finished({ type: 'STRUCT', fields: this.#fields(properties) }, members, nullable);
      }
    }
    if (union !== null) return this.#union(union, members, scope, nullable);
    if (isMerged) return this.#mostTelling(members, scope, nullable);
    const symbols = symbolsOf(members, types, hasNull);
    if (symbols !== null) return this.#finished(this.#enum(symbols), members, around);
    if (types.length > 1) return this.#unionOfTypes(types, members, scope, nullable);
    return this.#finished(this.#typed(types[0], members, scope), members, nullable);
  }

  #typed(type: JsonType | undefined, members: SchemaMembers, scope: SchemaScope): SchemaSpec {
    return typedSpec(type, members, {
      part: (node, name) => this.#part(entered(node, scope), name, required),
      fields: () => {
        const properties = new Map<string, Property>();
        addProperties(members, scope, properties);
        return this.#fields(properties);
      },
    });
  }

  #part(located: LocatedSchema, name: string, around: Surroundings): Schema {
    try {
      return this.#schemaOf(located, around);
    } catch (error) {
      throw atPlace(error, name);
    }
  }

  #fields(properties: ReadonlyMap<string, Property>): { name: string; schema: Schema }[] {
    const numbered = [...properties].map(([name, property], position) => {
      const { node } = property.located;
      const index = node instanceof Map ? intMember(node, 'connect.index') : null;
      return { name, property, index: index ?? position };
    });
    numbered.sort((left, right) => left.index - right.index);
    return numbered.map(({ name, property: { located, isRequired } }) => {
      const isOptional = this.#settings.usesOptionalForNonRequired && !isRequired;
      return { name, schema: this.#part(located, name, isOptional ? optional : required) };
    });
  }

  /** The properties of a part and of all that its `allOf` and `$ref` add. */
  #collect(
    members: SchemaMembers,
    scope: SchemaScope,
    into: Map<string, Property>,
    visited: Set<SchemaMembers>,
  ): void {
    if (visited.has(members)) return;
    if (visited.size > deepestNesting) throw dataError('The schema has too many parts in "allOf".');
    visited.add(members);
    const reference = textMember(members, '$ref');
    const parts = (partsMember(members, 'allOf') ?? []).map((part) => entered(part, scope));
    if (reference !== null) parts.unshift(this.#documents.resolve(reference, scope));
    for (const part of parts) {
      if (part.node instanceof Map) this.#collect(part.node, part.scope, into, visited);
    }
    addProperties(members, scope, into);
  }

  #union(
    parts: readonly JsonNode[],
    members: SchemaMembers,
    scope: SchemaScope,
    around: Surroundings,
  ): Schema {
    const others = parts.filter((part) => !isNullSchema(part));
    const [first] = others;
    if (first !== undefined && others.length === 1) {
      if (parts.length === 2) return this.#schemaOf(entered(first, scope), { ...around, isOptional: true });
      if (parts.length === 1 && this.#settings.flattensSingletonUnions) {
        return this.#schemaOf(entered(first, scope), around);
      }
    }
    return this.#unionStruct(members, around, parts.length > others.length, (name) =>
      others.map((part, index) => ({
        name: name(index),
        schema: this.#part(entered(part, scope), name(index), optional),
      })),
    );
  }

  #unionOfTypes(
    types: readonly JsonType[],
    members: SchemaMembers,
    scope: SchemaScope,
    around: Surroundings,
  ): Schema {
    return this.#unionStruct(members, around, false, (name) =>
      types.map((type, index) => ({
        name: name(index),
        schema: schemaOf({ ...this.#typed(type, members, scope), optional: true }),
      })),
    );
  }

  #unionStruct(
    members: SchemaMembers,
    around: Surroundings,
    hasNull: boolean,
    fieldsOf: (name: (index: number) => string) => { name: string; schema: Schema }[],
  ): Schema {
    const isGeneralized = this.#settings.supportsGeneralizedSumTypes;
    const name = isGeneralized ? `${generalizedUnionPrefix}${this.#unions++}` : oneOfName;
    const prefix = isGeneralized ? `${generalizedUnionPrefix}field_` : `${oneOfName}.field.`;
    return this.#finished(
      {
        type: 'STRUCT',
        name,
        parameters: isGeneralized ? { [generalizedUnionParameter]: name } : null,
        fields: fieldsOf((index) => `${prefix}${index}`),
      },
      members,
      { ...around, isOptional: around.isOptional || hasNull },
    );
  }

  /** Of parts that must all hold and have no properties: the one that says most about the type. */
  #mostTelling(members: SchemaMembers, scope: SchemaScope, around: Surroundings): Schema {
    const own = new Map(members);
    own.delete('allOf');
    own.delete('$ref');
    const reference = textMember(members, '$ref');
    const parts = [
      { node: own, scope },
      ...(partsMember(members, 'allOf') ?? []).map((part) => entered(part, scope)),
      ...(reference === null ? [] : [this.#documents.resolve(reference, scope)]),
    ];
    const withMembers = (isTelling: (part: SchemaMembers) => boolean) =>
      parts.find(({ node }) => node instanceof Map && isTelling(node));
    const combined = withMembers((part) => ['oneOf', 'anyOf', 'allOf'].some((name) => part.has(name)));
    if (combined !== undefined) return this.#schemaOf(combined, around);
    const typed = withMembers((part) => typesOf(part).types.length > 0);
    const listed = withMembers((part) => part.has('enum'));
    const isText = typed?.node instanceof Map && typesOf(typed.node).types[0] === 'string';
    if (listed !== undefined && (typed === undefined || isText)) return this.#schemaOf(listed, around);
    const found =
      typed ?? withMembers((part) => part.has('const')) ?? withMembers((part) => part.has('$ref'));
    if (found === undefined) throw dataError('The parts of "allOf" say no type.');
    return this.#schemaOf(found, around);
  }

  #enum(symbols: readonly string[]): SchemaSpec {
    const isGeneralized = this.#settings.supportsGeneralizedSumTypes;
    const parameter = isGeneralized ? generalizedEnumParameter : enumParameter;
    const entries = symbols.map((symbol, index) => [
      `${parameter}.${symbol}`,
      isGeneralized ? String(index) : symbol,
    ]);
    return { type: 'STRING', parameters: Object.fromEntries([[parameter, ''], ...entries]) };
  }

  #finished(spec: SchemaSpec, members: SchemaMembers, around: Surroundings): Schema {
    const parameters = new Map(Object.entries(spec.parameters ?? {}));
    for (const [name, value] of mapMember(members, 'connect.parameters'))
      parameters.set(name, plainText(value));
    const full: SchemaSpec = {
      ...spec,
      optional: around.isOptional,
      name: spec.name ?? textMember(members, 'title'),
      version: intMember(members, 'connect.version') ?? around.version,
      doc: textMember(members, 'description'),
      parameters: parameters.size === 0 ? null : Object.fromEntries(parameters),
    };
    const schema = schemaOf(full);
    const defaultNode = members.get('default') ?? null;
    if (defaultNode === null) return schema;
    try {
      return schemaOf({
        ...full,
        default: valueReaderOf(schema, this.#settings)(new JsonParser(textOfNode(defaultNode))),
      });
    } catch (error) {
      throw atPlace(error, 'default');
    }
  }
}

function addProperties(members: SchemaMembers, scope: SchemaScope, into: Map<string, Property>): void {
  const needed = members.get('required');
  const names: ReadonlySet<JsonNode> = new Set(Array.isArray(needed) ? needed : []);
  for (const [name, node] of mapMember(members, 'properties')) {
    into.set(name, { located: entered(node, scope), isRequired: names.has(name) });
  }
}

/** Whether more than annotations stands beside a `$ref`. */
function hasFacets(members: SchemaMembers): boolean {
  return ['type', 'properties', 'allOf', 'oneOf', 'anyOf', 'enum', 'const'].some((name) => members.has(name));
}

/** The symbols of a part that is an enum of texts; a constant without type is one of a single symbol. */
function symbolsOf(members: SchemaMembers, types: readonly JsonType[], hasNull: boolean): string[] | null {
  const values = members.get('enum');
  if (Array.isArray(values)) {
    const isText = types.length === 0 || (types.length === 1 && types[0] === 'string');
    return isText && !hasNull ? values.map(symbolOf) : null;
  }
  const constant = members.get('const');
  return constant !== undefined && types.length === 0 && !hasNull ? [symbolOf(constant)] : null;
}

function symbolOf(node: JsonNode): string {
  return node === null ? nullSymbol : plainText(node);
}

function plainText(node: JsonNode): string {
  if (typeof node === 'string') return node;
  if (node === null || typeof node === 'boolean' || typeof node === 'bigint') return String(node);
  if (Array.isArray(node) || node instanceof Map)
    throw dataError('A list or an object is no symbol or parameter.');
  return node.text;
}
