import { dataError } from '../converter-error.ts';
import { JsonDecimal } from '../json/json-decimal.ts';
import type { JsonNode } from '../json/json-node.ts';
import { ByteWriter } from '../schema-registry/byte-writer.ts';
import {
  at,
  writeByte,
  writeBytes,
  writeDouble,
  writeFloat,
  writeInt,
  writeLong,
  writeLongNumber,
  writeRaw,
  writeString,
} from './avro-output.ts';
import type { AvroRecord, AvroSchema } from './avro-schema.ts';
import { isAvroDefault } from './connect-default-json.ts';

/** A record that is its own default would have no end. */
const longestPath = 2000;

/** The bytes of a field's default, for data that has no such field. Throws a `data` error for one that does not fit. */
export function defaultBytes(avro: AvroSchema, node: JsonNode, place: string): Buffer {
  const out = new ByteWriter();
  writeDefault(avro, node, out, place);
  return Buffer.from(out.view());
}

function writeDefault(avro: AvroSchema, node: JsonNode, out: ByteWriter, place: string): void {
  if (!isWritten(avro, node, out, place)) {
    throw dataError(`The default in the Avro schema does not fit its type${at(place)}.`);
  }
}

function isWritten(avro: AvroSchema, node: JsonNode, out: ByteWriter, place: string): boolean {
  switch (avro.type) {
    case 'null':
      return node === null;
    case 'boolean':
      if (typeof node !== 'boolean') return false;
      writeByte(out, node ? 1 : 0);
      return true;
    case 'int':
      if (typeof node !== 'bigint' || BigInt.asIntN(32, node) !== node) return false;
      writeInt(out, Number(node));
      return true;
    case 'long':
      if (typeof node !== 'bigint' || BigInt.asIntN(64, node) !== node) return false;
      writeLong(out, node);
      return true;
    case 'float':
    case 'double':
      return isNumberWritten(avro.type, node, out);
    case 'string':
      if (typeof node !== 'string') return false;
      writeString(out, node, place);
      return true;
    case 'bytes':
      if (typeof node !== 'string') return false;
      writeBytes(out, Buffer.from(node, 'latin1'));
      return true;
    case 'fixed':
      if (typeof node !== 'string' || node.length !== avro.size) return false;
      writeRaw(out, Buffer.from(node, 'latin1'));
      return true;
    case 'enum': {
      const index = typeof node === 'string' ? avro.symbols.indexOf(node) : -1;
      if (index >= 0) writeInt(out, index);
      return index >= 0;
    }
    case 'array':
      if (!Array.isArray(node)) return false;
      if (node.length > 0) writeLongNumber(out, node.length);
      for (const item of node) writeDefault(avro.items, item, out, place);
      writeByte(out, 0);
      return true;
    case 'map':
      if (!(node instanceof Map)) return false;
      if (node.size > 0) writeLongNumber(out, node.size);
      for (const [key, item] of node) {
        writeString(out, key, place);
        writeDefault(avro.values, item, out, place);
      }
      writeByte(out, 0);
      return true;
    case 'union': {
      const index = avro.branches.findIndex((branch) => isAvroDefault(branch, node));
      const branch = avro.branches[index];
      if (branch === undefined) return false;
      writeInt(out, index);
      return isWritten(branch, node, out, place);
    }
    case 'record':
      if (!(node instanceof Map)) return false;
      writeRecord(avro, node, out, place);
      return true;
  }
}

function isNumberWritten(type: 'float' | 'double', node: JsonNode, out: ByteWriter): boolean {
  if (typeof node !== 'bigint' && !(node instanceof JsonDecimal)) return false;
  const number = Number(node instanceof JsonDecimal ? node.text : node);
  if (type === 'float') writeFloat(out, number);
  else writeDouble(out, number);
  return true;
}

function writeRecord(
  avro: AvroRecord,
  node: ReadonlyMap<string, JsonNode>,
  out: ByteWriter,
  place: string,
): void {
  for (const field of avro.fields) {
    const value = node.has(field.name) ? node.get(field.name) : field.default;
    const path = `${place}.${field.name}`;
    if (value === undefined || path.length > longestPath) {
      throw dataError(`The default in the Avro schema lacks ${path.slice(0, longestPath)}.`);
    }
    writeDefault(field.schema, value, out, path);
  }
}
