import { type ScalarType, scalarTypes } from '../proto-model.ts';

/** Schemas and values written down so that Java and this code can build the same without a compiler. */
export interface FieldNote {
  readonly name: string;
  readonly number: number;
  readonly label: 'plain' | 'optional' | 'required' | 'repeated' | 'map';
  /** A scalar, `enum`, or the name of a message. */
  readonly type: string;
  readonly key: ScalarType | null;
  readonly oneof: string | null;
  readonly packed: boolean | null;
}

export interface MessageNote {
  readonly name: string;
  readonly fields: readonly FieldNote[];
}

export interface SchemaNote {
  readonly syntax: 'proto2' | 'proto3';
  readonly messages: readonly MessageNote[];
}

/** Scalars as text (bytes in hexadecimal), lists, maps as pairs, messages by field. */
export type ValueNote = string | readonly ValueNote[] | { readonly [field: string]: ValueNote };

export interface CaseNote {
  readonly schema: SchemaNote;
  readonly value: { readonly [field: string]: ValueNote };
}

export const enumValues = { ZERO: 0, ONE: 1, MINUS: -7, LARGE: 2_000_000_000 } as const;

const keyTypes = scalarTypes.filter((type) => type !== 'double' && type !== 'float' && type !== 'bytes');
const labels = ['plain', 'plain', 'optional', 'repeated', 'repeated', 'map'] as const;
const texts = [
  '',
  'a',
  'Zürich',
  '日本語',
  '😀 smile',
  'x'.repeat(130),
  'line\nbreak\u0000end',
  'é'.repeat(60),
];
const reals = ['0.0', '-0.0', '1.5', '-2.25', 'NaN', 'Infinity', '-Infinity', '1.0E-10', '123456.789'];
const integers = [
  0n,
  1n,
  -1n,
  127n,
  128n,
  -128n,
  300n,
  16_384n,
  2n ** 31n - 1n,
  -(2n ** 31n),
  2n ** 32n - 1n,
];
const longs = [...integers, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 35n, -(2n ** 40n)];

/** Numbers that look random and are always the same (xorshift). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761) | 1;
  }

  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }

  of<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('nothing to choose from');
    return item;
  }
}

export function generatedCase(seed: number): CaseNote {
  const chance = new Chance(seed);
  const syntax = chance.of(['proto3', 'proto3', 'proto2'] as const);
  // Later messages hold no earlier ones, so that values end; the last may hold itself.
  const names = ['Root', 'Middle', 'Leaf'];
  const messages = names.map((name, index) => message(name, names.slice(index + 1), syntax, chance));
  const schema = { syntax, messages };
  const root = messages[0];
  if (root === undefined) throw new Error('no message');
  return { schema, value: messageValue(schema, root, chance, 0) };
}

function message(
  name: string,
  others: readonly string[],
  syntax: SchemaNote['syntax'],
  chance: Chance,
): MessageNote {
  const types = [...scalarTypes, 'enum', ...others, ...others, ...(others.length === 0 ? ['Leaf'] : [])];
  const fields: FieldNote[] = [];
  let number = 0;
  for (let count = 1 + chance.below(9); count > 0; count--) {
    number += chance.of([1, 1, 1, 2, 14, 3_000]);
    const type = chance.of(types);
    const isInOneof = chance.below(5) === 0;
    let label: FieldNote['label'] = isInOneof ? 'plain' : chance.of(labels);
    // A number that a closed enum does not know would make an entry vanish.
    if (label === 'map' && type === 'enum' && syntax === 'proto2') label = 'repeated';
    if (label === 'plain' && syntax === 'proto2' && !isInOneof)
      label = type === 'Leaf' ? 'optional' : chance.of(['optional', 'required']);
    fields.push({
      name: `f${number}`,
      number,
      label,
      type,
      key: label === 'map' ? chance.of(keyTypes) : null,
      oneof: isInOneof ? chance.of(['kind', 'other']) : null,
      packed: label === 'repeated' && isPackable(type) ? chance.of([true, false, null]) : null,
    });
  }
  return { name, fields };
}

function isPackable(type: string): boolean {
  return type === 'enum' || (/^[a-z]/.test(type) && type !== 'string' && type !== 'bytes');
}

function messageValue(schema: SchemaNote, note: MessageNote, chance: Chance, depth: number) {
  const value: Record<string, ValueNote> = {};
  const chosen = new Map<string, FieldNote>();
  for (const field of note.fields) {
    if (field.oneof !== null && !chosen.has(field.oneof) && chance.below(2) === 0)
      chosen.set(field.oneof, field);
  }
  for (const field of note.fields) {
    if (field.oneof !== null && chosen.get(field.oneof) !== field) continue;
    const isOptional = field.label !== 'required' && field.oneof === null;
    if (isOptional && (chance.below(4) === 0 || (depth > 3 && isMessage(field.type)))) continue;
    if (field.label === 'repeated') {
      const count = chance.of([0, 1, 2, 3, 20]);
      value[field.name] = Array.from({ length: count }, () => single(schema, field.type, chance, depth));
    } else if (field.label === 'map') {
      const entries = new Map<string, ValueNote>();
      for (let count = chance.below(4); count > 0; count--) {
        entries.set(scalar(field.key ?? 'string', chance), single(schema, field.type, chance, depth));
      }
      value[field.name] = [...entries];
    } else {
      value[field.name] = single(schema, field.type, chance, depth);
    }
  }
  return value;
}

function single(schema: SchemaNote, type: string, chance: Chance, depth: number): ValueNote {
  if (type === 'enum') return chance.of(Object.keys(enumValues));
  const note = schema.messages.find(({ name }) => name === type);
  if (note === undefined) return scalar(type, chance);
  return depth > 4
    ? requiredValue(schema, note, chance, depth)
    : messageValue(schema, note, chance, depth + 1);
}

/** As little as the message allows, so that values end. */
function requiredValue(schema: SchemaNote, note: MessageNote, chance: Chance, depth: number): ValueNote {
  const required = note.fields.filter(({ label }) => label === 'required');
  return Object.fromEntries(required.map(({ name, type }) => [name, single(schema, type, chance, depth)]));
}

function isMessage(type: string): boolean {
  return /^[A-Z]/.test(type);
}

/** Unsigned integers of 64 bits as the signed ones of the same bits. */
function scalar(type: string, chance: Chance): string {
  switch (type) {
    case 'bool':
      return chance.of(['true', 'false']);
    case 'string':
      return chance.of(texts);
    case 'bytes':
      return Buffer.from(chance.of(texts)).toString('hex');
    case 'double':
      return chance.of(reals);
    case 'float':
      return chance.of(reals.filter((text) => text !== '1.0E-10' && text !== '123456.789'));
    case 'uint32':
    case 'fixed32':
      return String(BigInt.asUintN(32, chance.of(integers)));
    case 'int32':
    case 'sint32':
    case 'sfixed32':
      return String(BigInt.asIntN(32, chance.of(integers)));
    default:
      return String(chance.of(longs));
  }
}

export function protoTextOfNote({ syntax, messages }: SchemaNote): string {
  const enumLines = Object.entries(enumValues).map(([name, number]) => `  ${name} = ${number};`);
  const declared = messages.map((note) => `message ${note.name} {\n${fieldLines(note, syntax)}}`);
  return `syntax = "${syntax}";\npackage made.up;\n\nenum Choice {\n${enumLines.join('\n')}\n}\n\n${declared.join('\n\n')}\n`;
}

function fieldLines({ fields }: MessageNote, syntax: SchemaNote['syntax']): string {
  const plain = fields
    .filter(({ oneof }) => oneof === null)
    .map((field) => `  ${fieldLine(field, syntax)}\n`);
  const oneofs = ['kind', 'other'].map((name) => {
    const lines = fields
      .filter(({ oneof }) => oneof === name)
      .map((field) => `    ${fieldLine(field, 'proto3')}\n`);
    return lines.length === 0 ? '' : `  oneof ${name} {\n${lines.join('')}  }\n`;
  });
  return [...plain, ...oneofs].join('');
}

function fieldLine(
  { name, number, label, type, key, packed }: FieldNote,
  syntax: SchemaNote['syntax'],
): string {
  const written = type === 'enum' ? 'Choice' : type;
  const option = packed === null ? '' : ` [packed = ${packed}]`;
  if (label === 'map') return `map<${key}, ${written}> ${name} = ${number};`;
  const before = label === 'plain' && syntax === 'proto3' ? '' : `${label} `;
  return `${before}${written} ${name} = ${number}${option};`;
}
