import { ConnectError } from '../errors/connect-error.ts';
import type { OffsetValue, SourceOffset, SourcePartition } from '../records/record.ts';
import { exactJsonPrimitive, parseExactJson } from './exact-json.ts';

/** Key of an offset record: JSON `["<connector>",{<partition>}]`, members in the order of the object. */
export function offsetKey(connector: string, partition: SourcePartition): string {
  return `[${JSON.stringify(connector)},${objectText(partition, `source partition of connector ${connector}`)}]`;
}

/** Value of an offset record; null (reset) is a tombstone. */
export function offsetValue(connector: string, offset: SourceOffset | null): string | null {
  return offset === null ? null : objectText(offset, `source offset of connector ${connector}`);
}

/** The same for keys of equal content, whatever the order of their members. */
export function partitionIdentity(partition: SourcePartition): string {
  const sorted = Object.entries(partition).sort(([a], [b]) => (a < b ? -1 : 1));
  return objectText(Object.fromEntries(sorted), 'source partition');
}

/** Throws a `data` error for a key of another form. A null partition is read as null. */
export function parseOffsetKey(bytes: Uint8Array): {
  readonly connector: string;
  readonly partition: SourcePartition | null;
} {
  const key = parseUtf8Json(bytes);
  if (!Array.isArray(key) || key.length !== 2 || typeof key[0] !== 'string') {
    throw new ConnectError('data', 'the key is not a list of connector name and source partition');
  }
  const partition: unknown = key[1];
  return { connector: key[0], partition: partition === null ? null : toFlatObject(partition, 'partition') };
}

/** Throws a `data` error for a value of another form. */
export function parseOffsetValue(bytes: Uint8Array | null): SourceOffset | null {
  const value = bytes === null ? null : parseUtf8Json(bytes);
  return value === null ? null : toFlatObject(value, 'offset');
}

function objectText(object: Readonly<Record<string, unknown>>, place: string): string {
  const members = Object.entries(object).map(
    ([key, value]) => `${JSON.stringify(key)}:${exactJsonPrimitive(value, `${place}, key ${key}`)}`,
  );
  return `{${members.join(',')}}`;
}

function parseUtf8Json(bytes: Uint8Array): unknown {
  try {
    return parseExactJson(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch (error) {
    throw new ConnectError('data', 'it is not JSON', { cause: error });
  }
}

function toFlatObject(value: unknown, what: string): Readonly<Record<string, OffsetValue>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConnectError('data', `the ${what} is not an object`);
  }
  const entries = Object.entries(value).map(([key, member]: [string, unknown]) => {
    if (isOffsetValue(member)) return [key, member] as const;
    throw new ConnectError('data', `the ${what} has a nested value at key ${key}`);
  });
  return Object.fromEntries(entries);
}

function isOffsetValue(value: unknown): value is OffsetValue {
  return value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}
