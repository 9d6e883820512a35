import { dataError } from '../converter-error.ts';
import type { JsonNode } from '../json/json-node.ts';
import { JsonParser } from '../json/json-parser.ts';

/** What references inside a part of a schema are relative to. */
export interface SchemaScope {
  /** The document the part is in. */
  readonly document: JsonNode;
  /** The nearest part around it that has an id of its own, or the document. */
  readonly resource: JsonNode;
  /** The URI of the resource; empty where it has none. */
  readonly base: string;
}

export interface LocatedSchema {
  readonly node: JsonNode;
  readonly scope: SchemaScope;
}

/** Holds values, not schemas: an `id` in there names nothing. */
const valueKeywords: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'examples']);

/** A JSON Schema and what it imports, by name, id and anchor. References lead nowhere else: nothing is ever fetched. */
export class SchemaDocuments {
  readonly root: LocatedSchema;
  readonly #resources = new Map<string, LocatedSchema>();
  readonly #anchors = new Map<string, LocatedSchema>();

  /** `imports`: texts by the names that references use. Throws a `data` error for a text that is no JSON. */
  constructor(text: string, imports: ReadonlyMap<string, string>) {
    this.root = this.#add(text, '', 'The schema');
    for (const [name, imported] of imports) {
      const base = URL.canParse(name) ? withoutFragment(name) : '';
      const located = this.#add(imported, base, `Referenced schema ${name}`);
      this.#resources.set(withoutFragment(name), located);
    }
  }

  /** Where a `$ref` leads. Throws a `data` error that names a reference that leads nowhere. */
  resolve(reference: string, scope: SchemaScope): LocatedSchema {
    const [uri = '', ...rest] = reference.split('#');
    const fragment = decoded(rest.join('#'), reference);
    const resource = uri === '' ? undefined : this.#resource(uri, scope);
    if (uri !== '' && resource === undefined) {
      throw dataError(
        `$ref ${reference} is none of the schema's registered references. Schemas are never fetched from elsewhere: register it and reference it.`,
      );
    }
    const target = resource ?? { node: scope.resource, scope };
    const found =
      fragment === '' || fragment.startsWith('/')
        ? (pointed(target, fragment) ??
          pointed({ node: target.scope.document, scope: target.scope }, fragment))
        : this.#anchors.get(`${target.scope.base}#${fragment}`);
    if (found === undefined) throw dataError(`$ref ${reference} leads nowhere.`);
    return found;
  }

  #resource(uri: string, scope: SchemaScope): LocatedSchema | undefined {
    return this.#resources.get(absolute(uri, scope.base)) ?? this.#resources.get(uri);
  }

  #add(text: string, base: string, what: string): LocatedSchema {
    const parser = new JsonParser(text);
    const document = parser.value();
    if (!parser.isAtEnd) throw dataError(`${what} has text behind its end.`);
    const root = entered(document, { document, resource: document, base });
    const open: LocatedSchema[] = [root];
    for (let each = open.pop(); each !== undefined; each = open.pop()) {
      this.#index(each);
      const { node, scope } = each;
      if (Array.isArray(node)) for (const item of node) open.push(entered(item, scope));
      if (!(node instanceof Map)) continue;
      for (const [name, member] of node) if (!valueKeywords.has(name)) open.push(entered(member, scope));
    }
    return root;
  }

  #index(located: LocatedSchema): void {
    const { node, scope } = located;
    if (!(node instanceof Map)) return;
    if (scope.resource === node && scope.base !== '') this.#resources.set(scope.base, located);
    const id = idOf(node);
    if (id?.startsWith('#')) this.#anchors.set(`${scope.base}${id}`, located);
    for (const keyword of ['$anchor', '$dynamicAnchor']) {
      const anchor = node.get(keyword);
      if (typeof anchor === 'string') this.#anchors.set(`${scope.base}#${anchor}`, located);
    }
  }
}

/** A part with the scope that its own id opens. */
export function entered(node: JsonNode, scope: SchemaScope): LocatedSchema {
  const id = node instanceof Map ? idOf(node) : null;
  if (id === null || id.startsWith('#')) return { node, scope };
  const base = withoutFragment(absolute(id, scope.base));
  return { node, scope: { document: scope.document, resource: node, base } };
}

function idOf(node: ReadonlyMap<string, JsonNode>): string | null {
  const id = node.get('$id') ?? node.get('id');
  return typeof id === 'string' && id !== '' ? id : null;
}

function pointed(from: LocatedSchema, pointer: string): LocatedSchema | undefined {
  let located = from;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const { node, scope } = located;
    let next: JsonNode | undefined;
    if (node instanceof Map) next = node.get(name);
    else if (Array.isArray(node) && /^\d{1,9}$/.test(name)) next = node[Number(name)];
    if (next === undefined) return undefined;
    located = entered(next, scope);
  }
  return located;
}

function absolute(uri: string, base: string): string {
  return base !== '' && URL.canParse(uri, base) ? new URL(uri, base).href : uri;
}

function withoutFragment(uri: string): string {
  const at = uri.indexOf('#');
  return at < 0 ? uri : uri.slice(0, at);
}

function decoded(fragment: string, reference: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    throw dataError(`$ref ${reference} is malformed.`);
  }
}
