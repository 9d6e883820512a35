import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Compiles block-decoders.c into block-decoders.generated.ts: `node server/kafka/compression/wasm/build-block-decoders.ts`.
 * Needs clang and wasm-ld (Debian: clang and lld). What it writes is checked in, so that nobody else needs them.
 */

const folder = mkdtempSync(join(tmpdir(), 'millrace-wasm-'));
const output = join(folder, 'block-decoders.wasm');
const link = ['--no-entry', '--import-memory', '-z,stack-size=512', '--global-base=512', '--strip-all'];
execFileSync(
  'clang',
  [
    ...['--target=wasm32', '-O3', '-msimd128', '-nostdlib', '-fno-builtin'],
    ...link.map((option) => `-Wl,${option}`),
    ...['-o', output, join(import.meta.dirname, 'block-decoders.c')],
  ],
  { stdio: 'inherit' },
);
const base64 = readFileSync(output).toString('base64');
rmSync(folder, { recursive: true });
writeFileSync(
  join(import.meta.dirname, 'block-decoders.generated.ts'),
  `// Written by build-block-decoders.ts from block-decoders.c.\nexport const blockDecoders =\n  '${base64}';\n`,
);
