import type { Field, FieldType, Message, Range, Struct } from './schema.ts';
import { intersect, isEmpty } from './schema.ts';

/**
 * Functions of one message: `write<Struct>(w, m, v, f)` and `read<Struct>(r, v, f)` for every struct, with
 * w = writer, r = reader, m = message, v = version, f = flexible.
 */
export function emitMessage(message: Message): string {
  return message.structs.map((struct) => emitWrite(struct, message) + emitRead(struct, message)).join('');
}

/** Condition on `v` for `range` where `v` is already known to lie in `context`; "true" and "false" when settled. */
function condition(range: Range, context: Range): string {
  const both = intersect(range, context);
  if (isEmpty(both)) return 'false';
  const tests: string[] = [];
  if (both.from > context.from) tests.push(`v >= ${both.from}`);
  if (both.to < context.to) tests.push(`v <= ${both.to}`);
  return tests.length === 0 ? 'true' : tests.join(' && ');
}

export function defaultOf(field: Field): string {
  if (field.default === 'null') return 'null';
  const { type } = field;
  switch (type.kind) {
    case 'array':
      return '[]';
    case 'struct':
      return `{ ${type.struct.fields.map((inner) => `${inner.name}: ${defaultOf(inner)}`).join(', ')} }`;
    case 'string':
      return JSON.stringify(field.default ?? '');
    case 'bytes':
      return 'Buffer.alloc(0)';
    case 'uuid':
      return "'AAAAAAAAAAAAAAAAAAAAAA'";
    case 'bool':
      return field.default === 'true' ? 'true' : 'false';
    case 'bigInt64':
      return `${BigInt(field.default ?? 0)}n`;
    default:
      return String(Number(field.default ?? 0));
  }
}

/** Expression that is true when `value` differs from the field's default. */
function differs(field: Field, value: string): string {
  const { type } = field;
  if (field.default === 'null') return `${value} !== null`;
  if (type.kind === 'array' || type.kind === 'bytes') {
    return isEmpty(field.nullable) ? `${value}.length !== 0` : `(${value} === null || ${value}.length !== 0)`;
  }
  if (type.kind === 'struct') {
    const inner = type.struct.fields.map((f) => {
      const at = `${value}.${f.name}`;
      return `(${at} !== undefined && ${differs(f, at)})`;
    });
    return `(${inner.join(' || ')})`;
  }
  return `${value} !== ${defaultOf(field)}`;
}

function plainRange(field: Field, context: Range): Range {
  const { versions, tagged } = field;
  const tags = intersect(tagged, context);
  if (isEmpty(tags)) return versions;
  // Tagged from some version on: before it the field, if there at all, is a plain one.
  return { from: versions.from, to: Math.min(versions.to, tagged.from - 1) };
}

function block(test: string, body: string): string {
  if (test === 'false' || body === '') return '';
  return test === 'true' ? body : `if (${test}) {\n${body}}\n`;
}

function emitWrite(struct: Struct, message: Message): string {
  const names = struct.fields.map((f) => `${f.name} = ${defaultOf(f)}`);
  let body = names.length === 0 ? '' : `const { ${names.join(', ')} } = m;\n`;
  for (const field of struct.fields) {
    const plain = plainRange(field, struct.context);
    body += block(condition(plain, struct.context), writeValue(field, struct));
    if (field.ignorable) continue;
    const present = condition(field.versions, struct.context);
    if (present === 'true') continue;
    const path = JSON.stringify(`${struct.name}.${field.name}`);
    body += `if (!(${present}) && ${differs(field, field.name)}) w.absent(${path}, v);\n`;
  }
  body += emitTagsWrite(struct, message);
  return `function write${struct.name}(w, m, v, f) {\n${body}}\n`;
}

function emitTagsWrite(struct: Struct, message: Message): string {
  if (isEmpty(intersect(message.flexible, struct.context))) return '';
  const tagged = struct.fields.filter((f) => !isEmpty(intersect(f.tagged, struct.context)));
  if (tagged.length === 0) return 'if (f) w.uvarint(0);\n';
  const ordered = tagged.toSorted((a, b) => a.tag - b.tag);
  let body = 'let tags = 0;\n';
  const tests = ordered.map((field) => {
    const present = condition(field.tagged, struct.context);
    const other = differs(field, field.name);
    return present === 'true' ? other : `${present} && ${other}`;
  });
  for (const test of tests) body += `if (${test}) tags++;\n`;
  body += 'w.uvarint(tags);\n';
  ordered.forEach((field, i) => {
    const value = writeValue(field, struct);
    body += `if (${tests[i]}) {\nw.uvarint(${field.tag});\nconst size = w.openSized();\n${value}w.closeSized(size);\n}\n`;
  });
  return `if (f) {\n${body}}\n`;
}

function writeValue(field: Field, struct: Struct): string {
  const context = intersect(field.versions, struct.context);
  const nullable = condition(field.nullable, context);
  const flexible = field.neverFlexible ? 'false' : 'f';
  const path = JSON.stringify(`${struct.name}.${field.name}`);
  const { name, type } = field;
  switch (type.kind) {
    case 'string':
    case 'bytes': {
      const nullableMethod = type.kind === 'string' ? 'nullableString' : 'nullableBytes';
      if (nullable === 'true') return `w.${nullableMethod}(${name}, ${flexible}, ${path});\n`;
      const strict = `w.${type.kind}(${name}, ${flexible}, ${path});\n`;
      if (nullable === 'false') return strict;
      return `if (${nullable}) w.${nullableMethod}(${name}, ${flexible}, ${path});\nelse ${strict}`;
    }
    case 'array': {
      const elements = `w.count(${name}.length, ${flexible});\nfor (const e of ${name}) ${writeElement(type.of, flexible, path)}`;
      if (nullable === 'false') return `if (${name} === null) w.notNull(${path});\n${elements}`;
      return `if (${name} === null) {\n${refuseNull(nullable, path)}w.count(-1, ${flexible});\n} else {\n${elements}}\n`;
    }
    case 'struct': {
      const write = `write${type.struct.name}(w, ${name}, v, f);\n`;
      if (nullable === 'false') return `if (${name} === null) w.notNull(${path});\n${write}`;
      return `if (${name} === null) {\n${refuseNull(nullable, path)}w.int8(-1);\n} else {\n${block(nullable, 'w.int8(1);\n')}${write}}\n`;
    }
    default:
      return `w.${type.kind}(${name});\n`;
  }
}

function refuseNull(nullable: string, path: string): string {
  return nullable === 'true' ? '' : `if (!(${nullable})) w.notNull(${path});\n`;
}

function writeElement(type: FieldType, flexible: string, path: string): string {
  if (type.kind === 'struct') return `write${type.struct.name}(w, e, v, f);\n`;
  if (type.kind === 'string' || type.kind === 'bytes') return `w.${type.kind}(e, ${flexible}, ${path});\n`;
  if (type.kind === 'array') throw new Error(`${path}: arrays of arrays are not known`);
  return `w.${type.kind}(e);\n`;
}

function emitRead(struct: Struct, message: Message): string {
  let body = '';
  for (const field of struct.fields) {
    const present = condition(plainRange(field, struct.context), struct.context);
    if (present === 'true' && !(isArray(field) || isOptionalStruct(field))) {
      body += `const ${field.name} = ${readExpression(field, struct)};\n`;
    } else {
      body += `let ${field.name} = ${defaultOf(field)};\n`;
      body += block(present, readStatements(field, struct));
    }
  }
  body += emitTagsRead(struct, message);
  body += `return { ${struct.fields.map((f) => f.name).join(', ')} };\n`;
  return `function read${struct.name}(r, v, f) {\n${body}}\n`;
}

function emitTagsRead(struct: Struct, message: Message): string {
  if (isEmpty(intersect(message.flexible, struct.context))) return '';
  const tagged = struct.fields.filter((f) => !isEmpty(intersect(f.tagged, struct.context)));
  if (tagged.length === 0) return 'if (f) r.skipTags();\n';
  let body = '';
  tagged.forEach((field, i) => {
    const present = condition(field.tagged, struct.context);
    const test = `tag === ${field.tag}${present === 'true' ? '' : ` && ${present}`}`;
    body += `${i === 0 ? '' : '} else '}if (${test}) {\n${readStatements(field, struct)}r.closeSized(end);\n`;
  });
  body += '} else r.skipTo(end);\n';
  return `if (f) for (let n = r.uvarint(); n > 0; n--) {\nconst tag = r.uvarint();\nconst end = r.openSized();\n${body}}\n`;
}

function isArray(field: Field): boolean {
  return field.type.kind === 'array';
}

function isOptionalStruct(field: Field): boolean {
  return field.type.kind === 'struct' && !isEmpty(field.nullable);
}

function readStatements(field: Field, struct: Struct): string {
  const context = intersect(field.versions, struct.context);
  const nullable = condition(field.nullable, context);
  const flexible = field.neverFlexible ? 'false' : 'f';
  const { name, type } = field;
  if (type.kind === 'array') {
    const method =
      nullable === 'true'
        ? 'nullableCount'
        : nullable === 'false'
          ? 'count'
          : `[${nullable} ? 'nullableCount' : 'count']`;
    const call = method.startsWith('[') ? `r${method}(${flexible})` : `r.${method}(${flexible})`;
    const fill = `${name} = [];\nfor (let i = 0; i < count; i++) ${name}.push(${readElement(type.of, flexible)});\n`;
    const body = nullable === 'false' ? fill : `if (count < 0) ${name} = null;\nelse {\n${fill}}\n`;
    return `{\nconst count = ${call};\n${body}}\n`;
  }
  if (type.kind === 'struct' && nullable !== 'false') {
    const read = `${name} = read${type.struct.name}(r, v, f);\n`;
    const marked = `if (r.int8() < 0) ${name} = null;\nelse ${read}`;
    return nullable === 'true' ? marked : `if (${nullable}) {\n${marked}} else ${read}`;
  }
  return `${name} = ${readExpression(field, struct)};\n`;
}

function readExpression(field: Field, struct: Struct): string {
  const nullable = condition(field.nullable, intersect(field.versions, struct.context));
  const flexible = field.neverFlexible ? 'false' : 'f';
  const { type } = field;
  if (type.kind === 'struct') return `read${type.struct.name}(r, v, f)`;
  if (type.kind !== 'string' && type.kind !== 'bytes') return `r.${type.kind}()`;
  const nullableMethod = type.kind === 'string' ? 'nullableString' : 'nullableBytes';
  if (nullable === 'true') return `r.${nullableMethod}(${flexible})`;
  if (nullable === 'false') return `r.${type.kind}(${flexible})`;
  return `${nullable} ? r.${nullableMethod}(${flexible}) : r.${type.kind}(${flexible})`;
}

function readElement(type: FieldType, flexible: string): string {
  if (type.kind === 'struct') return `read${type.struct.name}(r, v, f)`;
  if (type.kind === 'string' || type.kind === 'bytes') return `r.${type.kind}(${flexible})`;
  return `r.${type.kind}()`;
}
