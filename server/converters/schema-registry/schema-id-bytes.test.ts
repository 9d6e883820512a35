import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guidHeader, idPrefix, SchemaIdScanner } from './schema-id-bytes.ts';

const guid = '00112233-4455-6677-8899-aabbccddeeff';
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const path = fc.array(fc.integer({ min: 0, max: 2 ** 30 }), { minLength: 1, maxLength: 20 });

describe('the bytes that name a schema', () => {
  it('are read as they were written, for every id', () => {
    fc.assert(
      fc.property(int32, fc.option(path), (id, indexes) => {
        const scanner = new SchemaIdScanner(indexes !== null);
        const bytes = Buffer.concat([Buffer.from('xx'), idPrefix(id, indexes), Buffer.from('rest')]);
        expect(scanner.scan(bytes, 2, bytes.length)).toBe(bytes.length - 4);
        expect([scanner.id, scanner.guid, scanner.messageIndexes]).toEqual([id, null, indexes ?? []]);
      }),
    );
  });

  it('are read as they were written, for every GUID', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.option(path), (uuid, indexes) => {
        const scanner = new SchemaIdScanner(indexes !== null);
        const bytes = guidHeader(uuid, indexes);
        expect(scanner.scan(bytes, 0, bytes.length)).toBe(bytes.length);
        expect([scanner.guid, scanner.messageIndexes]).toEqual([uuid, indexes ?? []]);
      }),
    );
  });

  it('have the form of the Java serializers', () => {
    expect(idPrefix(0x01020304, null).toString('hex')).toBe('0001020304');
    expect(idPrefix(1, [0]).toString('hex')).toBe('000000000100');
    expect(idPrefix(1, [1]).toString('hex')).toBe('00000000010202');
    expect(idPrefix(1, [2, 64]).toString('hex')).toBe('000000000104048001');
    expect(guidHeader(guid, null).toString('hex')).toBe('0100112233445566778899aabbccddeeff');
  });

  it('never bring anything but a clear error or an id', () => {
    const scanner = new SchemaIdScanner(true);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          expect(scanner.scan(bytes, 0, bytes.length)).toBeLessThanOrEqual(bytes.length);
        } catch (error) {
          expect(error).toMatchObject({ name: 'ConnectError', code: 'data' });
        }
      }),
    );
  });

  it('may be read where another buffer starts in the middle of its memory', () => {
    const memory = new Uint8Array(64);
    const bytes = memory.subarray(10, 27);
    bytes.set(guidHeader(guid, null));
    const scanner = new SchemaIdScanner(false);
    scanner.scan(bytes, 0, bytes.length);
    expect(scanner.guid).toBe(guid);
  });
});
