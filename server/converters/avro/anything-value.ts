import { dataError } from '../converter-error.ts';
import type { ByteWriter } from '../schema-registry/byte-writer.ts';
import { deepestValue } from './avro-data-options.ts';
import type { AvroInput } from './avro-input.ts';
import {
  at,
  writeByte,
  writeBytes,
  writeDouble,
  writeLong,
  writeLongNumber,
  writeString,
} from './avro-output.ts';

/** Members of the record in their order; the one that is set tells the type. */
const members = { boolean: 0, bytes: 1, double: 2, long: 5, string: 6, array: 7, map: 8 } as const;
const memberCount = 9;
const nothing = 0;
const something = 2;

/** Writes a value that has no Connect schema. */
export function writeAnything(value: unknown, out: ByteWriter, depth = 0): void {
  if (depth > deepestValue) throw dataError(`Data is nested deeper than ${deepestValue} levels.`);
  if (value === null || value === undefined) {
    for (let i = 0; i < memberCount; i++) writeByte(out, nothing);
    return;
  }
  const member = memberOf(value);
  for (let i = 0; i < member; i++) writeByte(out, nothing);
  writeByte(out, something);
  if (typeof value === 'boolean') writeByte(out, value ? 1 : 0);
  else if (typeof value === 'number') writeDouble(out, value);
  else if (typeof value === 'bigint') writeLong(out, value);
  else if (typeof value === 'string') writeString(out, value, '');
  else if (value instanceof Uint8Array) writeBytes(out, value);
  else if (Array.isArray(value)) {
    if (value.length > 0) writeLongNumber(out, value.length);
    for (const item of value) writeAnything(item, out, depth + 1);
    writeByte(out, 0);
  } else if (value instanceof Map) {
    if (value.size > 0) writeLongNumber(out, value.size);
    for (const [key, item] of value) {
      writeAnything(key, out, depth + 1);
      writeAnything(item, out, depth + 1);
    }
    writeByte(out, 0);
  }
  for (let i = member + 1; i < memberCount; i++) writeByte(out, nothing);
}

function memberOf(value: unknown): number {
  if (typeof value === 'boolean') return members.boolean;
  if (typeof value === 'number') return members.double;
  if (typeof value === 'bigint') return members.long;
  if (typeof value === 'string') return members.string;
  if (value instanceof Uint8Array) return members.bytes;
  if (Array.isArray(value)) return members.array;
  if (value instanceof Map) return members.map;
  const kind = value instanceof Object ? value.constructor.name : typeof value;
  throw dataError(`A ${kind} without a schema cannot be written${at('')}.`);
}

/** Reads such a value; of several members the first counts, as in Java. Whole numbers are bigints, as all without schema. */
export function readAnything(input: AvroInput, depth = 0): unknown {
  if (depth > deepestValue) throw dataError(`Avro data is nested deeper than ${deepestValue} levels.`);
  let result: unknown = null;
  for (let member = 0; member < memberCount; member++) {
    const branch = input.int();
    if (branch === 0) continue;
    if (branch !== 1) throw dataError('Avro data has no such branch of a union without a schema.');
    const value = readMember(input, member, depth);
    result ??= value;
  }
  return result;
}

function readMember(input: AvroInput, member: number, depth: number): unknown {
  switch (member) {
    case 0:
      return input.boolean();
    case 1:
      return input.bytes(input.length());
    case 2:
      return input.double();
    case 3:
      return input.float();
    case 4:
      return BigInt(input.int());
    case 5:
      return input.long();
    case 6:
      return input.string();
    case 7: {
      const list: unknown[] = [];
      for (;;) {
        const count = input.blockCount(memberCount, 0);
        if (count === 0) return list;
        for (let i = 0; i < count; i++) list.push(readAnything(input, depth + 1));
      }
    }
    default: {
      const map = new Map<unknown, unknown>();
      for (;;) {
        const count = input.blockCount(2 * memberCount, 0);
        if (count === 0) return map;
        for (let i = 0; i < count; i++) {
          const key = readAnything(input, depth + 1);
          map.set(key, readAnything(input, depth + 1));
        }
      }
    }
  }
}
