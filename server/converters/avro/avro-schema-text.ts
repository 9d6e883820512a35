import { dataError } from '../converter-error.ts';
import { JsonDecimal } from '../json/json-decimal.ts';
import type { JsonNode } from '../json/json-node.ts';
import {
  type AvroField,
  type AvroNamed,
  type AvroSchema,
  avroNamespaceOf,
  avroSimpleName,
  isAvroNamed,
  isAvroPrimitive,
} from './avro-schema.ts';

/**
 * The JSON of a schema, byte for byte as the Java library prints it, so that a registry that compares texts knows a
 * schema again that a Java converter registered. Throws a `data` error where one name stands for two schemas.
 */
export function avroSchemaText(schema: AvroSchema): string {
  return new SchemaPrinter().print(schema, null);
}

/** What decides how values are written: no docs, no defaults, no properties. */
function shapeOf(schema: AvroSchema): string {
  return new SchemaPrinter(true).print(schema, null);
}

class SchemaPrinter {
  readonly #known = new Map<string, AvroNamed>();
  readonly #isShape: boolean;

  constructor(isShape = false) {
    this.#isShape = isShape;
  }

  print(schema: AvroSchema, namespace: string | null): string {
    if (isAvroNamed(schema)) return this.#named(schema, namespace);
    const props = this.#props(schema.props);
    switch (schema.type) {
      case 'union':
        return `[${schema.branches.map((branch) => this.print(branch, namespace)).join(',')}]`;
      case 'array':
        return `{"type":"array","items":${this.print(schema.items, namespace)}${props}}`;
      case 'map':
        return `{"type":"map","values":${this.print(schema.values, namespace)}${props}}`;
      default:
        return props === '' ? `"${schema.type}"` : `{"type":"${schema.type}"${props}}`;
    }
  }

  #named(schema: AvroNamed, namespace: string | null): string {
    const known = this.#known.get(schema.name);
    const own = avroNamespaceOf(schema.name);
    if (known !== undefined) {
      // Where no more than docs and the like differ, those of the first use stand for all, as in Java.
      if (known !== schema && !this.#isShape && shapeOf(known) !== shapeOf(schema)) {
        throw dataError(
          `Two different schemas have the name ${schema.name}; give each a name of its own (SetSchemaMetadata can).`,
        );
      }
      const simple = avroSimpleName(schema.name);
      return quoted(own === namespace && !isAvroPrimitive(simple) ? simple : schema.name);
    }
    this.#known.set(schema.name, schema);
    const type = schema.type === 'record' && schema.isError ? 'error' : schema.type;
    const space = own === namespace ? '' : `,"namespace":${quoted(own ?? '')}`;
    const doc = this.#doc(schema.doc);
    const head = `{"type":"${type}","name":${quoted(avroSimpleName(schema.name))}${space}${doc}`;
    return `${head}${this.#body(schema, own)}${this.#props(schema.props)}${this.#isShape ? '' : aliasesText(schema, own)}}`;
  }

  #body(schema: AvroNamed, namespace: string | null): string {
    switch (schema.type) {
      case 'record':
        return `,"fields":[${schema.fields.map((field) => this.#field(field, namespace)).join(',')}]`;
      case 'enum': {
        const fallback = schema.default === null ? '' : `,"default":${quoted(schema.default)}`;
        return `,"symbols":[${schema.symbols.map(quoted).join(',')}]${fallback}`;
      }
      case 'fixed':
        return `,"size":${schema.size}`;
    }
  }

  #doc(doc: string | null): string {
    return doc === null || this.#isShape ? '' : `,"doc":${quoted(doc)}`;
  }

  #props(props: ReadonlyMap<string, JsonNode>): string {
    let text = '';
    if (!this.#isShape) for (const [name, value] of props) text += `,${quoted(name)}:${jsonOf(value)}`;
    return text;
  }

  #field(field: AvroField, namespace: string | null): string {
    const doc = this.#doc(field.doc);
    const head = `{"name":${quoted(field.name)},"type":${this.print(field.schema, namespace)}`;
    if (this.#isShape) return `${head}}`;
    const fallback = field.default === undefined ? '' : `,"default":${jsonOf(field.default)}`;
    const order =
      field.order === null || field.order === 'ascending' ? '' : `,"order":${quoted(field.order)}`;
    const aliases = field.aliases.length === 0 ? '' : `,"aliases":[${field.aliases.map(quoted).join(',')}]`;
    return `${head}${doc}${fallback}${order}${aliases}${this.#props(field.props)}}`;
  }
}

function aliasesText(schema: AvroNamed, namespace: string | null): string {
  if (schema.aliases.length === 0) return '';
  const names = schema.aliases.map((alias) =>
    avroNamespaceOf(alias) === namespace ? avroSimpleName(alias) : alias,
  );
  return `,"aliases":[${names.map(quoted).join(',')}]`;
}

/** JSON without loss of digits. */
export function jsonOf(node: JsonNode): string {
  if (typeof node === 'string') return quoted(node);
  if (node instanceof JsonDecimal) return node.text;
  if (Array.isArray(node)) return `[${node.map(jsonOf).join(',')}]`;
  if (node instanceof Map) {
    return `{${[...node].map(([name, value]) => `${quoted(name)}:${jsonOf(value)}`).join(',')}}`;
  }
  return String(node);
}

const lowerCaseEscape = /\\u00[01][a-f]/;
const escapes = /\\(?:\\|u00[01][0-9a-f])/g;

/** Java writes the digits of its escapes in upper case. */
function quoted(text: string): string {
  const json = JSON.stringify(text);
  if (!lowerCaseEscape.test(json)) return json;
  return json.replaceAll(escapes, (found) =>
    found.length > 2 ? `\\u${found.slice(2).toUpperCase()}` : found,
  );
}
