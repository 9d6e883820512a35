import type { JsonValue } from './json-reader.ts';

/** Numbers of offsets: an integer that a number cannot hold exactly becomes a bigint. */
export function exactNumber(source: string): JsonValue {
  const value = Number(source);
  if (!/^-?\d+$/.test(source) || Number.isSafeInteger(value)) return value;
  return BigInt(source);
}

const { rawJSON } = JSON as JSON & { rawJSON(text: string): unknown };

/** Text of an answer: bigint as digits, bytes as base64, members that are undefined left out. */
export function toExactJson(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) => {
    if (typeof member === 'bigint') return rawJSON(String(member));
    return member instanceof Uint8Array ? Buffer.from(member).toString('base64') : member;
  });
}
