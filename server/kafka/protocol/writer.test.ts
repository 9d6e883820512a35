import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MessageCodec } from './api.ts';
import { readSchemas } from './generate.ts';
import {
  type Field,
  type FieldType,
  intersect,
  isEmpty,
  parseMessage,
  type Struct,
} from './generator/schema.ts';
import { ProtocolReader } from './reader.ts';
import { ProtocolWriter } from './writer.ts';

const generated = new URL('./generated/', import.meta.url);
const zeroUuid = 'AAAAAAAAAAAAAAAAAAAAAA';

/** Any value that the field can hold in the version; its default where the version has no place for it. */
function fieldValue(field: Field, version: number): fc.Arbitrary<unknown> {
  const at = { from: version, to: version };
  if (isEmpty(intersect(field.versions, at))) return fc.constant(defaultValue(field));
  const value = anyValue(field.type, version);
  return isEmpty(intersect(field.nullable, at)) ? value : fc.option(value, { freq: 4 });
}

function anyValue(type: FieldType, version: number): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'array':
      return fc.array(anyValue(type.of, version), { maxLength: 3 });
    case 'struct':
      return structValue(type.struct, version);
    case 'bool':
      return fc.boolean();
    case 'int8':
      return fc.integer({ min: -128, max: 127 });
    case 'int16':
      return fc.integer({ min: -32_768, max: 32_767 });
    case 'uint16':
      return fc.integer({ min: 0, max: 65_535 });
    case 'int32':
      return fc.integer();
    case 'uint32':
      return fc.nat(0xffffffff);
    case 'int64':
      return fc.maxSafeInteger();
    case 'bigInt64':
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case 'float64':
      return fc.double({ noNaN: true });
    case 'string':
      return fc.string({ unit: 'binary', maxLength: 200 }).filter((text) => text.isWellFormed());
    case 'uuid':
      return fc
        .uint8Array({ minLength: 16, maxLength: 16 })
        .map((bytes) => Buffer.from(bytes).toString('base64url'));
    case 'bytes':
      return fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes));
  }
}

function structValue(struct: Struct, version: number): fc.Arbitrary<unknown> {
  return fc.record(
    Object.fromEntries(struct.fields.map((field) => [field.name, fieldValue(field, version)])),
  );
}

function defaultValue({ type, default: text }: Field): unknown {
  if (text === 'null') return null;
  switch (type.kind) {
    case 'array':
      return [];
    case 'struct':
      return Object.fromEntries(type.struct.fields.map((field) => [field.name, defaultValue(field)]));
    case 'bool':
      return text === 'true';
    case 'string':
      return text ?? '';
    case 'uuid':
      return zeroUuid;
    case 'bytes':
      return Buffer.alloc(0);
    case 'bigInt64':
      return BigInt(text ?? 0);
    default:
      return Number(text ?? 0);
  }
}

async function loadCodecs(): Promise<MessageCodec<unknown>[]> {
  const codecs: MessageCodec<unknown>[] = [];
  for (const file of readdirSync(generated).filter((name) => name.endsWith('.js'))) {
    const module = (await import(new URL(file, generated).href)) as Record<string, Record<string, unknown>>;
    for (const exported of Object.values(module)) {
      const found = 'request' in exported ? [exported.request, exported.response] : [exported];
      codecs.push(...(found as MessageCodec<unknown>[]));
    }
  }
  return codecs;
}

describe('messages', () => {
  const schemas = readSchemas();

  it('come back as they were sent, whatever is in them, in every version', async () => {
    const writer = new ProtocolWriter(16);
    for (const codec of await loadCodecs()) {
      const { root } = parseMessage(schemas.get(codec.name) ?? '', new Set());
      for (let version = codec.minVersion; version <= codec.maxVersion; version++) {
        fc.assert(
          fc.property(structValue(root, version), (message) => {
            writer.reset();
            codec.encode(writer, message, version);
            const bytes = writer.toBuffer();
            expect(bytes.length).toBe(writer.length);
            const reader = new ProtocolReader(bytes);
            expect(codec.decode(reader, version)).toEqual(message);
            expect(reader.remaining).toBe(0);
          }),
          { numRuns: 8 },
        );
      }
    }
  });

  it('may leave out whatever has a default', async () => {
    for (const codec of await loadCodecs()) {
      const writer = new ProtocolWriter();
      codec.encode(writer, {}, codec.maxVersion);
      expect(() => codec.decode(new ProtocolReader(writer.toBuffer()), codec.maxVersion)).not.toThrow();
    }
  });
});
