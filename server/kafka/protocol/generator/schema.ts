/** Reads Apache Kafka's message definitions (JSON with comments) into a checked shape for the emitters. */

export interface Range {
  readonly from: number;
  /** Infinity for "3+"; smaller than `from` for "none". */
  readonly to: number;
}

export type FieldType =
  | { readonly kind: 'array'; readonly of: FieldType }
  | { readonly kind: 'struct'; readonly struct: Struct }
  | { readonly kind: Primitive };

const primitives = [
  'bool',
  'int8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'bigInt64',
  'float64',
  'string',
  'uuid',
  'bytes',
] as const;
export type Primitive = (typeof primitives)[number];

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly versions: Range;
  readonly nullable: Range;
  readonly tagged: Range;
  readonly tag: number;
  readonly neverFlexible: boolean;
  readonly ignorable: boolean;
  /** As written in the definition; undefined when it names none. */
  readonly default: string | undefined;
  readonly about: string;
}

export interface Struct {
  /** Unique within the module. */
  readonly name: string;
  /** Versions in which a message can hold it. */
  readonly context: Range;
  readonly fields: readonly Field[];
}

export interface Message {
  readonly kind: 'request' | 'response' | 'header' | 'data';
  readonly apiKey: number;
  readonly valid: Range;
  readonly flexible: Range;
  readonly latestVersionStable: boolean;
  readonly root: Struct;
  /** Every struct, the inner ones first. */
  readonly structs: readonly Struct[];
}

interface RawField {
  name: string;
  type: string;
  versions?: string;
  nullableVersions?: string;
  taggedVersions?: string;
  flexibleVersions?: string;
  tag?: number;
  ignorable?: boolean;
  default?: string | number | boolean;
  about?: string;
  fields?: RawField[];
}

interface RawMessage {
  name: string;
  type: Message['kind'];
  apiKey?: number;
  validVersions: string;
  flexibleVersions: string;
  latestVersionUnstable?: boolean;
  fields: RawField[];
  commonStructs?: { name: string; versions: string; fields: RawField[] }[];
}

export const never: Range = { from: 1, to: 0 };

export function parseRange(text: string | undefined): Range {
  if (text === undefined || text === 'none') return never;
  const match = /^(\d+)(?:(\+)|-(\d+))?$/.exec(text);
  if (match === null) throw new Error(`cannot read the version range "${text}"`);
  const from = Number(match[1]);
  return { from, to: match[2] ? Number.POSITIVE_INFINITY : match[3] ? Number(match[3]) : from };
}

export function intersect(a: Range, b: Range): Range {
  return { from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) };
}

export function isEmpty(range: Range): boolean {
  return range.from > range.to;
}

/** Comments in the definitions are whole lines or follow a value; a string never holds "//" after a blank. */
function stripComments(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(/^\s*\/\/.*$/, '').replace(/([,[\]{}])\s+\/\/.*$/, '$1'))
    .join('\n');
}

/** `taken` holds struct names already used in the module; clashes get the message's name in front. */
export function parseMessage(text: string, taken: Set<string>): Message {
  const raw = JSON.parse(stripComments(text)) as RawMessage;
  const valid = parseRange(raw.validVersions);
  const structs: Struct[] = [];
  const common = new Map<string, Struct>();

  function claim(name: string): string {
    const unique = taken.has(name) ? `${raw.name}${name}` : name;
    if (taken.has(unique)) throw new Error(`${raw.name}: two structs are called ${name}`);
    taken.add(unique);
    return unique;
  }

  function toStruct(name: string, fields: readonly RawField[], context: Range): Struct {
    const kept = fields.filter((field) => !isEmpty(intersect(parseRange(field.versions), context)));
    const struct = { name: claim(name), context, fields: kept.map((field) => toField(field, context)) };
    structs.push(struct);
    return struct;
  }

  function toType(field: RawField, text: string, context: Range): FieldType {
    if (text.startsWith('[]')) return { kind: 'array', of: toType(field, text.slice(2), context) };
    // Views on the input either way, so the two kinds of bytes need not be told apart.
    if (text === 'records') return { kind: 'bytes' };
    if (text === 'int64' && isOpaqueInt64(field)) return { kind: 'bigInt64' };
    if ((primitives as readonly string[]).includes(text)) return { kind: text as Primitive };
    const struct = field.fields === undefined ? commonStruct(text) : toStruct(text, field.fields, context);
    return { kind: 'struct', struct };
  }

  /** Definitions may name a common struct before it appears. */
  function commonStruct(name: string): Struct {
    const known = common.get(name);
    if (known !== undefined) return known;
    const definition = raw.commonStructs?.find((struct) => struct.name === name);
    if (definition === undefined) throw new Error(`${raw.name}: the type ${name} is not defined`);
    const struct = toStruct(name, definition.fields, valid);
    common.set(name, struct);
    return struct;
  }

  function toField(field: RawField, context: Range): Field {
    const versions = parseRange(field.versions);
    return {
      name: field.name.charAt(0).toLowerCase() + field.name.slice(1),
      type: toType(field, field.type, intersect(versions, context)),
      versions,
      nullable: parseRange(field.nullableVersions),
      tagged: parseRange(field.taggedVersions),
      tag: field.tag ?? -1,
      neverFlexible: field.flexibleVersions === 'none',
      ignorable: field.ignorable ?? false,
      default: field.default === undefined ? undefined : String(field.default).trim(),
      about: field.about ?? '',
    };
  }

  const root = toStruct(raw.name, raw.fields, valid);
  return {
    kind: raw.type,
    apiKey: raw.apiKey ?? -1,
    valid,
    flexible: parseRange(raw.flexibleVersions),
    latestVersionStable: raw.latestVersionUnstable !== true,
    root,
    structs,
  };
}

/** Ids that brokers other than Kafka's may fill to the last bit, and defaults beyond exact numbers. */
function isOpaqueInt64(field: RawField): boolean {
  if (/ProducerId(Filters)?$/.test(field.name)) return true;
  return field.default !== undefined && !Number.isSafeInteger(Number(field.default));
}
