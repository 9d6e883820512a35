import { logicalNames } from '../../records/logical-types.ts';
import type { Schema, SchemaType } from '../../records/schema.ts';
import { dataError } from '../converter-error.ts';
import type { JsonNode } from '../json/json-node.ts';
import {
  connectProps,
  defaultPrecision,
  defaultRecordName,
  precisionParameter,
} from './avro-data-options.ts';
import { type AvroSchema, isAvroNamed } from './avro-schema.ts';

/** A Connect schema while it is put together from an Avro schema and the properties that Connect left there. */
export interface SchemaDraft {
  type: SchemaType;
  optional: boolean;
  name: string | null;
  version: number | null;
  doc: string | null;
  readonly parameters: Map<string, string>;
  readonly fields: { readonly name: string; readonly schema: Schema }[];
  keySchema: Schema | null;
  valueSchema: Schema | null;
}

export function newDraft(): SchemaDraft {
  return {
    type: 'STRING',
    optional: false,
    name: null,
    version: null,
    doc: null,
    parameters: new Map(),
    fields: [],
    keySchema: null,
    valueSchema: null,
  };
}

export function isText(node: JsonNode | undefined, text: string): boolean {
  return typeof node === 'string' && node.toLowerCase() === text;
}

export function addLogical(draft: SchemaDraft, name: string): void {
  draft.name = name;
  draft.version = 1;
}

export function addDecimal(draft: SchemaDraft, avro: AvroSchema): void {
  addLogical(draft, logicalNames.decimal);
  const scale = avro.props.get('scale');
  draft.parameters.set('scale', typeof scale === 'bigint' ? String(scale) : '0');
  const precision = avro.props.get('precision');
  if (precision === undefined || precision === null) return;
  if (typeof precision !== 'bigint') throw dataError('The precision of a decimal must be a whole number.');
  if (precision !== BigInt(defaultPrecision)) draft.parameters.set(precisionParameter, String(precision));
}

export function intTypeOf(avro: AvroSchema): SchemaType {
  const type = avro.props.get(connectProps.type);
  if (typeof type !== 'string' || typeof avro.props.get('logicalType') === 'string') return 'INT32';
  if (type === 'int8') return 'INT8';
  if (type === 'int16') return 'INT16';
  throw dataError(`${connectProps.type} of an Avro int must be int8 or int16.`);
}

export function addVersion(avro: AvroSchema, ofSubject: number | null, draft: SchemaDraft): void {
  const own = avro.props.get(connectProps.version);
  if (own !== undefined && own !== null) {
    if (typeof own !== 'bigint') throw dataError(`${connectProps.version} must be a whole number.`);
    if (draft.version !== null && BigInt(draft.version) !== own) {
      throw dataError(`${connectProps.version} ${own} is not the version ${draft.version} of ${draft.name}.`);
    }
    if (own >= 0n && own <= 0x7fffffff) draft.version = Number(own);
  } else if (ofSubject !== null && draft.version === null) {
    draft.version = ofSubject;
  }
}

export function addParameters(avro: AvroSchema, draft: SchemaDraft): void {
  const parameters = avro.props.get(connectProps.parameters);
  if (parameters === undefined || parameters === null) return;
  if (!(parameters instanceof Map)) throw dataError(`${connectProps.parameters} must be an object.`);
  for (const [name, value] of parameters) {
    if (typeof value !== 'string') throw dataError(`Values in ${connectProps.parameters} must be texts.`);
    draft.parameters.set(name, value);
  }
}

export function addName(avro: AvroSchema, draft: SchemaDraft): void {
  const given = avro.props.get(connectProps.name);
  if (given !== undefined && given !== null && typeof given !== 'string') {
    throw dataError(`${connectProps.name} must be a text.`);
  }
  const name = given ?? (isAvroNamed(avro) ? avro.name : null);
  if (name === null || name.startsWith(defaultRecordName) || name === draft.name) return;
  if (draft.name === null) draft.name = name;
  // A fixed that is a decimal has a name of its own; Connect knows it as a decimal.
  else if (given !== undefined) {
    throw dataError(`${connectProps.name} ${name.slice(0, 100)} is not the name ${draft.name} of its type.`);
  }
}
