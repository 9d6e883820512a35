import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ByteInput } from './byte-input.ts';
import { LineReader } from './line-reader.ts';

/** Gives prepared pieces, one a read, and 0 in between and at the end. */
class PreparedInput implements ByteInput {
  readonly name = 'prepared';
  readonly #pieces: (Buffer | 'restarted')[];

  constructor(pieces: readonly (Buffer | 'restarted')[]) {
    this.#pieces = [...pieces];
  }

  get isEmpty(): boolean {
    return this.#pieces.length === 0;
  }

  async read(target: Buffer, offset: number): Promise<number | 'restarted'> {
    const piece = this.#pieces.shift();
    if (piece === undefined) return 0;
    if (piece === 'restarted') return piece;
    const count = piece.copy(target, offset);
    if (count < piece.length) this.#pieces.unshift(piece.subarray(count));
    return count;
  }

  async close(): Promise<void> {}
}

async function readAll(pieces: readonly (Buffer | 'restarted')[]) {
  const input = new PreparedInput(pieces);
  const reader = new LineReader(input, 0);
  const lines: string[] = [];
  const positions: number[] = [];
  do {
    for (let line = reader.next(); line !== null; line = reader.next()) {
      lines.push(line);
      positions.push(reader.position);
    }
  } while ((await reader.fill()) || !input.isEmpty);
  return { lines, positions };
}

/** What the lines must be, by looking at every byte. */
function expectedLines(bytes: Buffer) {
  const lines: string[] = [];
  const positions: number[] = [];
  let start = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== 10 && bytes[at] !== 13) continue;
    if (bytes[at] === 13 && at + 1 === bytes.length) break;
    lines.push(bytes.toString('utf8', start, at));
    if (bytes[at] === 13 && bytes[at + 1] === 10) at++;
    start = at + 1;
    positions.push(start);
  }
  return { lines, positions };
}

function inPieces(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let start = 0;
  for (const size of sizes) {
    if (start < bytes.length) pieces.push(bytes.subarray(start, start + size));
    start += size;
  }
  if (start < bytes.length) pieces.push(bytes.subarray(start));
  return pieces;
}

const pieceOfText = fc.constantFrom('a', 'line', '\n', '\r', '\r\n', 'ä', '€', '😀', '\ufeff', '', '\u2028');
const broken = fc.constantFrom(
  Buffer.from([0xff]),
  Buffer.from([0xc3]),
  Buffer.from([0xe2, 0x82]),
  Buffer.from([0]),
);
const bytesOfFile = fc
  .array(fc.oneof({ weight: 5, arbitrary: pieceOfText.map((text) => Buffer.from(text)) }, broken), {
    maxLength: 60,
  })
  .map((parts) => Buffer.concat(parts));

test('any bytes cut into any pieces give the lines and positions that looking at every byte gives', async () => {
  await fc.assert(
    fc.asyncProperty(
      bytesOfFile,
      fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 80 }),
      async (bytes, sizes) => {
        expect(await readAll(inPieces(bytes, sizes))).toEqual(expectedLines(bytes));
      },
    ),
    { numRuns: 500 },
  );
});

test('a carriage return at the end waits for what follows it', async () => {
  expect((await readAll([Buffer.from('a\r')])).lines).toEqual([]);
  expect((await readAll([Buffer.from('a\r'), Buffer.from('\nb\n')])).lines).toEqual(['a', 'b']);
  expect((await readAll([Buffer.from('a\r'), Buffer.from('b\n')])).lines).toEqual(['a', 'b']);
});

test('positions count bytes, not characters', async () => {
  expect((await readAll([Buffer.from('äöü\n€\r\n')])).positions).toEqual([7, 12]);
});

test('lines longer than all buffers come whole, and short ones after them', async () => {
  const long = 'x'.repeat(3_000_000);
  const bytes = Buffer.from(`short\n${long}\nä\n${long}ä\nlast\n`);
  const { lines, positions } = await readAll([bytes]);
  expect(lines.map((line) => line.length)).toEqual([5, 3_000_000, 1, 3_000_001, 4]);
  expect(positions.at(-1)).toBe(bytes.length);
});

test('many blocks of lines of changing length and alphabet come in order', async () => {
  const lines = Array.from(
    { length: 40_000 },
    (_, index) => `${index} ${'é'.repeat(index % 7000 === 0 ? 50 : 0)}`,
  );
  expect((await readAll([Buffer.from(`${lines.join('\n')}\n`)])).lines).toEqual(lines);
});

test('when the input restarts, what was held back is a line and positions begin again', async () => {
  expect(await readAll([Buffer.from('one\ntwo'), 'restarted', Buffer.from('three\n')])).toEqual({
    lines: ['one', 'two', 'three'],
    positions: [4, 0, 6],
  });
  expect((await readAll([Buffer.from('one\r'), 'restarted', Buffer.from('\n')])).lines).toEqual(['one', '']);
});
