/**
 * Whether data written with one Avro schema can be read with another, by the rules of the Avro specification
 * (schema resolution). As much of it as a registry for tests needs; schemas are taken to be well-formed.
 */

type Node = string | readonly Node[] | { readonly [key: string]: unknown };

interface Named {
  readonly type: string;
  readonly name: string;
  readonly node: { readonly [key: string]: unknown };
}

const primitives = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string']);
const named = new Set(['record', 'error', 'enum', 'fixed']);
const promotions: Readonly<Record<string, readonly string[]>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
};

/** A schema with the names it defines. Throws when it is not Avro. */
export class AvroText {
  readonly root: Node;
  readonly names = new Map<string, Named>();

  constructor(text: string, imports: readonly string[] = []) {
    for (const imported of imports) this.#define(JSON.parse(imported), '');
    this.root = JSON.parse(text) as Node;
    this.#define(this.root, '');
  }

  #define(node: Node, space: string): void {
    if (typeof node === 'string') {
      if (!primitives.has(node) && this.find(node, space) === undefined)
        throw new Error(`unknown type ${node}`);
      return;
    }
    if (Array.isArray(node)) {
      for (const branch of node) this.#define(branch as Node, space);
      return;
    }
    const { type } = node as { type?: unknown };
    if (typeof type !== 'string') {
      if (type === undefined || type === null) throw new Error('a schema without a type');
      this.#define(type as Node, space);
    } else if (named.has(type)) this.#defineNamed(node as Named['node'], type, space);
    else if (type === 'array') this.#define((node as { items: Node }).items, space);
    else if (type === 'map') this.#define((node as { values: Node }).values, space);
    else this.#define(type, space);
  }

  #defineNamed(node: Named['node'], type: string, space: string): void {
    if (typeof node.name !== 'string') throw new Error(`${type} without a name`);
    const own = typeof node.namespace === 'string' ? node.namespace : space;
    const full = node.name.includes('.') || own === '' ? node.name : `${own}.${node.name}`;
    const inner = full.includes('.') ? full.slice(0, full.lastIndexOf('.')) : '';
    this.names.set(full, { type: type === 'error' ? 'record' : type, name: full, node });
    if (type === 'record' || type === 'error') {
      if (!Array.isArray(node.fields)) throw new Error(`record ${full} without fields`);
      for (const field of node.fields) this.#define(field.type, inner);
    }
    if (type === 'enum' && !Array.isArray(node.symbols)) throw new Error(`enum ${full} without symbols`);
    if (type === 'fixed' && typeof node.size !== 'number') throw new Error(`fixed ${full} without a size`);
  }

  find(name: string, space: string): Named | undefined {
    return (
      this.names.get(space === '' || name.includes('.') ? name : `${space}.${name}`) ?? this.names.get(name)
    );
  }

  /** Primitive, array, map, union or a named type. */
  resolve(node: Node, space: string): { readonly kind: string; readonly node: Node; readonly space: string } {
    if (typeof node === 'string') {
      const found = primitives.has(node) ? undefined : this.find(node, space);
      if (found === undefined) return { kind: node, node, space };
      const inner = found.name.includes('.') ? found.name.slice(0, found.name.lastIndexOf('.')) : '';
      return { kind: found.type, node: found.node, space: inner };
    }
    if (Array.isArray(node)) return { kind: 'union', node, space };
    const object = node as { type: Node; namespace?: string; name?: string };
    if (typeof object.type !== 'string') return this.resolve(object.type, space);
    if (named.has(object.type)) return this.resolve(object.name ?? '', object.namespace ?? space);
    if (object.type === 'array' || object.type === 'map') return { kind: object.type, node, space };
    return this.resolve(object.type, space);
  }
}

/** What stands in the way of reading `writer`'s data with `reader`; empty: nothing. */
export function avroConflicts(reader: AvroText, writer: AvroText): string[] {
  const seen = new Set<string>();
  const conflicts: string[] = [];
  const walk = (r: Node, rSpace: string, w: Node, wSpace: string, place: string): boolean => {
    const read = reader.resolve(r, rSpace);
    const written = writer.resolve(w, wSpace);
    const before = conflicts.length;
    const refuse = (why: string): boolean => {
      conflicts.push(`${place === '' ? '/' : place}: ${why}`);
      return false;
    };
    if (written.kind === 'union') {
      for (const branch of written.node as readonly Node[]) walk(r, rSpace, branch, written.space, place);
      return conflicts.length === before;
    }
    if (read.kind === 'union') {
      const fits = (read.node as readonly Node[]).some((branch) => {
        const fitting = walk(branch, read.space, w, wSpace, place);
        conflicts.length = before;
        return fitting;
      });
      return fits || refuse(`reader union lacking writer type: ${written.kind.toUpperCase()}`);
    }
    if (read.kind !== written.kind) {
      if (promotions[written.kind]?.includes(read.kind) === true) return true;
      const kinds = `reader type: ${read.kind.toUpperCase()} not compatible with writer type: ${written.kind.toUpperCase()}`;
      return refuse(kinds);
    }
    const a = read.node as { readonly [key: string]: unknown };
    const b = written.node as { readonly [key: string]: unknown };
    switch (read.kind) {
      case 'array':
        return walk(a.items as Node, read.space, b.items as Node, written.space, `${place}/items`);
      case 'map':
        return walk(a.values as Node, read.space, b.values as Node, written.space, `${place}/values`);
      case 'fixed':
        return a.size === b.size || refuse(`expected: ${b.size}, found: ${a.size}`);
      case 'enum': {
        const known = new Set(a.symbols as readonly string[]);
        const missing = (b.symbols as readonly string[]).filter((symbol) => !known.has(symbol));
        return (
          missing.length === 0 || a.default !== undefined || refuse(`missing symbols ${missing.join(', ')}`)
        );
      }
      case 'record': {
        const pair = `${read.space}.${a.name} ${written.space}.${b.name}`;
        if (seen.has(pair)) return true;
        seen.add(pair);
        const fields = new Map(
          (b.fields as { name: string; type: Node }[]).map((field) => [field.name, field]),
        );
        for (const field of a.fields as {
          name: string;
          type: Node;
          default?: unknown;
          aliases?: string[];
        }[]) {
          const names = [field.name, ...(field.aliases ?? [])];
          const other = names.map((name) => fields.get(name)).find((found) => found !== undefined);
          const where = `${place}/fields/${field.name}`;
          if (other !== undefined) walk(field.type, read.space, other.type, written.space, where);
          else if (field.default === undefined)
            conflicts.push(`${where}: reader field missing default value`);
        }
        seen.delete(pair);
        return conflicts.length === before;
      }
      default:
        return true;
    }
  };
  walk(reader.root, '', writer.root, '', '');
  return conflicts;
}
