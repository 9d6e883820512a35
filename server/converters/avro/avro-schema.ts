import type { JsonNode } from '../json/json-node.ts';

export const avroPrimitives = [
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
] as const;

export type AvroPrimitiveType = (typeof avroPrimitives)[number];

/** What a schema says beside what Avro itself defines, in order. */
export type AvroProps = Map<string, JsonNode>;

export interface AvroPrimitive {
  readonly type: AvroPrimitiveType;
  readonly props: AvroProps;
}

interface AvroNamedPart {
  /** With its namespace: `com.example.Person`. */
  readonly name: string;
  readonly doc: string | null;
  readonly aliases: readonly string[];
  readonly props: AvroProps;
}

export interface AvroField {
  readonly name: string;
  readonly schema: AvroSchema;
  readonly doc: string | null;
  /** undefined: has none; null is the JSON value. */
  readonly default: JsonNode | undefined;
  readonly order: string | null;
  readonly aliases: readonly string[];
  readonly props: AvroProps;
}

export interface AvroRecord extends AvroNamedPart {
  readonly type: 'record';
  readonly isError: boolean;
  /** Filled by whoever makes the record, as a field may refer to the record itself. */
  readonly fields: AvroField[];
}

export interface AvroEnum extends AvroNamedPart {
  readonly type: 'enum';
  readonly symbols: readonly string[];
  readonly default: string | null;
}

export interface AvroFixed extends AvroNamedPart {
  readonly type: 'fixed';
  readonly size: number;
}

export interface AvroArray {
  readonly type: 'array';
  readonly items: AvroSchema;
  readonly props: AvroProps;
}

export interface AvroMap {
  readonly type: 'map';
  readonly values: AvroSchema;
  readonly props: AvroProps;
}

export interface AvroUnion {
  readonly type: 'union';
  readonly branches: readonly AvroSchema[];
  /** Always empty: a union has no place for them. */
  readonly props: AvroProps;
}

export type AvroNamed = AvroRecord | AvroEnum | AvroFixed;
export type AvroSchema = AvroPrimitive | AvroNamed | AvroArray | AvroMap | AvroUnion;

export function isAvroPrimitive(type: string): type is AvroPrimitiveType {
  return avroPrimitives.some((each) => each === type);
}

export function isAvroNamed(schema: AvroSchema): schema is AvroNamed {
  return schema.type === 'record' || schema.type === 'enum' || schema.type === 'fixed';
}

export function avroPrimitive(type: AvroPrimitiveType): AvroPrimitive {
  return { type, props: new Map() };
}

export function avroUnion(branches: readonly AvroSchema[]): AvroUnion {
  return { type: 'union', branches, props: new Map() };
}

/** What tells the branches of a union apart: full names of named types, types of all others. */
export function avroBranchName(schema: AvroSchema): string {
  return isAvroNamed(schema) ? schema.name : schema.type;
}

export function avroNamespaceOf(name: string): string | null {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? null : name.slice(0, dot);
}

export function avroSimpleName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

const simpleName = /^[\p{L}_][\p{L}\p{Nd}_]*$/u;
const halves = /[\ud800-\udfff]/;

/** Letters of any language, as the Java library has it. */
export function isAvroName(name: string): boolean {
  return simpleName.test(name) && !halves.test(name);
}

/** The other branch of a union of null and one more; null for any other schema. */
export function nullableBranch(schema: AvroSchema): AvroSchema | null {
  if (schema.type !== 'union' || schema.branches.length !== 2) return null;
  const [first, second] = schema.branches;
  if (first === undefined || second === undefined) return null;
  if (isPlainNull(first)) return isPlainNull(second) ? null : second;
  return isPlainNull(second) ? first : null;
}

function isPlainNull(schema: AvroSchema): boolean {
  return schema.type === 'null' && schema.props.size === 0;
}
