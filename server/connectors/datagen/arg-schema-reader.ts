import { isObject, type Json, type JsonObject, member, schemaError } from './arg-json.ts';
import {
  type ArgEnum,
  type ArgField,
  type ArgFixed,
  type ArgPrimitive,
  type ArgRecord,
  type ArgSchema,
  argPrimitives,
} from './arg-schema.ts';

const nameSyntax = /^[A-Za-z_][A-Za-z0-9_]*$/;
const fullNameSyntax = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/;
const largestFixed = 1 << 20;
/** Most schemas that one may unfold into: each use of a name counts again. */
const mostSchemas = 10_000;
const nothing: JsonObject = {};

/** Reads the schema of a record. Throws a `config` error that names the place. */
export function readArgSchema(json: Json): ArgRecord {
  const schema = new ArgSchemaReader().read(json, '', '');
  if (schema.type === 'record') return schema;
  throw schemaError('', `its outermost type must be a record, not ${schema.type}`);
}

class ArgSchemaReader {
  readonly #named = new Map<string, { readonly json: JsonObject; readonly namespace: string }>();
  readonly #open = new Set<string>();
  #count = 0;

  read(json: Json, namespace: string, place: string): ArgSchema {
    if (++this.#count > mostSchemas) throw schemaError('', `it unfolds into more than ${mostSchemas} types`);
    if (typeof json === 'string') return this.#byName(json, nothing, namespace, place);
    if (Array.isArray(json)) return this.#union(json, nothing, namespace, place);
    if (!isObject(json)) throw schemaError(place, 'a type must be a name, an object or a list');
    const type = member(json, 'type');
    if (type === undefined) throw schemaError(place, 'it has no type');
    if (Array.isArray(type)) return this.#union(type, json, namespace, place);
    if (typeof type === 'string') return this.#byName(type, json, namespace, place);
    return withArgs(this.read(type, namespace, place), json, place);
  }

  #byName(type: string, json: JsonObject, namespace: string, place: string): ArgSchema {
    const common = { place, props: json, args: argsOf(json, place) };
    if (isPrimitive(type)) return { ...common, type };
    switch (type) {
      case 'array':
        return { ...common, type, items: this.read(required(json, 'items', place), namespace, `${place}[]`) };
      case 'map':
        return {
          ...common,
          type,
          values: this.read(required(json, 'values', place), namespace, `${place}{}`),
        };
      case 'record':
      case 'error':
      case 'enum':
      case 'fixed':
        return this.#define(type, json, namespace, place);
      default:
        return withArgs(this.#reference(type, namespace, place), json, place);
    }
  }

  #reference(name: string, namespace: string, place: string): ArgSchema {
    const full = name.includes('.') || namespace === '' ? name : `${namespace}.${name}`;
    const found = this.#named.get(full) ?? this.#named.get(name);
    if (found === undefined) throw schemaError(place, `there is no type ${name.slice(0, 100)}`);
    return this.#unfold(found.json, found.namespace, place);
  }

  #define(
    type: 'record' | 'error' | 'enum' | 'fixed',
    json: JsonObject,
    namespace: string,
    place: string,
  ): ArgSchema {
    const { full } = nameOf(json, namespace, place);
    // A record that is used again brings the types inside it along again.
    if ((this.#named.get(full)?.json ?? json) !== json) {
      throw schemaError(place, `${type} ${full} is defined twice`);
    }
    this.#named.set(full, { json, namespace });
    return this.#unfold(json, namespace, place);
  }

  /** Read again at each place it is used, so that messages and numbering belong to the place. */
  #unfold(json: JsonObject, outer: string, place: string): ArgSchema {
    const { full, namespace } = nameOf(json, outer, place);
    const at = place === '' ? (full.split('.').at(-1) ?? full) : place;
    const common = { place: at, props: json, args: argsOf(json, at), name: full };
    switch (member(json, 'type')) {
      case 'enum':
        return { ...common, type: 'enum', symbols: symbolsOf(json, at) };
      case 'fixed':
        return { ...common, type: 'fixed', size: sizeOf(json, at) };
      default:
        return { ...common, type: 'record', fields: this.#fields(json, full, namespace, at) };
    }
  }

  #fields(json: JsonObject, full: string, namespace: string, place: string): ArgField[] {
    if (this.#open.has(full)) throw schemaError(place, `record ${full} contains itself`);
    const fields = required(json, 'fields', place);
    if (!Array.isArray(fields)) throw schemaError(place, 'fields must be a list');
    this.#open.add(full);
    const seen = new Set<string>();
    const read = fields.map((field: Json) => {
      if (!isObject(field)) throw schemaError(place, 'each of the fields must be an object');
      const name = member(field, 'name');
      if (typeof name !== 'string' || !nameSyntax.test(name)) {
        throw schemaError(place, 'a field needs a name of letters, digits and _');
      }
      if (seen.has(name)) throw schemaError(place, `there are two fields ${name}`);
      seen.add(name);
      const at = `${place}.${name}`;
      const type = required(field, 'type', at);
      return {
        name,
        schema: withArgs(this.read(type, namespace, at), field, at),
        default: member(field, 'default'),
      };
    });
    this.#open.delete(full);
    return read;
  }

  #union(branches: readonly Json[], json: JsonObject, namespace: string, place: string): ArgSchema {
    if (branches.length === 0) throw schemaError(place, 'a union needs at least one type');
    const read = branches.map((branch) => this.read(branch, namespace, place));
    const names = read.map(branchName);
    const twice = names.find((name, index) => names.indexOf(name) < index);
    if (twice !== undefined) throw schemaError(place, `a union has ${twice} twice`);
    if (read.some(({ type }) => type === 'union')) throw schemaError(place, 'a union stands in a union');
    return { place, props: json, args: argsOf(json, place), type: 'union', branches: read };
  }
}

/** Avro's name of a branch in a union. */
export function branchName(schema: ArgSchema): string {
  return 'name' in schema ? schema.name : schema.type;
}

/** What stands around a type, such as a field, may say how values are made as well; the type itself has precedence. */
function withArgs(schema: ArgSchema, around: JsonObject, place: string): ArgSchema {
  const args = argsOf(around, place);
  return Object.keys(args).length === 0 || Object.keys(schema.args).length > 0 ? schema : { ...schema, args };
}

function argsOf(json: JsonObject, place: string): JsonObject {
  const args = member(json, 'arg.properties');
  if (args === undefined) return nothing;
  if (!isObject(args)) throw schemaError(place, 'arg.properties must be an object');
  return args;
}

function required(json: JsonObject, name: string, place: string): Json {
  const value = member(json, name);
  if (value === undefined) throw schemaError(place, `it has no ${name}`);
  return value;
}

function nameOf(json: JsonObject, outer: string, place: string): { full: string; namespace: string } {
  const name = member(json, 'name');
  if (typeof name !== 'string' || !fullNameSyntax.test(name)) {
    throw schemaError(place, 'records, enums and fixed need a name of letters, digits and _');
  }
  const dot = name.lastIndexOf('.');
  if (dot >= 0) return { full: name, namespace: name.slice(0, dot) };
  const given = member(json, 'namespace');
  const namespace = typeof given === 'string' ? given : outer;
  return { full: namespace === '' ? name : `${namespace}.${name}`, namespace };
}

function symbolsOf(json: JsonObject, place: string): ArgEnum['symbols'] {
  const symbols = required(json, 'symbols', place);
  const isSymbol = (symbol: Json): symbol is string => typeof symbol === 'string' && nameSyntax.test(symbol);
  if (!Array.isArray(symbols) || symbols.length === 0 || !symbols.every(isSymbol)) {
    throw schemaError(place, 'symbols must be a list of names');
  }
  if (new Set(symbols).size < symbols.length) throw schemaError(place, 'an enum has a symbol twice');
  return symbols;
}

function sizeOf(json: JsonObject, place: string): ArgFixed['size'] {
  const size = member(json, 'size');
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 0 || size > largestFixed) {
    throw schemaError(place, `size must be a whole number up to ${largestFixed}`);
  }
  return size;
}

function isPrimitive(type: string): type is ArgPrimitive['type'] {
  return argPrimitives.some((each) => each === type);
}
