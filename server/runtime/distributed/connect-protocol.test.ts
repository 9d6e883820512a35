import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeOf } from '../../errors/connect-error.ts';
import {
  type Assignment,
  decodeAssignment,
  decodeMetadata,
  encodeAssignment,
  encodeMetadata,
  type MemberMetadata,
} from './connect-protocol.ts';
import type { WorkItems } from './work-items.ts';

type Elements = readonly (readonly [string, readonly number[]])[];

interface VectorAssignment {
  readonly version: number;
  readonly error: number;
  readonly leader: string;
  readonly leaderUrl: string;
  readonly configOffset: number;
  readonly assignment: Elements;
  readonly revoked?: Elements;
  readonly delay?: number;
}

interface VectorMetadata {
  readonly version: number;
  readonly url: string;
  readonly configOffset: number;
  readonly allocation?: VectorAssignment | null;
}

type Vector = { readonly name: string; readonly hex: string } & (
  | { readonly kind: 'metadata'; readonly decoded: VectorMetadata }
  | { readonly kind: 'assignment'; readonly decoded: VectorAssignment }
);

const recorded: {
  readonly vectors: readonly Vector[];
  readonly tolerance: readonly { readonly name: string; readonly hex: string }[];
} = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/connect-protocol-vectors.json'), 'utf8'));

function itemsOf(elements: Elements = []): WorkItems {
  return {
    connectors: elements.filter(([, tasks]) => tasks.includes(-1)).map(([connector]) => connector),
    tasks: elements.flatMap(([connector, tasks]) =>
      tasks.filter((task) => task >= 0).map((task) => ({ connector, task })),
    ),
  };
}

function assignmentOf({ assignment, revoked, delay = 0, ...rest }: VectorAssignment): Assignment {
  return { ...rest, assigned: itemsOf(assignment), revoked: itemsOf(revoked), delayMs: delay };
}

function metadataOf({ allocation = null, ...rest }: VectorMetadata): MemberMetadata {
  return { ...rest, allocation: allocation === null ? null : assignmentOf(allocation) };
}

function toleranceOf(name: string): Buffer {
  const found = recorded.tolerance.find((vector) => vector.name === name);
  if (found === undefined) throw new Error(`no vector ${name}`);
  return Buffer.from(found.hex, 'hex');
}

describe('connect group protocol', () => {
  test.each(recorded.vectors)('reads and writes the very bytes of $name', (vector) => {
    const bytes = Buffer.from(vector.hex, 'hex');
    if (vector.kind === 'metadata') {
      expect(decodeMetadata(bytes)).toEqual(metadataOf(vector.decoded));
      expect(encodeMetadata(metadataOf(vector.decoded)).toString('hex')).toBe(vector.hex);
    } else {
      expect(decodeAssignment(bytes)).toEqual(assignmentOf(vector.decoded));
      expect(encodeAssignment(assignmentOf(vector.decoded)).toString('hex')).toBe(vector.hex);
    }
  });

  test.each(['no-trailing-fields', 'revoked-null', 'version-7', 'assignment-null'])(
    'reads the odd assignment %s with defaults',
    (name) => {
      const decoded = decodeAssignment(toleranceOf(name));
      expect(decoded.assigned).toEqual({ connectors: [], tasks: [] });
      expect(decoded.revoked).toEqual({ connectors: [], tasks: [] });
      expect(decoded.delayMs).toBe(0);
      expect(decoded.configOffset).toBe(3);
    },
  );

  test.each(['v2-metadata-without-allocation', 'metadata-version-9'])('reads the odd metadata %s', (name) => {
    expect(decodeMetadata(toleranceOf(name))).toMatchObject({ configOffset: 7, allocation: null });
  });

  test('refuses empty and foreign bytes with a data error', () => {
    const attempts = [
      () => decodeAssignment(toleranceOf('empty-bytes')),
      () => decodeMetadata(toleranceOf('garbage-metadata')),
      () => decodeMetadata(Buffer.from('ffff0000', 'hex')),
      () => decodeAssignment(Buffer.from('000200000000000000000000000000007fffffff', 'hex')),
    ];
    for (const attempt of attempts)
      expect(attempt).toThrow(/not the (assignment|metadata) of a Connect worker/);
  });

  test('never fails otherwise than with a data error, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const decode of [decodeAssignment, decodeMetadata]) {
          try {
            decode(bytes);
          } catch (error) {
            expect(codeOf(error)).toBe('data');
          }
        }
      }),
    );
  });
});
