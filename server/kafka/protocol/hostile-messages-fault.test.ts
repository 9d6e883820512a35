import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolReader } from './reader.ts';
import { javaMessages } from './verification/java-messages.ts';
import { loadCodecs } from './verification/load-codecs.ts';

const messages = javaMessages();
const codecs = await loadCodecs();

/** What may happen to bytes on their way: cut, flipped, repeated, made of two messages, given huge lengths. */
const damage = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) }),
  fc.record({ kind: fc.constant('repeat' as const), at: fc.nat(), bytes: fc.integer({ min: 1, max: 64 }) }),
  fc.record({ kind: fc.constant('splice' as const), at: fc.nat(), other: fc.nat(messages.length - 1) }),
  fc.record({ kind: fc.constant('huge' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('insert' as const), at: fc.nat(), noise: fc.uint8Array({ maxLength: 32 }) }),
);

type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

function apply(bytes: Buffer, change: Damage): Buffer {
  const at = bytes.length === 0 ? 0 : change.at % bytes.length;
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (change.kind) {
    case 'cut':
      return before;
    case 'flip':
      return Buffer.concat([before, Buffer.of(change.byte), after.subarray(1)]);
    case 'repeat':
      return Buffer.concat([before, after.subarray(0, change.bytes), after]);
    case 'splice':
      return Buffer.concat([before, messages[change.other]?.bytes.subarray(at) ?? after]);
    case 'huge':
      return Buffer.concat([before, Buffer.of(0xff, 0xff, 0xff, 0xff, 0x07), after]);
    case 'insert':
      return Buffer.concat([before, change.noise, after]);
  }
}

describe('a damaged message', () => {
  it('is read as some message or refused with a data error, never anything else', () => {
    let refused = 0;
    fc.assert(
      fc.property(
        fc.nat(messages.length - 1),
        fc.array(damage, { minLength: 1, maxLength: 4 }),
        (which, changes) => {
          const { name, version, bytes } = messages[which] as (typeof messages)[number];
          const broken = changes.reduce(apply, bytes);
          try {
            codecs.get(name)?.decode(new ProtocolReader(broken), version);
          } catch (error) {
            expect(error).toMatchObject({ code: 'data' });
            refused++;
          }
        },
      ),
      { numRuns: 30_000 },
    );
    expect(refused).toBeGreaterThan(3000);
  });

  it('of nothing but noise is refused or read, whatever message was expected', () => {
    const all = [...codecs.values()];
    fc.assert(
      fc.property(fc.nat(all.length - 1), fc.nat(), fc.uint8Array({ maxLength: 512 }), (which, v, noise) => {
        const codec = all[which] as (typeof all)[number];
        const version = codec.minVersion + (v % (codec.maxVersion - codec.minVersion + 1));
        try {
          codec.decode(new ProtocolReader(Buffer.from(noise)), version);
        } catch (error) {
          expect(error).toMatchObject({ code: 'data' });
        }
      }),
      { numRuns: 20_000 },
    );
  });

  it('that announces more elements than it has bytes is refused before memory is taken', () => {
    const before = process.memoryUsage().heapUsed;
    for (const { name, version } of messages) {
      const claim = Buffer.alloc(64, 0x7f);
      try {
        codecs.get(name)?.decode(new ProtocolReader(claim), version);
      } catch (error) {
        expect(error).toMatchObject({ code: 'data' });
      }
    }
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 1024 * 1024);
  });
});
